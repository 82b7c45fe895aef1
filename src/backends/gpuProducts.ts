import { levelKernel, momentKernel, multiplyKernel, residualKernel } from "./gpuKernels.js";
import { deviceOf, type Gpu, type GpuKernel, type GpuModule, modeOf } from "./gpuModule.js";
import type { ImageProducts, LevelProduct, Product } from "./products.js";
import { momentsOf } from "./referenceProducts.js";

/** Images a float32 sum runs over; the sums of the runs are added in float64 here. */
const RUN = 128;
/** Zeros that moments may be padded with, as a multiple of the images; beyond it they are made from Z'Y. */
const MOST_PADDING = 8;

/** Where the products run. */
export interface GpuPlace {
  /** A mode of GPU.js instead of its own choice. */
  readonly mode?: string | undefined;
  /** The graphics adapter by name, where it is known. */
  readonly adapter?: string | undefined;
  /** Why not elsewhere. */
  readonly why?: string | undefined;
}

/** Rows of numbers, as kernels return them. */
type Rows = ArrayLike<ArrayLike<number>>;

/** Products by GPU.js: float32 sums over short runs of images, which are added in float64 here. */
export class GpuProducts implements ImageProducts {
  readonly name = "gpu";
  readonly tolerance = 1e-5;
  ranAs = "";
  private readonly gpu: Gpu;
  private readonly kernels = new Map<string, GpuKernel>();
  private mode: string | undefined;

  private constructor(
    private readonly module: GpuModule,
    private readonly place: GpuPlace,
  ) {
    this.gpu = new module.GPU(place.mode === undefined ? undefined : { mode: place.mode });
  }

  /**
   * Starts GPU.js and has it make a small product.
   *
   * @throws Error when it has no kernel that runs here, or none but its own code for the processor, which is no help.
   */
  static async start(module: GpuModule, place: GpuPlace = {}): Promise<GpuProducts> {
    const products = new GpuProducts(module, place);
    try {
      const X = Float64Array.of(1, 2);
      const Y = Float32Array.of(3, 4, 5, 6);
      const [a, b] = await products.multiply({ n: 2, p: 1, width: 2, X, Y });
      if (a !== 13 || b !== 16) throw new Error(`its kernel gives ${a} and ${b} where 13 and 16 are right`);
      if (products.mode === "cpu" && place.mode !== "cpu") {
        throw new Error("GPU.js finds only its mode cpu here, which is many times slower than wasm");
      }
      return products;
    } catch (error) {
      await products.close();
      throw error;
    }
  }

  async multiply({ n, p, width, X, Y }: Product): Promise<Float64Array> {
    const runs = Math.ceil(n / RUN);
    const parts = (await this.run("multiply", multiplyKernel, [width, p, runs], { rows: RUN }, [
      this.matrix(X, p, runs * RUN),
      this.matrix(Y, width, runs * RUN),
    ])) as ArrayLike<Rows>;
    const sums = new Float64Array(p * width);
    for (let c = 0; c < runs; c++) addRows(sums, 0, parts[c], p, width);
    return sums;
  }

  async residuals({ n, p, width, X, Y, B }: Product & { readonly B: Float64Array }): Promise<Float32Array> {
    const rows = (await this.run("residuals", residualKernel, [width, n], { columns: p }, [
      this.matrix(X, p, n),
      this.matrix(Y, width, n),
      this.matrix(B, width, p),
    ])) as Rows;
    const left = new Float32Array(n * width);
    for (let i = 0; i < n; i++) left.set(rows[i], i * width);
    return left;
  }

  async levelSums(product: LevelProduct): Promise<Float64Array> {
    const { n, width, levels, start, Y } = product;
    const pieces: [from: number, to: number][] = [];
    const level: number[] = [];
    for (let s = 0; s < levels; s++) {
      for (let from = start[s]; from < start[s + 1]; from += RUN) {
        pieces.push([from, Math.min(from + RUN, start[s + 1])]);
        level.push(s);
      }
    }
    const { most, first, Z } = padded(product, pieces);
    const parts = (await this.run("levelSums", levelKernel, [width, 2, pieces.length], { most }, [
      first,
      this.matrix(Z, most, 2 * pieces.length),
      this.matrix(Y, width, n + most),
    ])) as ArrayLike<Rows>;
    const sums = new Float64Array(2 * levels * width);
    level.forEach((s, k) => {
      addRows(sums, 2 * s, parts[k], 2, width);
    });
    return sums;
  }

