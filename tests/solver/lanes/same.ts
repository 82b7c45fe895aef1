import { expect } from "vitest";
import type { Estimates } from "../../../src/solver/estimates.js";

type Name = "sigma2" | "D" | "beta" | "basisCovariance" | "basisGradient" | "parameterCovariance" | "resms";

/** The largest difference of some rows, as a share of the largest value of each row. */
export function worst(name: Name, found: Estimates, expected: Estimates, rows: readonly number[]): number {
  const width = found[name].length / found.vertices.length;
  const of = (estimates: Estimates, v: number) => estimates[name].subarray(v * width, (v + 1) * width);
  return Math.max(
    ...rows.map((v) => {
      const a = of(found, v);
      const b = of(expected, v);
      const size = Math.max(...Array.from(b, Math.abs));
      return Math.max(...Array.from(b, (value, k) => Math.abs(a[k] - value))) / (size || 1);
    }),
  );
}

/** Holds estimates of the lane kernel against those of the solver that takes one vertex after the other. */
export function expectSame(found: Estimates, expected: Estimates, rows: readonly number[]): void {
  expect(rows.length).toBeGreaterThan(0);
  for (const v of rows) {
    expect([v, found.status[v], found.n[v]]).toEqual([v, expected.status[v], expected.n[v]]);
    expect(Math.abs(found.llh[v] - expected.llh[v])).toBeLessThan(
      1e-8 * (1 + Math.abs(expected.llh[v]) / 1e3),
    );
  }
  expect(worst("sigma2", found, expected, rows)).toBeLessThan(1e-7);
  expect(worst("D", found, expected, rows)).toBeLessThan(1e-6);
  expect(worst("beta", found, expected, rows)).toBeLessThan(1e-7);
  expect(worst("resms", found, expected, rows)).toBeLessThan(1e-10);
  expect(worst("basisCovariance", found, expected, rows)).toBeLessThan(1e-6);
  expect(worst("basisGradient", found, expected, rows)).toBeLessThan(1e-3);
  expect(worst("parameterCovariance", found, expected, rows)).toBeLessThan(2e-3);
}
