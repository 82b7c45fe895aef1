import { BLOCK_VERTICES } from "../images/blocks.js";
import type { LevelDesign } from "../model/levelDesign.js";
import { LANE_BYTES, LANES, LaneMemory } from "../solver/lanes/kernel.js";
import type { ImageProducts, LevelProduct, Product } from "./products.js";

/** Images whose rows are in the kernel's memory together. */
const AT_A_TIME = 2048;

/**
 * The lane kernel: 8 vertices at a time, float64 sums.
 *
 * @param design whose X'Y is made as a fit makes it, from Z'Y and the few entries of A and E; X is not looked at then.
 */
export function wasmProducts(design?: LevelDesign): ImageProducts {
  const byLevels = design === undefined ? undefined : new DesignSums(design);
  return {
    name: "wasm",
    ranAs: "WebAssembly, 8 vertices at a time, float64 sums",
    tolerance: 1e-12,
    multiply: async (product) => (byLevels === undefined ? multiply(product) : byLevels.multiply(product)),
    residuals: async (product) => residuals(product),
    levelSums: async (product) => levelSums(product),
    moments: async (product) => moments(product),
    close: async () => undefined,
  };
}

/** X'Y of any X. */
function multiply({ n, p, width, X, Y }: Product): Float64Array {
  const memory = new LaneMemory();
  const rows = Math.min(n, AT_A_TIME);
  const columns = memory.allocate(8 * (p + 2) * rows);
  const images = memory.lanes(rows);
  const out = memory.lanes(p + 2);
  const places = memory.int32(placesOf(p + 2));
  const sums = new Float64Array(p * width);
  const { f64, kernel } = memory;
  for (let first = 0; first < n; first += rows) {
    const count = Math.min(rows, n - first);
    for (let j = 0; j < p; j++) {
      for (let i = 0; i < count; i++) f64[columns / 8 + j * count + i] = X[(first + i) * p + j];
    }
    for (let v = 0; v < width; v += LANES) {
      for (let i = 0; i < count; i++) {
        for (let l = 0; l < LANES; l++) {
          f64[images / 8 + i * LANES + l] = v + l < width ? Y[(first + i) * width + v + l] : 0;
        }
      }
      kernel.combine(p, count, images, columns, out, places);
      for (let j = 0; j < p; j++) {
        for (let l = 0; l < LANES && v + l < width; l++) {
          sums[j * width + v + l] += f64[out / 8 + j * LANES + l];
        }
      }
    }
  }
  return sums;
}

/** Y − XB. */
function residuals({ n, p, width, X, Y, B }: Product & { readonly B: Float64Array }): Float64Array {
  const memory = new LaneMemory();
  const rows = Math.min(n, AT_A_TIME);
  const design = memory.allocate(8 * p * (rows + 2));
  const beta = memory.lanes(p);
  const out = memory.lanes(rows + 2);
  const places = memory.int32(placesOf(rows + 2));
  const left = new Float64Array(n * width);
  const { f64, kernel } = memory;
  for (let first = 0; first < n; first += rows) {
    const count = Math.min(rows, n - first);
    f64.set(X.subarray(first * p, (first + count) * p), design / 8);
    for (let v = 0; v < width; v += LANES) {
      const lanes = Math.min(LANES, width - v);
      for (let j = 0; j < p; j++) {
        for (let l = 0; l < lanes; l++) f64[beta / 8 + j * LANES + l] = B[j * width + v + l];
      }
      kernel.combine(count, p, beta, design, out, places);
      for (let i = 0; i < count; i++) {
        const row = (first + i) * width + v;
        for (let l = 0; l < lanes; l++) left[row + l] = Y[row + l] - f64[out / 8 + i * LANES + l];
      }
    }
  }
  return left;
}

/** z_s = Z_s'y_s, and E'y of a design, 8 vertices at a time. */
class LevelSums {
  readonly memory = new LaneMemory();
  readonly z: number;
  readonly xe: number;
  private readonly design: readonly [start: number, Z: number, ...E: [number, number, number]];
  /** The images of 64 vertices, and of 8 of these. */
  private readonly block: number;
  private readonly images: number;
  private readonly columns: number;
  /** Byte offsets of the rows of the block, one after the other. */
  private readonly rows: number;
  private readonly center: number;
  private readonly rest: number;

