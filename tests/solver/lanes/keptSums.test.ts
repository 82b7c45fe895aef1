import { expect, test } from "vitest";
import type { DesignMatrix } from "../../../src/design/designMatrix.js";
import type { Factor } from "../../../src/design/factor.js";
import { describeIntercepts } from "../../../src/model/interceptDesign.js";
import { buildModel } from "../../../src/model/model.js";
import { allocateEstimates } from "../../../src/solver/estimates.js";
import { InterceptFitter } from "../../../src/solver/lanes/interceptFitter.js";
import type { OtherSums } from "../../../src/solver/lanes/interceptReduction.js";
import { roomForSums } from "../../../src/solver/lanes/keptSums.js";
import { nestedAmong, sumsAreShared } from "../../../src/threads/nestedStudies.js";
import { smallStudy } from "../../studies.js";
import { meansStudy } from "../../torture.js";
import { blocksInOrder } from "./fitting.js";

interface Study {
  readonly X: DesignMatrix;
  readonly factor: Factor;
  readonly Y: Float32Array;
  readonly vertices: number;
}

/** A study without one of its columns. */
function without(study: Study, column: number): Study {
  const { n, columns, values } = study.X;
  const p = columns.length;
  const keeps = (j: number) => j !== column;
  return {
    ...study,
    X: {
      ...study.X,
      n,
      columns: columns.filter((_, j) => keeps(j)),
      values: values.filter((_, k) => keeps(k % p)),
    },
  };
}

const designOf = ({ X, factor }: Study) => {
  const design = describeIntercepts(buildModel(X, factor));
  if (design === undefined) throw new Error("few patterns were expected");
  return design;
};

function fitted({ X, factor, Y, vertices }: Study, isRing: boolean, other: OtherSums) {
  const model = buildModel(X, factor);
  const design = designOf({ X, factor, Y, vertices });
  const columns = Int32Array.from({ length: vertices }, (_, v) => v);
  const estimates = allocateEstimates(columns, model.p, model.q);
  const fitter = new InterceptFitter(model, design, "observed");
  const blocks = blocksInOrder(Y, vertices, design.order.order);
  if (isRing) fitter.fitRing(blocks, columns, columns, estimates, undefined, other);
  else fitter.fitWhole(blocks, columns, columns, estimates, undefined, other);
  expect(fitter.finish()).toEqual([]);
  return estimates;
}

const CHANGING = smallStudy({ seed: 3, q: 1, p: 6, subjects: 60, vertices: 12 });
const MEANS = meansStudy();

test.each([
  ["columns that change within a level", CHANGING, 2, false],
  ["the last column", CHANGING, 5, false],
  ["means of any size", MEANS, 1, false],
  ["images missing", CHANGING, 2, true],
  ["images missing, means of any size", MEANS, 1, true],
] as const)(
  "%s: a nested study takes its sums from the other, to the last bit",
  (_name, study, column, isRing) => {
    const Y = study.Y.slice();
    if (isRing) for (let k = 0; k < Y.length; k += 7) Y[k] = 0;
    const full = { ...study, Y };
    const nested = without(full, column);
    const designs = [full, nested];
    const [, nest] = nestedAmong({ studies: [0, 1], rowOf: [Int32Array.of(0), Int32Array.of(0)] }, designs);
    expect(nest?.column).toEqual(
      Int32Array.from({ length: nested.X.columns.length }, (_, j) => (j < column ? j : j + 1)),
    );
    const lanes = designs.map((one) => ({ kind: "intercept", design: designOf(one) }) as const);
    expect(sumsAreShared(lanes[1], lanes[0])).toBe(true);
    const columns = Array.from({ length: study.vertices }, (_, v) => v);
    const { p, patterns, width } = {
      p: full.X.columns.length,
      patterns: lanes[0].design.g.length,
      width: study.vertices,
    };
    const sums = roomForSums({ p, patterns, width }, { whole: columns, ring: columns }, 2 ** 24);
    fitted(full, isRing, { keep: sums });
    const alone = fitted(nested, isRing, {});
    // Other images: nothing of these may be looked at.
    const elsewhere = { ...nested, Y: Y.map((value) => value + 1) };
    const taken = { sums, column: nest?.column ?? new Int32Array(0) };
    expect(fitted(elsewhere, isRing, { nested: taken })).toEqual(alone);
    expect(fitted(elsewhere, isRing, {}).beta).not.toEqual(alone.beta);
  },
);

test("vertices beyond the memory that sums may take are summed again", () => {
  const columns = Array.from({ length: CHANGING.vertices }, (_, v) => v);
  const design = designOf(CHANGING);
  const size = { p: CHANGING.X.columns.length, patterns: design.g.length, width: CHANGING.vertices };
  const sums = roomForSums(size, { whole: columns, ring: [] }, 16 * 9 * (1 + design.g.length) * (1 + size.p));
  const kept = sums.whole.isFilled.length;
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(12);
  fitted(CHANGING, false, { keep: sums });
  const nested = without(CHANGING, 2);
  const taken = { sums, column: Int32Array.of(0, 1, 3, 4, 5) };
  expect(fitted(nested, false, { nested: taken })).toEqual(fitted(nested, false, {}));
});

test("another factor, other images or another column are not nested", () => {
  const nested = without(CHANGING, 2);
  const rowOf = [Int32Array.of(0, 1), Int32Array.of(0, 1)];
  const among = (one: Study, rows = rowOf) =>
    nestedAmong({ studies: [0, 1], rowOf: rows }, [CHANGING, one])[1];
  expect(among(nested)?.host).toBe(0);
  expect(among(CHANGING)?.column).toEqual(Int32Array.of(0, 1, 2, 3, 4, 5));
  expect(among(nested, [rowOf[0], Int32Array.of(1, 0)])).toBeUndefined();
  const level = nested.factor.level.slice();
  level[0] = (level[0] + 1) % nested.factor.levels.length;
  expect(among({ ...nested, factor: { ...nested.factor, level } })).toBeUndefined();
  const values = nested.X.values.slice();
  values[7] += 1e-9;
  expect(among({ ...nested, X: { ...nested.X, values } })).toBeUndefined();
  // The smaller study first: nothing is nested in it.
  expect(nestedAmong({ studies: [0, 1], rowOf }, [nested, CHANGING])[1]).toBeUndefined();
});
