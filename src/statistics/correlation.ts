import { sampleCorrelation } from "simple-statistics";
import { InputError } from "../errors.js";
import { formatCount, plural } from "../print/number.js";

/**
 * Pearson's r of two lists over the places at which both have a value; NaN (outside the mask) is passed over.
 *
 * @throws InputError when the lists differ in length.
 */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) {
    throw new InputError({
      key: "correlation",
      found: `${formatCount(a.length)} and ${plural(b.length, "value", "values")}`,
      expected: "two lists of the same length",
    });
  }
  const both = Array.from({ length: a.length }, (_, k) => k).filter(
    (k) => !Number.isNaN(a[k]) && !Number.isNaN(b[k]),
  );
  if (both.length < 2) return Number.NaN;
  return sampleCorrelation(
    both.map((k) => a[k]),
    both.map((k) => b[k]),
  );
}
