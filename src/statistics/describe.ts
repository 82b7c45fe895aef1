import { mean, sampleStandardDeviation } from "simple-statistics";
import { type Pair, sidesOf } from "../pair.js";
import { Table } from "../print/table.js";
import { present } from "./present.js";

/** Count, mean, SD and quartiles of some values; prints itself. */
export class Description extends Table {
  /** Values that are there. */
  readonly count: number;
  readonly mean: number;
  /** With n − 1 in the denominator; NaN for fewer than two values. */
  readonly sd: number;
  /** Lowest, 25%, median, 75%, highest: interpolated as in R's `quantile` (type 7). */
  readonly quartiles: readonly [number, number, number, number, number];

  constructor(values: ArrayLike<number>) {
    const sorted = present(values).sort();
    const list = Array.from(sorted);
    const average = list.length === 0 ? Number.NaN : mean(list);
    const spread = list.length < 2 ? Number.NaN : sampleStandardDeviation(list);
    const at = (share: number) => quantile(sorted, share);
    const quartiles = [at(0), at(0.25), at(0.5), at(0.75), at(1)] as const;
    super(
      "",
      ["values", "mean", "SD", "lowest", "25%", "median", "75%", "highest"],
      [[list.length, average, spread, ...quartiles]],
    );
    this.count = list.length;
    this.mean = average;
    this.sd = spread;
    this.quartiles = quartiles;
  }

  get median(): number {
    return this.quartiles[2];
  }
}

/**
 * Count, mean, SD, quartiles and median of a map, a column or any list; NaN (outside the mask) is passed over.
 *
 * @param values one list, or both hemispheres, which are then described together.
 */
export function describe(values: ArrayLike<number> | Pair<ArrayLike<number>>): Description {
  const sides = sidesOf<ArrayLike<number>>(values);
  return new Description(sides.length === 1 ? sides[0] : sides.flatMap((side) => Array.from(side)));
}

/** Quantile of sorted values, between the two nearest ones (R's type 7: Hyndman & Fan 1996). */
function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.ceil(at);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