  async moments(product: LevelProduct & { readonly weights: Float64Array }): Promise<Float64Array> {
    const { n, width, levels, start, Y, weights } = product;
    const pieces: [from: number, to: number][] = [];
    for (let s = 0; s < levels; s++) pieces.push([start[s], start[s + 1]]);
    const largest = pieces.reduce((most, [from, to]) => Math.max(most, to - from), 1);
    if (levels * largest > MOST_PADDING * (n + RUN))
      return momentsOf(await this.levelSums(product), weights, product);
    const together = Math.max(1, Math.floor((2 * RUN) / largest));
    const runs = Math.ceil(levels / together);
    // Levels that fill up the last run begin past the end, where the images are zero.
    while (pieces.length < runs * together) pieces.push([n, n]);
    const { most, first, Z } = padded(product, pieces);
    const parts = (await this.run("moments", momentKernel, [width, 4, runs], { levels: together, most }, [
      first,
      this.matrix(Z, most, 2 * pieces.length),
      this.matrix(weights, 12, pieces.length),
      this.matrix(Y, width, n + most),
    ])) as ArrayLike<Rows>;
    const forms = new Float64Array(4 * width);
    for (let c = 0; c < runs; c++) addRows(forms, 0, parts[c], 4, width);
    return forms;
  }

  async close(): Promise<void> {
    this.kernels.clear();
    await this.gpu.destroy();
  }

  /** Runs a kernel; one with the same sizes is kept. */
  private async run(
    name: string,
    code: unknown,
    output: readonly number[],
    constants: Readonly<Record<string, number>>,
    values: readonly unknown[],
  ): Promise<unknown> {
    const key = JSON.stringify([name, output, constants]);
    let kernel = this.kernels.get(key);
    if (kernel === undefined) {
      kernel = this.gpu.createKernel(code, { output: [...output], constants, precision: "single" });
      this.kernels.set(key, kernel);
    }
    const result = await kernel(...values);
    // Bundlers change the names of classes: the mode that ran is what the kernel's class says it is.
    const mode = modeOf(kernel.kernel);
    this.mode ??= mode;
    if (mode !== this.mode) {
      const why = kernel.kernel?.fallbackReason ?? "it does not say why";
      throw new Error(`GPU.js went from mode ${this.mode} to ${mode}: ${why}`);
    }
    const { adapter, why } = this.place;
    const device = deviceOf(mode, kernel.kernel, adapter);
    this.ranAs = `GPU.js in mode ${mode}, ${device}${why === undefined ? "" : ` (${why})`}`;
    return result;
  }

  /** float32, rows × columns, zero beyond the end; a copy, since devices take no memory that threads share. */
  private matrix(values: ArrayLike<number>, columns: number, rows: number): unknown {
    const copy = new Float32Array(rows * columns);
    copy.set(values);
    return this.module.input(copy, [columns, rows]);
  }
}

/** Z of pieces of images, one row a piece and column, all as long as the longest; and where each piece begins. */
function padded({ Z }: LevelProduct, pieces: readonly (readonly [from: number, to: number])[]) {
  const most = pieces.reduce((largest, [from, to]) => Math.max(largest, to - from), 1);
  const out = new Float32Array(2 * pieces.length * most);
  pieces.forEach(([from, to], k) => {
    for (let i = from; i < to; i++) {
      for (let a = 0; a < 2; a++) out[(2 * k + a) * most + i - from] = Z[2 * i + a];
    }
  });
  return { most, first: Float32Array.from(pieces, ([from]) => from), Z: out };
}

/** Adds rows to a matrix from row `to` on. */
function addRows(into: Float64Array, to: number, rows: Rows, count: number, width: number): void {
  for (let j = 0; j < count; j++) {
    const row = rows[j];
    for (let v = 0; v < width; v++) into[(to + j) * width + v] += row[v];
  }
}
