/**
 * Sizes between which the largest weight of a row must lie. T and F do not depend on the scale of a contrast, but
 * its estimate and standard error are written as float32, which ends at 3.4e38.
 */
const [SMALLEST, LARGEST] = [1e-30, 1e30];

/** What is wrong with one row of weights of a contrast; undefined when nothing is. */
export function faultOfWeights(
  row: ArrayLike<number>,
): { readonly found: string; readonly expected: string } | undefined {
  let size = 0;
  for (const weight of Array.from(row)) {
    if (!Number.isFinite(weight)) {
      return {
        found: Number.isNaN(weight) ? "a weight that is no number" : "a weight that overflows",
        expected: "finite numbers",
      };
    }
    size = Math.max(size, Math.abs(weight));
  }
  if (size === 0) return { found: "weights that are all zero", expected: "at least one weight" };
  if (size > LARGEST || size < SMALLEST) {
    return {
      found: `weights as ${size > LARGEST ? "large" : "small"} as ${size.toExponential(1)}`,
      expected: `the largest weight of a row between ${SMALLEST} and ${LARGEST}: a contrast means the same on any scale`,
    };
  }
  return undefined;
}
