import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ImageProducts, largestDifference, multiplyMany } from "../../src/backends/products.js";
import { referenceProducts } from "../../src/backends/referenceProducts.js";
import { gpuProducts } from "../../src/backends/startGpu.js";
import { wasmProducts } from "../../src/backends/wasmProducts.js";
import { describeLevels } from "../../src/model/levelDesign.js";
import { buildModel } from "../../src/model/model.js";
import { groupModel } from "../../src/model/plan.js";
import { referenceStudy } from "../reference.js";
import { everything, example, levelExample, numbers } from "./example.js";

describe.each([
  ["wasm", async (): Promise<ImageProducts> => wasmProducts()],
  ["gpu", (): Promise<ImageProducts> => gpuProducts()],
] as const)("%s", (_name, make) => {
  let products: ImageProducts;
  beforeAll(async () => {
    products = await make();
  });
  afterAll(() => products.close());

  test.each([
    [1, 1, 1],
    [127, 3, 5],
    [1003, 2, 17],
    [2500, 5, 9],
  ])("multiplies %d images, %d columns, %d vertices as the reference does", async (n, p, width) => {
    const product = example(n, p, width);
    const found = await products.multiply(product);
    expect(largestDifference(found, await referenceProducts.multiply(product))).toBeLessThan(
      products.tolerance,
    );
    expect(products.ranAs).toMatch(/WebAssembly|GPU\.js in mode \w+, on \w+/);
  });

  test("does every operation as the reference does, whatever the sizes of the levels", async () => {
    const expected = await everything(referenceProducts);
    for (const [name, found] of Object.entries(await everything(products))) {
      expect([name, found.length]).toEqual([name, expected[name].length]);
      // Residuals are differences of images of about 2.5: that is the size of which rounding is a share.
      const difference = largestDifference(found, expected[name], name === "residuals" ? 2.5 : 0);
      expect([name, difference < products.tolerance, difference]).toEqual([name, true, difference]);
    }
  });

  test("many designs on the same images are the designs one by one, as a bootstrap needs them", async () => {
    const { X, ...images } = example(300, 3, 6);
    const random = numbers(11);
    const draws = [1, 2, 3, 4].map(() => {
      const signs = Array.from({ length: 300 }, () => (random() < 0.5 ? -1 : 1));
      return X.map((x, k) => x * signs[Math.floor(k / 3)]);
    });
    const together = await multiplyMany(products, images, draws);
    for (const [b, draw] of draws.entries()) {
      const alone = await referenceProducts.multiply({ ...images, X: draw });
      expect(largestDifference(together[b], alone)).toBeLessThan(products.tolerance);
    }
    expect(largestDifference(together[0], together[1])).toBeGreaterThan(0.1);
  });

  test("products that were returned do not change when the next one is made", async () => {
    const first = await products.multiply(example(200, 2, 4));
    const kept = first.slice();
    await products.multiply({ ...example(200, 2, 4), Y: new Float32Array(800).fill(9) });
    const levels = levelExample([2, 3, 1], 4);
    const sums = await products.levelSums(levels);
    const before = sums.slice();
    await products.levelSums({ ...levels, Y: levels.Y.map((y) => 3 * y) });
    expect([first, sums]).toEqual([kept, before]);
  });
});

test("with a design, the kernel multiplies by its levels what X multiplies image by image", async () => {
  const { X, factor } = referenceStudy("des2");
  const model = buildModel(X, factor);
  const { levelOrder } = groupModel(model);
  const design = describeLevels(model, levelOrder);
  const product = { ...example(model.n, model.p, 11), X: new Float64Array(0) };
  const { columnsOfLevels } = await import("../../src/model/levelDesign.js");
  const expected = await referenceProducts.multiply({ ...product, X: columnsOfLevels(design) });
  const found = await wasmProducts(design).multiply(product);
  expect(largestDifference(found, expected)).toBeLessThan(1e-12);
});
