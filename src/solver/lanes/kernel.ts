import { readFileSync } from "node:fs";
import { packageFile } from "../../files/packageFile.js";

/** Vertices of a float64 lane vector. */
export const LANES = 8;
/** Bytes of a lane vector: 8 float64 or 16 float32 values. */
export const LANE_BYTES = 64;

type Sparse = [row: number, column: number, value: number];

/** What the compiled kernel (`src/solver/kernel`) exports; numbers are byte offsets into its memory unless counts. */
export interface LaneKernel {
  heapBase(): number;
  pick(n: number, at: number, block: number, columns: number, out: number): void;
  pickTogether(n: number, at: number, block: number, out: number): void;
  sumsShared: Sums;
  sumsOwn: Sums;
  residuals: Residuals;
  moveShared: Move;
  moveOwn: Move;
  centers(n: number, step: number, Y: number, out: number): void;
  narrow(count: number, a: number, b: number, scaleA: number, scaleB: number, out: number): void;
  applyA(levels: number, ...A: [...Sparse, h: number, out: number]): void;
  crossProduct(levels: number, ...A: [...Sparse, G: number, M: number, p: number]): void;
  pass1Shared: FirstPass;
  pass1Own: FirstPass;
  pass1Shared32: FirstPass;
  pass2Shared: SecondPass;
  pass2Own: SecondPass;
  pass2Shared32: SecondPass;
  solve: Solve;
  solve32: Solve;
  moments(levels: number, weights: number, z: number, out: number): void;
  moments32(levels: number, weights: number, z: number, out: number): void;
  termWeights: TermWeights;
  termWeights32: TermWeights;
  combine: Combine;
  combine32: Combine;
  packTwice(C: number, out: number, p: number): void;
  packTwice32(C: number, out: number, p: number): void;
  weigh(terms: number, weights: number, traces: number, out: number): void;
  weigh32(terms: number, weights: number, traces: number, out: number): void;
  moving(C: number, slope: number, u: number, out: number, p: number): void;
  mirror(A: number, sign: number, p: number): void;
  crossTraces(count: number, whitened: number, out: number, p: number): void;
  whiten(U: number, A: number, work: number, out: number, p: number): void;
  change(K: number, U: number, out: number, p: number): void;
  square(T: number, out: number, p: number): void;
  congruence(T: number, B: number, work: number, out: number, p: number): void;
  blend(patterns: number, size: number, weights: number, B: number, out: number, at: number): void;
  against(patterns: number, size: number, x: number, B: number, out: number): void;
  squareTwice(x: number, out: number, p: number): void;
  squares(levels: number, z: number, out: number): void;
  packedProducts(count: number, p: number, B: number, x: number, out: number): void;
  changeLevels: ChangeLevels;
  missingOf(n: number, Y: number, out: number): void;
  clean(row: number, length: number): void;
  tally(row: number, length: number, image: number, counts: number, prints: number): void;
  combineLanes(C: number, x: number, out: number, p: number): void;
  innerProduct(count: number, x: number, y: number, out: number): void;
  byLane(count: number, lanes: number, rows: number): void;
  byLane32(count: number, lanes: number, rows: number, sign: number): void;
  moveAlong(count: number, size: number, d: number, C: number): void;
  addLanes(count: number, x: number, y: number, sign: number, out: number): void;
  patternWeights(patterns: number, d: number, g: number, w: number, stride: number): void;
  patternSums: PatternSums;
  residualsAt: ResidualsAt;
  weightedSums: WeightedSums;
  weightedSums32: WeightedSums;
}

