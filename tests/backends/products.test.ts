import { describe, expect, test } from "vitest";
import { fastestOf, tryBackends } from "../../src/backends/backends.js";
import { gpuProducts } from "../../src/backends/gpuProducts.js";
import { largestDifference, type Product, referenceProducts } from "../../src/backends/products.js";
import { wasmProducts } from "../../src/backends/wasmProducts.js";

/** Images of a mean far from zero, which is where float32 sums lose the most. */
function example(n: number, p: number, width: number): Product {
  let seed = 7;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 4294967296;
  };
  const X = Float64Array.from({ length: n * p }, (_, k) => (k % p === 0 ? 1 : random() - 0.5));
  const Y = Float32Array.from({ length: n * width }, () => 2.5 + 0.2 * (random() - 0.5));
  return { n, p, width, X, Y };
}

describe.each([
  ["wasm", async () => wasmProducts()],
  ["gpu", () => gpuProducts()],
] as const)("%s", (_name, make) => {
  test.each([
    [1, 1, 1],
    [127, 3, 5],
    [1003, 2, 17],
    [2500, 5, 9],
  ])("multiplies %d images, %d columns, %d vertices as the reference does", async (n, p, width) => {
    const product = example(n, p, width);
    const products = await make();
    const found = await products.multiply(product);
    expect(largestDifference(found, await referenceProducts.multiply(product))).toBeLessThan(
      products.tolerance,
    );
    expect(products.ranAs).toMatch(/WebAssembly|GPU\.js in mode \w+/);
  });
});

describe("what GPU.js does wrong, and how its products come out right", () => {
  test("more than 1,000 images are all summed: the loop's bound is a constant", async () => {
    const n = 3000;
    const ones = { n, p: 1, width: 1, X: new Float64Array(n).fill(1), Y: new Float32Array(n).fill(1) };
    expect(Array.from(await (await gpuProducts()).multiply(ones))).toEqual([n]);
  });

  test("runs of float32 added in float64 lose less than one float32 sum", async () => {
    const product = example(8192, 1, 4);
    const expected = await referenceProducts.multiply(product);
    const found = await (await gpuProducts()).multiply(product);
    const single = Float64Array.from(expected, (_, v) => {
      let sum = 0;
      for (let i = 0; i < product.n; i++) sum = Math.fround(sum + Math.fround(product.Y[i * 4 + v]));
      return sum;
    });
    expect(largestDifference(found, expected)).toBeLessThan(largestDifference(single, expected) / 2);
  });

  test("the mode that ran is read from the kernel, not from a class's name", async () => {
    expect((await gpuProducts("cpu")).ranAs).toBe("GPU.js in mode cpu, on the processor");
  });

  test("a mode that cannot run here is an error of the backend, and a note of the trial", async () => {
    const failing = async () => gpuProducts("webgpu");
    const trials = await tryBackends(example(200, 2, 4), { wasm: async () => wasmProducts(), gpu: failing });
    const gpu = trials.find(({ name }) => name === "gpu");
    if (gpu?.products === undefined) expect(gpu?.why).toMatch(/reference runs instead/);
    else expect(gpu.products.ranAs).toMatch(/webgpu/);
  });

  test("GPU.js missing is a note", async () => {
    const missing = async () => {
      throw new Error("Cannot find package 'gpu.js'");
    };
    const trials = await tryBackends(example(200, 2, 4), { wasm: async () => wasmProducts(), gpu: missing });
    expect(trials.map(({ name }) => name)).toEqual(["wasm", "gpu", "reference"]);
    expect(trials[1].why).toBe("Cannot find package 'gpu.js'; reference runs instead");
    expect(fastestOf(trials).name).not.toBe("gpu");
  });

  test("a backend that differs from the reference is never chosen", async () => {
    const wrong = async () => ({
      ...wasmProducts(),
      multiply: async ({ p, width }: Product) => new Float64Array(p * width),
    });
    const trials = await tryBackends(example(200, 2, 4), { wasm: wrong, gpu: wrong });
    expect(trials[0].why).toMatch(/differs/);
    expect(fastestOf(trials).name).toBe("reference");
  });
});
