import { describe, expect, test } from "vitest";
import { interval95, studentPoint95 } from "../../src/wald/interval.js";
import { twoSidedP } from "../../src/wald/tails.js";

describe("confidence intervals", () => {
  test("the point is that of the tables of Student's t", () => {
    // Closed forms: tan(0.475 π) for one degree of freedom, 0.95 √(2 / (1 − 0.95²)) for two.
    expect(studentPoint95(1)).toBeCloseTo(Math.tan(0.475 * Math.PI), 10);
    expect(studentPoint95(2)).toBeCloseTo(0.95 * Math.sqrt(2 / (1 - 0.95 ** 2)), 10);
    expect(studentPoint95(10)).toBeCloseTo(2.228138852, 8);
    expect(studentPoint95(Number.POSITIVE_INFINITY)).toBeCloseTo(1.959963985, 8);
    expect(studentPoint95(0)).toBeNaN();
    expect(studentPoint95(Number.NaN)).toBeNaN();
  });

  test.each([0.7, 3.4, 57.25, 4000, 1e9])("an interval that ends at zero has p = .05: df %d", (df) => {
    const t = studentPoint95(df);
    expect(interval95(t * 2, 2, df)[0]).toBeCloseTo(0, 9);
    expect(twoSidedP(t, df)).toBeCloseTo(0.05, 10);
  });

  test("without SE there is none", () => {
    expect(interval95(1, Number.NaN, 10)).toEqual([Number.NaN, Number.NaN]);
  });
});