type Sums = (
  levels: number,
  start: number,
  Z: number,
  ...rest: [
    ...E: Sparse,
    Y: number,
    center: number,
    z: number,
    G: number,
    xe: number,
    ee: number,
    yy: number,
    present: number,
  ]
) => void;
type Residuals = (
  levels: number,
  start: number,
  Z: number,
  ...rest: [
    ...A: Sparse,
    ...E: Sparse,
    Y: number,
    center: number,
    x: number,
    z: number,
    xe: number,
    ee: number,
    work: number,
  ]
) => void;
type Move = (levels: number, ...rest: [...A: Sparse, G: number, x: number, z: number, work: number]) => void;
type FirstPass = (
  levels: number,
  ...rest: [
    ...A: Sparse,
    G: number,
    D: number,
    z: number,
    h: number,
    inverse: number,
    S: number,
    M: number,
    withM: number,
    sums: number,
    work: number,
    p: number,
  ]
) => void;
type SecondPass = (
  levels: number,
  ...rest: [
    ...A: Sparse,
    G: number,
    D: number,
    h: number,
    inverse: number,
    beta: number,
    C: number,
    sums: number,
    slope: number,
    dM: number,
    final: number,
    withQ: number,
    work: number,
    p: number,
  ]
) => void;
type Solve = (M: number, S: number, beta: number, C: number, U: number, out: number, p: number) => void;
type TermWeights = (terms: number, G: number, entry: number, D: number, out: number) => void;
type PatternSums = (
  patterns: number,
  d: number,
  g: number,
  levels: number,
  ...rest: [w: number, stride: number, c: number, traces: number, forms: number, out: number]
) => void;
type ChangeLevels = (
  count: number,
  ...rest: [
    records: number,
    slots: number,
    lefts: number,
    start: number,
    Z: number,
    Y: number,
    G: number,
    ...columns: [start: number, column: number, a: number, at: number, values: number],
    withB: number,
    B: number,
    squares: number,
    z: number,
    G: number,
    c: number,
    xe: number,
    p: number,
    work: number,
  ]
) => void;
type ResidualsAt = (
  nodes: number,
  p: number,
  patterns: number,
  ...rest: [nu: number, G: number, c: number, xe: number, U: number, S: number, out: number]
) => void;
type WeightedSums = (rows: number, count: number, weights: number, x: number, out: number) => void;
type Combine = (rows: number, inner: number, weights: number, B: number, out: number, at: number) => void;

let compiled: WebAssembly.Module | undefined;

/** The kernel's memory: typed arrays and lane vectors one after the other, grown as needed. */
export class LaneMemory {
  readonly kernel: LaneKernel;
  f64: Float64Array;
  f32: Float32Array;
  i32: Int32Array;
  private readonly memory = new WebAssembly.Memory({ initial: 64, maximum: 65536 });
  private top: number;

  constructor() {
    compiled ??= new WebAssembly.Module(readFileSync(packageFile("kernel.wasm")));
    const abort = () => {
      throw new Error("the lane kernel stopped");
    };
    const instance = new WebAssembly.Instance(compiled, { env: { memory: this.memory, abort } });
    this.kernel = instance.exports as unknown as LaneKernel;
    this.top = aligned(this.kernel.heapBase());
    this.f64 = new Float64Array(this.memory.buffer);
    this.f32 = new Float32Array(this.memory.buffer);
    this.i32 = new Int32Array(this.memory.buffer);
  }

  /** Bytes in use. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** Sets bytes aside; returns where. They are zero. */
  allocate(bytes: number): number {
    const at = this.top;
    this.top = aligned(at + bytes);
    const pages = Math.ceil(this.top / 65536) - this.memory.buffer.byteLength / 65536;
    if (pages > 0) {
      this.memory.grow(pages);
      this.f64 = new Float64Array(this.memory.buffer);
      this.f32 = new Float32Array(this.memory.buffer);
      this.i32 = new Int32Array(this.memory.buffer);
    }
    return at;
  }

  /** Sets lane vectors aside. */
  lanes(count: number): number {
    return this.allocate(count * LANE_BYTES);
  }

  float64(values: Float64Array): number {
    const at = this.allocate(8 * values.length);
    this.f64.set(values, at / 8);
    return at;
  }

  float32(values: Float64Array): number {
    const at = this.allocate(4 * values.length);
    this.f32.set(values, at / 4);
    return at;
  }

  int32(values: Int32Array): number {
    const at = this.allocate(4 * values.length);
    this.i32.set(values, at / 4);
    return at;
  }

  /** Sets lane vectors to zero. */
  clear(at: number, count: number): void {
    this.f64.fill(0, at / 8, at / 8 + count * LANES);
  }
}

function aligned(at: number): number {
  return Math.ceil(at / LANE_BYTES) * LANE_BYTES;
}