  constructor(
    private readonly levels: Pick<LevelProduct, "n" | "levels" | "start" | "Z">,
    private readonly p: number,
    E: LevelDesign["E"],
  ) {
    const { memory } = this;
    const { n, start, Z } = levels;
    const offsets = E.column.map((j) => j * LANE_BYTES);
    this.design = [
      memory.int32(start),
      memory.float64(Z),
      memory.int32(E.start),
      memory.int32(offsets),
      memory.float64(E.value),
    ];
    this.block = memory.allocate(4 * n * BLOCK_VERTICES);
    this.images = memory.allocate(4 * n * LANES);
    this.columns = memory.allocate(4 * LANES);
    this.rows = memory.int32(Int32Array.from({ length: n }, (_, i) => 4 * BLOCK_VERTICES * i));
    this.z = memory.lanes(2 * levels.levels);
    this.xe = memory.lanes(p);
    this.center = memory.lanes(1);
    this.rest = memory.lanes(3);
  }

  /** Sums 8 vertices after 8 vertices into `z` and `xe`; `summed` hears of the first of each. */
  run(Y: Float32Array, width: number, summed: (v: number) => void): void {
    const { memory, design, block, images, columns, rows, center, z, xe, rest } = this;
    const { n, levels } = this.levels;
    const { kernel } = memory;
    for (let first = 0; first < width; first += BLOCK_VERTICES) {
      const count = Math.min(BLOCK_VERTICES, width - first);
      const { f32, i32 } = memory;
      for (let i = 0; i < n; i++) {
        const row = i * width + first;
        f32.set(Y.subarray(row, row + count), block / 4 + i * BLOCK_VERTICES);
      }
      for (let v = 0; v < count; v += LANES) {
        for (let l = 0; l < LANES; l++) i32[columns / 4 + l] = 4 * (v + l);
        kernel.pick(n, rows, block, columns, images);
        memory.clear(xe, this.p);
        kernel.sumsShared(
          levels,
          ...design,
          images,
          center,
          z,
          0,
          xe,
          rest,
          rest + LANE_BYTES,
          rest + 2 * LANE_BYTES,
        );
        summed(first + v);
      }
    }
  }

  /** Copies rows of lane vectors to 8 columns from `v` on of a matrix with `width` columns. */
  copyLanes(at: number, rows: number, into: Float64Array, width: number, v: number): void {
    const { f64 } = this.memory;
    for (let j = 0; j < rows; j++) {
      for (let l = 0; l < LANES && v + l < width; l++) into[j * width + v + l] = f64[at / 8 + j * LANES + l];
    }
  }
}

/** X'Y = A'Z'Y + E'Y of one design. */
class DesignSums {
  private readonly sums: LevelSums;
  private readonly A: readonly [number, number, number];

  constructor(private readonly design: LevelDesign) {
    const { p, A, E } = design;
    this.sums = new LevelSums(design, p, E);
    const { memory } = this.sums;
    const offsets = A.column.map((j) => j * LANE_BYTES);
    this.A = [memory.int32(A.start), memory.int32(offsets), memory.float64(A.value)];
  }

  multiply({ Y, width }: Pick<Product, "Y" | "width">): Float64Array {
    const { sums, A } = this;
    const { p, levels } = this.design;
    const XY = new Float64Array(p * width);
    sums.run(Y, width, (v) => {
      sums.memory.kernel.applyA(levels, ...A, sums.z, sums.xe);
      sums.copyLanes(sums.xe, p, XY, width, v);
    });
    return XY;
  }
}

function sumsOf(product: LevelProduct): LevelSums {
  const none = {
    start: new Int32Array(product.n + 1),
    column: new Int32Array(0),
    value: new Float64Array(0),
  };
  return new LevelSums(product, 1, none);
}

function levelSums(product: LevelProduct): Float64Array {
  const { width, levels, Y } = product;
  const sums = sumsOf(product);
  const Zy = new Float64Array(2 * levels * width);
  sums.run(Y, width, (v) => sums.copyLanes(sums.z, 2 * levels, Zy, width, v));
  return Zy;
}

function moments({ weights, ...product }: LevelProduct & { readonly weights: Float64Array }): Float64Array {
  const { width, levels, Y } = product;
  const sums = sumsOf(product);
  const { memory } = sums;
  const at = memory.float64(weights);
  const out = memory.lanes(4);
  const forms = new Float64Array(4 * width);
  sums.run(Y, width, (v) => {
    memory.kernel.moments(levels, at, sums.z, out);
    sums.copyLanes(out, 4, forms, width, v);
  });
  return forms;
}

/** Byte offsets at which `combine` puts its rows. */
function placesOf(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, j) => LANE_BYTES * j);
}
