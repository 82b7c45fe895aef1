import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openResults } from "../../src/results/openResults.js";

const demo = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  "..",
  "..",
  "..",
  "shared",
  "abcd-demo",
);
const absent = !existsSync(demo);
if (absent)
  console.warn("SKIPPED: the published ABCD maps are not beside this checkout (../shared/abcd-demo).");

describe.skipIf(absent)("the published ABCD maps", () => {
  test("open with the same reader and print as a table", async () => {
    const results = await openResults(path.join(demo, "results_lh_des1"));
    expect(results.verticesInMask).toBe(9359);
    expect(results.map("n").range()).toMatchObject({ min: 6976, max: 9835 });
    expect(`${results}`).toMatch(/9,359 of 10,242 vertices in the mask; n from 6,976 to 9,835 images/);
    expect(`${results}`).toMatch(/conT +5 +−19\.05 +27\.66 +T statistics/);
  });

  test("a mask written as float32 is read as a mask", async () => {
    const results = await openResults(path.join(demo, "results_lh_compare"));
    expect(new Set(results.mask)).toEqual(new Set([0, 1]));
  });

  test("a vertex shows what the maps tell, and which p it is", async () => {
    const results = await openResults(path.join(demo, "results_lh_des1"));
    const vertex = results.vertex(results.mask.indexOf(1));
    expect(vertex.coefficients).toHaveLength(23);
    expect(vertex.coefficients[1]).toMatchObject({ SE: Number.NaN, p: Number.NaN });
    expect(`${vertex}`).toMatch(/−log10 p \(one-sided: the upper tail\)/);
    expect(`${vertex}`).not.toMatch(/two-sided/);
    expect([results.n, results.backend, results.seconds]).toEqual([9835, "unknown", Number.NaN]);
  });

  test("say what is missing for a new contrast", async () => {
    const results = await openResults(path.join(demo, "results_rh_des2"));
    expect(() => results.estimates()).toThrow(/maps without the estimates that new contrasts need/);
  });
});
