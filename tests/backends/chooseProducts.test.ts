import { describe, expect, test } from "vitest";
import { backendWarning, checkBackend, describeBackend } from "../../src/backends/backend.js";
import { chooserFor, isFaster } from "../../src/backends/chooseProducts.js";
import type { ImageProducts, Product } from "../../src/backends/products.js";
import { referenceProducts } from "../../src/backends/referenceProducts.js";
import { gpuProducts } from "../../src/backends/startGpu.js";
import { type TrialWork, tryBackends } from "../../src/backends/trials.js";
import { wasmProducts } from "../../src/backends/wasmProducts.js";
import { example } from "./example.js";

const product = example(200, 2, 4);
const work: TrialWork = {
  compare: async (products) => [{ values: await products.multiply(product) }],
  time: (products) => products.multiply(product),
};
const wasm = async () => wasmProducts();
const study = { threads: 2, wasm: () => wasmProducts() };
const slow = (wait: number, changed: Partial<ImageProducts> = {}): ImageProducts => ({
  ...referenceProducts,
  name: "gpu",
  ranAs: "GPU.js in mode test, on a test",
  tolerance: 1e-5,
  multiply: async (asked) => {
    await new Promise((resolve) => setTimeout(resolve, wait));
    return referenceProducts.multiply(asked);
  },
  ...changed,
});

describe("trials", () => {
  test("GPU.js missing is a note", async () => {
    const missing = async () => {
      throw new Error("Cannot find package 'gpu.js'\nRequire stack: …");
    };
    const trials = await tryBackends(work, { wasm, gpu: missing });
    expect(trials.map(({ name }) => name)).toEqual(["wasm", "gpu", "reference"]);
    expect(trials[1].why).toBe("Cannot find package 'gpu.js'");
    expect(isFaster(trials, 1)).toBe(false);
  });

  test("a mode that cannot run here is a note", async () => {
    const trials = await tryBackends(work, { wasm, gpu: () => gpuProducts("webgl") });
    expect(trials[1].products).toBeUndefined();
    expect(trials[1].why).toMatch(/webgl/);
  });

  test("one that differs from the reference is never chosen, however fast, and not for being asked for", async () => {
    const wrong = slow(0, { multiply: async ({ p, width }: Product) => new Float64Array(p * width) });
    const trials = await tryBackends(work, { wasm, gpu: async () => wrong });
    expect(trials[1].why).toMatch(/differs/);
    expect(isFaster(trials, 1)).toBe(false);
    const chosen = await chooserFor("gpu", async () => wrong)?.(work, study);
    expect(chosen?.products).toBeUndefined();
    expect(chosen?.why).toMatch(/GPU\.js in mode test, on a test, differs by more than rounding/);
  });

  test("a value that is not a number differs", async () => {
    const broken = slow(0, {
      multiply: async (asked) => (await referenceProducts.multiply(asked)).fill(Number.NaN, 3, 4),
    });
    const trials = await tryBackends(work, { wasm, gpu: async () => broken });
    expect(trials[1].difference).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("auto", () => {
  test("takes the faster one, and says of the other how much slower it was", async () => {
    const chosen = await chooserFor("auto", async () => slow(60))?.(work, study);
    expect(chosen?.products).toBeUndefined();
    expect(chosen?.why).toMatch(/^gpu, as GPU\.js in mode test, on a test, took [\d,.]+ times as long/);
    const quick = await chooserFor("auto", async () => slow(0))?.(work, {
      threads: 1,
      wasm: () => slow(60, { name: "wasm" }),
    });
    expect([quick?.products?.ranAs, quick?.why]).toEqual(["GPU.js in mode test, on a test", ""]);
  });

  test("holds one thread of gpu against all threads of the kernel", async () => {
    const makers = { wasm: async () => slow(80, { name: "wasm" }), gpu: async () => slow(40) };
    const trials = await tryBackends(work, makers);
    expect(isFaster(trials, 1)).toBe(true);
    expect(isFaster(trials, 8)).toBe(false);
  });

  test("closes what it does not take", async () => {
    let closed = 0;
    const close = async () => {
      closed++;
    };
    await chooserFor("auto", async () => slow(60, { close }))?.(work, study);
    expect(closed).toBe(1);
  });
});

describe("the record", () => {
  const none = { sums: undefined, notes: [] };
  const kernel = { vertices: 90, others: 10, why: undefined };

  test("says what ran, as what, and why not what was asked for", () => {
    expect(describeBackend("wasm", { ...kernel, ...none })).toMatch(
      /^wasm: WebAssembly.*; reference: .* at 10 of the vertices; gpu was not asked for$/,
    );
    const sums = { ranAs: "GPU.js in mode webgl2, on a card", what: "X'Y", vertices: 80 };
    expect(describeBackend("gpu", { ...kernel, sums, notes: [] })).toMatch(
      /^gpu: GPU\.js in mode webgl2, on a card, X'Y at 80 vertices in float32; wasm: .* certified in float64/,
    );
    const why = "3 random effects a level";
    expect(describeBackend("auto", { ...none, vertices: 0, others: 9, why })).toMatch(
      /^reference: TypeScript.*; wasm has no kernel for 3 random effects a level; gpu did not run: /,
    );
  });

  test("whoever asked for gpu and got another is told so", () => {
    const notes = ["gpu did not run: Cannot find package 'gpu.js'"];
    expect(backendWarning("gpu", { ...kernel, sums: undefined, notes })).toEqual([
      "backend: gpu was asked for. gpu did not run: Cannot find package 'gpu.js'",
    ]);
    expect(backendWarning("auto", { ...kernel, sums: undefined, notes })).toEqual([]);
  });

  test("a name that is none lists those that are", () => {
    for (const name of ["cuda", "", 3, null]) {
      expect(() => checkBackend(name as never)).toThrow(/one of .*(auto|wasm|gpu|reference)/);
    }
    expect(() => checkBackend("gpi" as never)).toThrow(/one of gpu, /);
  });
});
