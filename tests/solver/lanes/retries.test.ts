import { describe, expect, test } from "vitest";
import { levelsThatCount, startsWith } from "../../../src/solver/lanes/slopeRetries";

/** z of so many levels, of the same size but for the first, which is so many times as large. */
function levelsOfSize(levels: number, first: number): Float64Array {
  const z = Float64Array.from({ length: 2 * levels }, (_, k) =>
    Math.cos((k >> 1) + (k % 2 === 0 ? 0 : Math.PI / 2)),
  );
  z[0] *= first;
  z[1] *= first;
  return z;
}

describe("levels that carry the residuals", () => {
  test("are all of them where each has as much", () => {
    expect(levelsThatCount(levelsOfSize(500, 1))).toBeCloseTo(500, 8);
  });

  test("are one where it has nearly all", () => {
    expect(levelsThatCount(levelsOfSize(5000, 1e4))).toBeCloseTo(1, 3);
  });

  test("are none where nothing is left", () => {
    expect(levelsThatCount(new Float64Array(40))).toBe(0);
  });
});

describe("an optimum on the edge is searched for again", () => {
  test("from one start where many levels carry the residuals", () => {
    expect(startsWith([0, 1, 2], levelsOfSize(500, 1))).toEqual([0]);
  });

  test("from all where one level outweighs thousands", () => {
    expect(startsWith([0, 1, 2], levelsOfSize(5000, 50))).toEqual([0, 1, 2]);
  });

  test("from all where there are few levels", () => {
    expect(startsWith([0, 1, 2, 4], levelsOfSize(150, 1))).toEqual([0, 1, 2, 4]);
  });

  test("as before where the optimum is inside", () => {
    expect(startsWith([3], levelsOfSize(500, 1))).toEqual([3]);
  });
});
