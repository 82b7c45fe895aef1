import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import type { GpuKernel, GpuModule } from "../../src/backends/gpuModule.js";
import { loadGpu } from "../../src/backends/gpuModule.js";
import { GpuProducts } from "../../src/backends/gpuProducts.js";
import { largestDifference } from "../../src/backends/products.js";
import { referenceProducts } from "../../src/backends/referenceProducts.js";
import { gpuProducts } from "../../src/backends/startGpu.js";
import { everything, example } from "./example.js";

/** Chromium's software driver for Vulkan, by which WebGPU runs without a card. */
const SOFTWARE_VULKAN = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** GPU.js in mode cpu, with something changed about its kernels. */
async function changed(change: (kernel: GpuKernel, settings: object) => GpuKernel): Promise<GpuModule> {
  const { GPU, input } = await loadGpu();
  class Changed extends GPU {
    override createKernel(code: unknown, settings: object): GpuKernel {
      return change(super.createKernel(code, settings), settings);
    }
  }
  return { GPU: Changed, input };
}

describe("what GPU.js does wrong, and how its products come out right", () => {
  test("it installs without a native build: some mode runs here, and says which and on what", async () => {
    const products = await gpuProducts();
    expect(products.ranAs).toMatch(/^GPU\.js in mode (webasm|headlessgl|webgpu), on .+/);
    await products.close();
  });

  test("a loop whose bound is an argument stops after 1,000 rounds: ours are constants", async () => {
    const { GPU, input } = await loadGpu();
    const n = 3000;
    const ones = new Float32Array(n).fill(1);
    const gpu = new GPU({ mode: "webasm" });
    const byArgument = gpu.createKernel(
      `function (x, n) { let sum = 0; for (let i = 0; i < n; i++) { sum += x[i]; } return sum; }`,
      { output: [1] },
    );
    const [stopped] = (await byArgument(input(ones, [n]), n)) as Float32Array;
    // Where this fails, GPU.js has mended it.
    expect(stopped).toBe(1000);
    await gpu.destroy();
    const products = await gpuProducts();
    expect(
      Array.from(await products.multiply({ n, p: 1, width: 1, X: Float64Array.from(ones), Y: ones })),
    ).toEqual([n]);
    const level = { n, width: 1, levels: 1, start: Int32Array.of(0, n), Y: ones };
    const Z = Float64Array.from({ length: 2 * n }, () => 1);
    expect(Array.from(await products.levelSums({ ...level, Z }))).toEqual([n, n]);
    await products.close();
  });

  test("it sums in float32: runs of images that are added in float64 lose less than one sum", async () => {
    const product = example(8192, 1, 4);
    const expected = await referenceProducts.multiply(product);
    const products = await gpuProducts();
    const found = await products.multiply(product);
    await products.close();
    const single = Float64Array.from(expected, (_, v) => {
      let sum = 0;
      for (let i = 0; i < product.n; i++) sum = Math.fround(sum + Math.fround(product.Y[i * 4 + v]));
      return sum;
    });
    expect(largestDifference(found, expected)).toBeLessThan(largestDifference(single, expected) / 2);
  });

  test("kernel maps and unsigned precision throw in WebGPU, pipelines overwrite: none is asked for", async () => {
    const asked: Record<string, unknown>[] = [];
    const module = await changed((kernel, settings) => {
      asked.push({ ...settings });
      return kernel;
    });
    const products = await GpuProducts.start(module, { mode: "cpu" });
    await everything(products);
    await products.close();
    expect(asked.length).toBeGreaterThan(5);
    for (const settings of asked) {
      expect(Object.keys(settings).sort()).toEqual(["constants", "output", "precision"]);
      expect(settings.precision).toBe("single");
    }
  });

  test("class names are not to be trusted: the mode that ran is read from the kernel", async () => {
    const module = await changed((kernel) => {
      Object.defineProperty(kernel.kernel?.constructor, "name", { value: "a", configurable: true });
      return kernel;
    });
    const products = await GpuProducts.start(module, { mode: "cpu" });
    expect(products.ranAs).toBe("GPU.js in mode cpu, on the processor");
    await products.close();
  });

  test("its next version returns promises: kernels that do give the same products", async () => {
    const later = await changed((kernel) =>
      Object.assign(async (...values: unknown[]) => kernel(...values), {
        get kernel() {
          return kernel.kernel;
        },
      }),
    );
    const module = await loadGpu();
    const [now, then] = [
      await GpuProducts.start(module, { mode: "cpu" }),
      await GpuProducts.start(later, { mode: "cpu" }),
    ];
    expect(await everything(then)).toEqual(await everything(now));
    await Promise.all([now.close(), then.close()]);
  });

  test("its own code for the processor is no fallback: where it finds nothing else, gpu does not run", async () => {
    const { GPU, input } = await loadGpu();
    class OnlyCpu extends GPU {
      constructor() {
        super({ mode: "cpu" });
      }
    }
    await expect(GpuProducts.start({ GPU: OnlyCpu, input })).rejects.toThrow(/only its mode cpu/);
  });

  test("going over to the processor in the middle is an error that says why, not a slow fit", async () => {
    let kernels = 0;
    const module = await changed((kernel) => {
      kernels++;
      if (kernels === 1) return kernel;
      const fallen = { constructor: { mode: "webasm" }, fallbackReason: "textures are too small" };
      return Object.assign((...values: unknown[]) => kernel(...values), { kernel: fallen });
    });
    const products = await GpuProducts.start(module, { mode: "cpu" });
    await expect(products.multiply(example(50, 2, 3))).rejects.toThrow(/to webasm: textures are too small/);
    await products.close();
  });

  test("a kernel that gives wrong numbers is found at the start", async () => {
    const module = await changed((kernel) =>
      Object.assign(() => [[Float32Array.of(13, 17)]], { kernel: kernel.kernel }),
    );
    await expect(GpuProducts.start(module, { mode: "cpu" })).rejects.toThrow(/13 and 17 where 13 and 16/);
  });

  test("no memory that threads share reaches a device", async () => {
    const product = example(130, 2, 3);
    const Y = new Float32Array(new SharedArrayBuffer(product.Y.byteLength));
    Y.set(product.Y);
    const seen: boolean[] = [];
    const { GPU, input } = await loadGpu();
    const module: GpuModule = {
      GPU,
      input: (values, size) => {
        seen.push(values.buffer instanceof SharedArrayBuffer);
        return input(values, size);
      },
    };
    const products = await GpuProducts.start(module, { mode: "cpu" });
    await products.multiply({ ...product, Y });
    await products.close();
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).not.toContain(true);
  });

  test("a mode that cannot run here is an error that says so", async () => {
    await expect(gpuProducts("webgl2")).rejects.toThrow(/webgl2/);
  });

  test.skipIf(!existsSync(SOFTWARE_VULKAN))(
    "WebGPU in Node.js: the package that loads gives the same products, and leaves no navigator behind",
    async () => {
      const script = `
        import { gpuProducts } from "../../src/backends/startGpu.js";
        import { largestDifference } from "../../src/backends/products.js";
        import { referenceProducts } from "../../src/backends/referenceProducts.js";
        import { everything } from "./example.js";
        const products = await gpuProducts("webgpu");
        const expected = await everything(referenceProducts);
        const found = await everything(products);
        const worst = Object.keys(expected).map((name) =>
          largestDifference(found[name], expected[name], name === "residuals" ? 2.5 : 0));
        console.log(JSON.stringify([products.ranAs, Math.max(...worst), products.tolerance, "gpu" in (globalThis.navigator ?? {})]));
        await products.close();`;
      const [ranAs, worst, tolerance, left] = await withSoftwareVulkan(script);
      expect(ranAs).toMatch(/^GPU\.js in mode webgpu, on .*SwiftShader/);
      expect(worst).toBeLessThan(tolerance as number);
      expect(left).toBe(false);
    },
  );
});

/** Runs a script with Chromium's software driver in a process of its own: drivers are looked for once a process. */
async function withSoftwareVulkan(script: string): Promise<unknown[]> {
  const root = path.resolve(import.meta.dirname, "..", "..");
  const outfile = path.join(root, ".cache", `webGpu-${process.pid}.mjs`);
  try {
    await build({
      stdin: { contents: script, resolveDir: import.meta.dirname, loader: "ts" },
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      packages: "external",
    });
    const env = { ...process.env, VK_ICD_FILENAMES: SOFTWARE_VULKAN, XDG_RUNTIME_DIR: tmpdir() };
    return JSON.parse(execFileSync(process.execPath, [outfile], { encoding: "utf8", env, stdio: "pipe" }));
  } finally {
    rmSync(outfile, { force: true });
  }
}
