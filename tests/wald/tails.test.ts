import { describe, expect, test } from "vitest";
import { mixtureLog10 } from "../../src/inference/likelihoodRatio.js";
import { minusLog10, oneSidedLog10, twoSidedLog10 } from "../../src/wald/tails.js";

const MINLOG = -323.3062153431158;

describe("a statistic that could not be computed has no p", () => {
  test.each([
    ["p", () => minusLog10(Number.NaN, MINLOG)],
    ["a one-sided T", () => oneSidedLog10(Number.NaN, 10, MINLOG)],
    ["a two-sided T", () => twoSidedLog10(Number.NaN, 10, MINLOG)],
    ["a T without degrees of freedom", () => twoSidedLog10(2, Number.NaN, MINLOG)],
    ["a χ²", () => mixtureLog10(Number.NaN, [{ df: 1, weight: 1 }], MINLOG)],
  ])("%s", (_, p) => expect(p()).toBeNaN());

  test("while a p below the smallest double has the floor", () => {
    expect(minusLog10(0, MINLOG)).toBe(-MINLOG);
    expect(twoSidedLog10(1e200, 10, MINLOG)).toBe(-MINLOG);
    expect(twoSidedLog10(0, 10, MINLOG)).toBe(0);
  });
});
