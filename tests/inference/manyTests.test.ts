import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { chiSquareTail } from "../../src/inference/chiSquareTail";
import { bonferroni, fdr } from "../../src/inference/manyTests";
import { resultsOf } from "./resultsOf";

const [, ...lines] = readFileSync(
  path.resolve(import.meta.dirname, "../fixtures/many-tests/p-adjust.csv"),
  "utf8",
)
  .trim()
  .split("\n");
const rows = lines.map((line) => line.split(",").map(Number));
const [t, df, p, BH, bonf] = [0, 1, 2, 3, 4].map((k) => rows.map((row) => row[k]));
const lp = p.map((value) => -Math.log10(value));
const results = resultsOf({ conT: t, conTlp2: lp });

describe("against R's p.adjust", () => {
  test.each([0.01, 0.05, 0.2])("FDR at q = %s", (q) => {
    const passed = BH.filter((adjusted) => adjusted <= q).length;
    expect(passed).toBeGreaterThan(0);
    const bar = fdr(results, { q });
    expect([bar.count, bar.of]).toEqual([passed, 380]);
    expect(lp.filter((value) => value >= bar.threshold)).toHaveLength(passed);
  });

  test("Bonferroni, and the p of T itself", () => {
    const bar = bonferroni(results);
    expect(bar.count).toBe(bonf.filter((adjusted) => adjusted <= 0.05).length);
    expect(bar.threshold).toBeCloseTo(-Math.log10(0.05 / 380), 12);
  });

  test("where a directory has T and df alone, its two-sided p is computed", () => {
    const bare = resultsOf({ conT: t, conT_swedf: df });
    expect(fdr(bare).count).toBe(BH.filter((adjusted) => adjusted <= 0.05).length);
    expect(fdr(bare).threshold).toBeCloseTo(fdr(results).threshold, 10);
  });

  test("both hemispheres are corrected together", () => {
    const half = (from: number, to: number) =>
      resultsOf({ conTlp2: lp.slice(from, to), conT: t.slice(from, to) });
    const pair = { lh: half(0, 200), rh: half(200, 380) };
    expect(fdr(pair)).toEqual(fdr(results));
    expect(bonferroni(pair)).toEqual(bonferroni(results));
  });
});

test("where no vertex passes, the threshold is what the strongest would have to reach", () => {
  const nothing = fdr(resultsOf({ conT: [0, 1, 1], conTlp2: [0.1, 0.5, 0.7] }));
  expect(nothing.count).toBe(0);
  expect(nothing.threshold).toBeCloseTo(-Math.log10(0.05 / 3), 12);
  expect(String(nothing)).toMatch(/0 of 3 vertices pass[\s\S]*which no vertex reaches/);
});

test("F and χ² have maps of their own; outside the mask nothing is tested", () => {
  const F = resultsOf({ mask: [1, 1, 0], conF: [9, 1, 0], conFlp: [3, 0.2, 0] }, ["Race"], "F");
  expect([fdr(F, { contrast: "Race" }).count, fdr(F).of]).toEqual([1, 2]);
  expect(bonferroni(resultsOf({ Chi2: [9, 1], Chi2lp: [2.5, 0.2] })).count).toBe(1);
});

test("wrong names and shares are answered in words", () => {
  expect(() => fdr(results, { contrast: "Sexx" })).toThrow('no contrast "Sexx"; expected one of Sex');
  expect(() => fdr(results, { q: 5 })).toThrow("q: 5; expected a number between 0 and 1");
  expect(() => bonferroni(results, { alpha: 0 })).toThrow("alpha: 0");
  expect(() => fdr(resultsOf({ beta: [1] }))).toThrow("results without tests");
});

test("χ² tails agree with R's pchisq", () => {
  // R: pchisq(5.99, 2, lower = FALSE), pchisq(33, 1, lower = FALSE), pchisq(1e3, 1, lower = FALSE)
  expect(chiSquareTail(5.99, 2) / 0.0500366270865863).toBeCloseTo(1, 12);
  expect(chiSquareTail(33, 1) / 9.21588720125623e-9).toBeCloseTo(1, 12);
  expect(chiSquareTail(1000, 1) / 1.79583278480073e-219).toBeCloseTo(1, 12);
  expect([chiSquareTail(4, 0), chiSquareTail(0, 1)]).toEqual([0, 1]);
  expect(() => chiSquareTail(1, -1)).toThrow("degrees of freedom, 0 or more");
});
