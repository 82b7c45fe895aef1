import type { ImageProducts, Product } from "./products.js";

/** Images a float32 sum runs over; the sums of the runs are added in float64 here. */
const RUN = 128;

/** What this module needs of GPU.js; its next major version returns promises, so every call is awaited. */
interface GpuModule {
  readonly GPU: new (settings?: { readonly mode?: string }) => Gpu;
  readonly input: (values: Float32Array, size: readonly number[]) => unknown;
}
interface Gpu {
  createKernel(code: (this: KernelScope, x: number[][], y: number[][]) => number, settings: object): Kernel;
  destroy(): unknown;
}
interface Kernel {
  (x: unknown, y: unknown): unknown;
  readonly kernel?: { readonly constructor?: { readonly mode?: string; readonly name?: string } };
}
interface KernelScope {
  readonly thread: { readonly x: number; readonly y: number; readonly z: number };
  readonly constants: { readonly rows: number };
}

/**
 * Products by GPU.js, in whatever mode it finds: on a graphics card where it reaches one, else on the processor.
 *
 * @param mode a mode of GPU.js instead of its own choice.
 * @throws Error when GPU.js is not installed, or has no kernel that runs here.
 */
export async function gpuProducts(mode?: string): Promise<ImageProducts> {
  const loaded = (await import("gpu.js")) as unknown as GpuModule & { readonly default?: GpuModule };
  const { GPU, input } = loaded.GPU === undefined && loaded.default !== undefined ? loaded.default : loaded;
  const started = () => new GPU(mode === undefined ? undefined : { mode });
  const probe = await run(started(), input, {
    n: 2,
    p: 1,
    width: 2,
    X: Float64Array.of(1, 2),
    Y: Float32Array.of(3, 4, 5, 6),
  });
  if (probe.sums[0] !== 13 || probe.sums[1] !== 16) {
    throw new Error(`its kernel gives ${probe.sums.join(" and ")} where 13 and 16 are right`);
  }
  return {
    name: "gpu",
    ranAs: `GPU.js in mode ${probe.mode}, ${deviceOf(probe.mode)}`,
    tolerance: 1e-5,
    multiply: async (product) => (await run(started(), input, product)).sums,
  };
}

/** What a mode of GPU.js runs on. */
function deviceOf(mode: string): string {
  if (mode === "webgpu" || mode === "webgl" || mode === "webgl2" || mode === "headlessgl") {
    return "through the graphics driver";
  }
  return "on the processor";
}

async function run(
  gpu: Gpu,
  input: GpuModule["input"],
  { n, p, width, X, Y }: Product,
): Promise<{ readonly sums: Float64Array; readonly mode: string }> {
  const runs = Math.ceil(n / RUN);
  const columns = new Float32Array(runs * RUN * p);
  columns.set(X);
  const images = new Float32Array(runs * RUN * width);
  images.set(Y);
  try {
    // The loop's bound is a constant: one that is an argument stops silently after 1,000 rounds.
    const kernel = gpu.createKernel(
      function (x, y) {
        let sum = 0;
        const first = this.thread.z * this.constants.rows;
        for (let i = 0; i < this.constants.rows; i++) {
          sum += x[first + i][this.thread.y] * y[first + i][this.thread.x];
        }
        return sum;
      },
      { output: [width, p, runs], constants: { rows: RUN } },
    );
    const x = input(columns, [p, runs * RUN]);
    const parts = (await kernel(x, input(images, [width, runs * RUN]))) as ArrayLike<
      ArrayLike<ArrayLike<number>>
    >;
    const sums = new Float64Array(p * width);
    for (let c = 0; c < runs; c++) {
      for (let j = 0; j < p; j++) {
        for (let v = 0; v < width; v++) sums[j * width + v] += parts[c][j][v];
      }
    }
    // Bundlers change the names of classes: the mode that ran is what the kernel's class says it is.
    return { sums, mode: kernel.kernel?.constructor?.mode ?? "unknown" };
  } finally {
    await gpu.destroy();
  }
}
