import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage } from "../../scripts/buildBrowser.mjs";
import { largestDifference } from "../../src/backends/products.js";
import { referenceProducts } from "../../src/backends/referenceProducts.js";
import { example, levelExample, numbers } from "../backends/example.js";
import { browserFound, launchBrowser, SOFTWARE_WEBGPU } from "../browser.js";

const address = pathToFileURL(path.resolve(import.meta.dirname, "..", "..", "dist", "products.html")).href;

beforeAll(() => buildPage(), 60_000);

describe.skipIf(!browserFound).each([
  ["WebGL2", [], /^GPU\.js in mode webgl2, on .*SwiftShader/],
  ["WebGPU", SOFTWARE_WEBGPU, /^GPU\.js in mode webgpu, on .*swiftshader/i],
] as const)("the products in a browser with %s", (_name, flags, mode) => {
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  beforeAll(async () => {
    browser = await launchBrowser(flags);
    page = await (await browser.newContext({ offline: true })).newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    await page.goto(address);
    // The page's own policy allows no `eval`, by which playwright would wait.
    for (let k = 0; k < 300; k++) {
      if (await page.evaluate(() => document.querySelector("#products table, [role=alert]") !== null)) break;
      await page.waitForTimeout(100);
    }
  }, 60_000);
  afterAll(() => browser?.close());

  test("run in that mode, and the page says so and that they agree", async () => {
    expect(await page.locator("#mode").textContent()).toMatch(mode);
    const rows = await page.locator("#products tr").allInnerTexts();
    expect(rows.slice(1).map((row) => row.split("\t")[0])).toEqual([
      "X′Y",
      "Y − XB",
      "Z′Y by level",
      "sums of the start",
    ]);
    for (const row of rows.slice(1)) {
      const [, difference, tolerance, , , agrees] = row.split("\t");
      expect([row, agrees]).toEqual([row, "yes"]);
      expect(Number(difference)).toBeLessThan(Number(tolerance));
    }
  });

  test("give what the reference gives here, for numbers that the page has not seen", async () => {
    const product = example(1300, 5, 19);
    const random = numbers(5);
    const B = Float64Array.from({ length: 5 * 19 }, () => random() - 0.5);
    const levels = levelExample(
      Array.from({ length: 310 }, (_, s) => 1 + (s % 5)),
      19,
    );
    const plain = (one: object) =>
      Object.fromEntries(
        Object.entries(one).map(([key, value]) => [
          key,
          ArrayBuffer.isView(value)
            ? { type: value.constructor.name, numbers: Array.from(value as Float64Array) }
            : value,
        ]),
      );
    const found = await page.evaluate(
      async (given) => {
        const revive = (one: Record<string, unknown>) =>
          Object.fromEntries(
            Object.entries(one).map(([key, value]) => {
              if (typeof value === "number") return [key, value];
              const { type, numbers } = value as { type: string; numbers: number[] };
              const kinds = { Float64Array, Float32Array, Int32Array } as Record<
                string,
                { from(values: number[]): ArrayBufferView }
              >;
              return [key, kinds[type]?.from(numbers)];
            }),
          );
        const { B } = revive({ B: given.B });
        const input = { product: revive(given.product), levels: revive(given.levels), B };
        return window.blmmProducts?.run(input as never);
      },
      { product: plain(product), levels: plain(levels), B: plain({ B }).B },
    );
    const expected = [
      await referenceProducts.multiply(product),
      await referenceProducts.residuals({ ...product, B }),
      await referenceProducts.levelSums(levels),
      await referenceProducts.moments(levels),
    ];
    expect(found).toHaveLength(4);
    found?.forEach(({ operation, values }, k) => {
      const difference = largestDifference(values, expected[k] ?? [], k === 1 ? 2.6 : 0);
      expect([operation, values.length]).toEqual([operation, expected[k]?.length]);
      expect([operation, difference < 1e-5, difference]).toEqual([operation, true, difference]);
    });
  });

  test("no error, and nothing against the page's own policy, was said meanwhile", () => {
    expect(problems).toEqual([]);
  });
});

test.skipIf(!browserFound)("a browser in which GPU.js finds nothing says so on the page", async () => {
  const browser = await launchBrowser(["--disable-gpu", "--disable-3d-apis", "--disable-webgpu"]);
  const page = await browser.newPage();
  await page.goto(address);
  for (let k = 0; k < 100; k++) {
    if (await page.evaluate(() => document.querySelector("#products table, [role=alert]") !== null)) break;
    await page.waitForTimeout(100);
  }
  expect(await page.locator("[role=alert]").textContent()).toMatch(/^gpu does not run here: /);
  await browser.close();
});
