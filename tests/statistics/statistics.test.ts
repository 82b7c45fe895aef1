import { expect, test } from "vitest";
import { correlation, count, describe, share } from "../../src/statistics/index";

const { NaN: gap } = Number;

test("describe agrees with R's mean, sd and quantile, and passes over NaN", () => {
  // R: x <- c(3, 1, 4, 1, 5, 9, 2, 6); mean(x); sd(x); quantile(x)
  const d = describe(Float64Array.of(3, gap, 1, 4, 1, 5, 9, gap, 2, 6));
  expect(d.count).toBe(8);
  expect(d.mean).toBeCloseTo(3.875, 12);
  expect(d.sd).toBeCloseTo(2.748376143938713, 12);
  expect(d.quartiles).toEqual([1, 1.75, 3.5, 5.25, 9]);
  expect(d.median).toBe(3.5);
  expect(String(d)).toContain("median");
});

test("describe of both hemispheres describes them together; of nothing it says so", () => {
  expect(describe({ lh: [1, 2], rh: [3, gap] }).quartiles).toEqual([1, 1.5, 2, 2.5, 3]);
  const none = describe([gap]);
  expect([none.count, none.mean, none.median]).toEqual([0, gap, gap]);
});

test("count and share pass over NaN, know the side, and take a third condition", () => {
  const lh = Float64Array.of(1, gap, 3, -4);
  const rh = Float64Array.of(2, 5);
  expect(count(lh, (x) => Math.abs(x) >= 3)).toBe(2);
  expect(count(lh, (_, v) => v === 1)).toBe(0);
  expect(share(lh, (x) => x > 0)).toBe(2 / 3);
  expect(share({ lh, rh }, (x) => x > 0)).toBe(4 / 5);
  expect(
    share(
      { lh, rh },
      (x) => x > 2,
      (_, __, side) => side === "rh",
    ),
  ).toBe(1 / 2);
  expect(
    share(
      lh,
      () => true,
      () => false,
    ),
  ).toBeNaN();
});

test("correlation agrees with R where both have a value", () => {
  // R: cor(c(1, 2, 3, 5), c(2, 1, 4, 3))
  expect(correlation([1, 2, gap, 3, 5], [2, 1, 9, 4, 3])).toBeCloseTo(0.529150262212918, 12);
  expect(() => correlation([1], [1, 2])).toThrow("1 and 2 values; expected two lists of the same length");
});
