import { describe, expect, test } from "vitest";
import { type Hypothesis, rankOfHypothesis } from "../../src/wald/hypothesis.js";
import { testF, testT } from "../../src/wald/satterthwaite.js";
import { referenceStudy } from "../reference.js";
import { fitHere } from "../solver/fitting.js";

const VERTICES = [0, 1, 2, 3, 4, 5, 6, 7];
const { X, factor, Y, vertices } = referenceStudy("des2");
const { estimates, model } = fitHere(X, factor, Y, vertices, { columns: VERTICES });
const p = X.columns.length;

/** Rows of L as columns of X and their weights. */
function hypothesis(kind: "T" | "F", ...rows: Readonly<Record<number, number>>[]): Hypothesis {
  const L = new Float64Array(rows.length * p);
  rows.forEach((row, a) => {
    for (const [column, weight] of Object.entries(row)) L[a * p + Number(column)] = weight;
  });
  return { name: "", kind, rows: rows.length, L };
}
const F = (...rows: Readonly<Record<number, number>>[]) =>
  testF(estimates, model.inverseR, hypothesis("F", ...rows), -323);
const T = (row: Readonly<Record<number, number>>) =>
  testT(estimates, model.inverseR, hypothesis("T", row), -323);
const close = (a: ArrayLike<number>, b: ArrayLike<number>, within = 1e-9) => {
  for (const v of VERTICES) expect(Math.abs(a[v] / b[v] - 1)).toBeLessThan(within);
};

describe("an F contrast is tested at its rank", () => {
  test("a row that repeats another changes nothing", () => {
    const once = F({ 1: 1 });
    for (const twice of [F({ 1: 1 }, { 1: 2 }), F({ 1: 1 }, { 1: 1 }, { 1: -3 })]) {
      expect(twice.rank).toBe(1);
      close(twice.F, once.F);
      close(twice.df, once.df);
      close(twice.log10p, once.log10p);
    }
    close(
      once.F,
      T({ 1: 1 }).t.map((t) => t * t),
    );
  });

  test("nor does one that is a sum of the others", () => {
    const two = F({ 1: 1 }, { 4: 1 });
    const three = F({ 1: 1 }, { 4: 1 }, { 1: 2, 4: 0.5 });
    expect([two.rank, three.rank]).toEqual([2, 2]);
    close(three.F, two.F);
    close(
      three.R2.map((r2) => r2 / (1 - r2)),
      three.F.map((f, v) => (2 * f) / three.df[v]),
    );
  });

  test("rows of very different sizes are all tested", () => {
    // The df of several rows follow from the rows as they are written, as lmerTest's do; F does not.
    const two = F({ 1: 1 }, { 4: 1 });
    close(F({ 1: 1 }, { 4: 1e25 }).log10p, F({ 1: 1e-25 }, { 4: 1 }).log10p);
    for (const size of [1e-6, 1e6, 1e-25, 1e25]) {
      const uneven = F({ 1: 1 }, { 4: size });
      expect(uneven.rank).toBe(2);
      close(uneven.F, two.F, 1e-7);
    }
  });

  test("the rank is that of the rows, whatever their scale", () => {
    expect(rankOfHypothesis(hypothesis("F", { 1: 1e-20 }, { 4: 1e20 }))).toBe(2);
    expect(rankOfHypothesis(hypothesis("F", { 1: 1, 4: 1 }, { 1: 1e20, 4: 1e20 }))).toBe(1);
  });
});

test("T does not depend on the scale of its weights, and a variance that is no number gives no p", () => {
  const one = T({ 1: 0.5, 4: 1 });
  for (const size of [1e-200, 1e200]) {
    const scaled = T({ 1: 0.5 * size, 4: size });
    close(scaled.t, one.t, 1e-12);
    close(scaled.df, one.df, 1e-12);
    close(scaled.twoSided, one.twoSided, 1e-12);
  }
  const sigma2 = estimates.sigma2.slice();
  for (const bad of [Number.NaN, 0, Number.POSITIVE_INFINITY]) {
    sigma2[3] = bad;
    const tested = testT({ ...estimates, sigma2 }, model.inverseR, hypothesis("T", { 1: 1 }), -323);
    expect([tested.t[3], tested.df[3], tested.oneSided[3], tested.twoSided[3]]).toEqual(
      Array(4).fill(Number.NaN),
    );
    const both = testF({ ...estimates, sigma2 }, model.inverseR, hypothesis("F", { 1: 1 }, { 4: 1 }), -323);
    expect([both.F[3], both.log10p[3]]).toEqual([Number.NaN, Number.NaN]);
    expect(tested.twoSided[2]).toBe(T({ 1: 1 }).twoSided[2]);
  }
});
