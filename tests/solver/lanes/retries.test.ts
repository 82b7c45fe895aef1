import { describe, expect, test } from "vitest";
import { copyNumbers } from "../../../src/solver/lanes/slopePoint.js";
import {
  isDoubtful,
  levelsWithInformation,
  levelsWithResiduals,
  startsAfter,
} from "../../../src/solver/lanes/slopeRetries";
import { SlopeSearch } from "../../../src/solver/lanes/slopeSearch";

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
    expect(levelsWithResiduals(levelsOfSize(500, 1))).toBeCloseTo(500, 8);
  });

  test("are one where it has nearly all", () => {
    expect(levelsWithResiduals(levelsOfSize(5000, 1e4))).toBeCloseTo(1, 3);
  });

  test("are none where nothing is left", () => {
    expect(levelsWithResiduals(new Float64Array(40))).toBe(0);
  });
});

describe("levels that carry Z", () => {
  const G = (traces: readonly number[]) => Float64Array.from(traces.flatMap((t) => [t / 2, 0.3, t / 2, 0]));

  test("are all of them where each has as many images", () => {
    expect(levelsWithInformation(G(new Array(250).fill(3)))).toBeCloseTo(250, 8);
  });

  test("are few where one level has 200 images and 250 have three", () => {
    expect(levelsWithInformation(G([200, ...new Array(250).fill(3)]))).toBeCloseTo(950 ** 2 / 42250, 8);
  });
});

describe("where a search starts again", () => {
  const onEdge = new SlopeSearch([0.3, 0, 0], 100);
  const inside = new SlopeSearch([0.3, 0, 0.3], 100);

  test("an optimum on the edge is doubtful; one that f rises steeply from is not", () => {
    expect(isDoubtful(onEdge)).toBe(true);
    copyNumbers([1e3, 0, 0, 0, 1e3, 0, 0, 0, 1e3], inside.hessian);
    expect(isDoubtful(inside)).toBe(false);
    copyNumbers([1, 0, 0, 0, 1, 0, 0, 0, 1], inside.hessian);
    expect(isDoubtful(inside)).toBe(true);
  });

  test("one start where many levels count", () => {
    expect(startsAfter(onEdge, 40)).toEqual([0]);
    expect(startsAfter(inside, 60)).toEqual([3]);
  });

  test("from far out too where an optimum is inside, until very many count", () => {
    expect(startsAfter(inside, 40)).toEqual([0, 3]);
    expect(startsAfter(inside, 59)).toEqual([0, 3]);
  });

  test("all of them where few do", () => {
    expect(startsAfter(onEdge, 39)).toEqual([0, 1, 2, 4, 5]);
    expect(startsAfter(inside, 39)).toEqual([0, 2, 3]);
  });
});
