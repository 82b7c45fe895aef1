import { InputError } from "../errors.js";
import type { Patches } from "../mesh/index.js";
import { each, isPair, type Pair, sidesOf } from "../pair.js";
import { formatCount, formatNumber } from "../print/number.js";
import { Report } from "../print/report.js";
import type { Results } from "../results/results.js";
import { minusLog10p } from "./surprise.js";

/** Where the bar is when thousands of vertices are tested at once; prints itself, and can be laid over a view. */
export class Threshold extends Report {
  readonly #tests: Float64Array | Pair<Float64Array>;

  constructor(
    readonly method: string,
    /** −log10 p that a vertex must reach. Where none does: what the strongest would have to reach. */
    readonly threshold: number,
    /** Vertices that reach it. */
    readonly count: number,
    /** Vertices that were tested. */
    readonly of: number,
    /** −log10 p; float64, V; NaN outside the mask. Of both hemispheres where both were corrected for together. */
    tests: Float64Array | Pair<Float64Array>,
  ) {
    super(
      `${method}: ${formatCount(count)} of ${formatCount(of)} vertices pass`,
      [`−log10 p ≥ ${formatNumber(threshold)}${count === 0 ? ", which no vertex reaches" : ""}`],
      [],
    );
    this.#tests = tests;
  }

  /** The vertices that pass, for `view(results, { overlay: fdr(results) })`. */
  get patches(): Patches | Pair<Patches> {
    const passing = (log10p: Float64Array): Patches => ({
      title: this.method,
      names: [`passes ${this.method}`],
      at: Int32Array.from(log10p, (value) => (value >= this.threshold ? 0 : -1)),
    });
    return isPair(this.#tests) ? each(this.#tests, passing) : passing(this.#tests);
  }
}

/**
 * The false discovery rate of Benjamini & Hochberg (1995, Journal of the Royal Statistical Society B 57): of the
 * vertices at or over the threshold, a share of q is false on average. Works for T (two-sided), F and χ².
 *
 * @param results one hemisphere, or both as `{ lh, rh }`: then all their vertices are corrected for together.
 * @throws InputError for a contrast that is none, or a q that is no share.
 */
export function fdr(
  results: Results | Pair<Results>,
  options: { readonly contrast?: string | number; readonly q?: number } = {},
): Threshold {
  const { contrast = 0, q = 0.05 } = options;
  checkShare("q", q);
  const tests = testsOf(results, contrast);
  const lp = tested(tests).sort().reverse();
  const m = lp.length;
  let k = 0;
  lp.forEach((value, i) => {
    if (10 ** -value <= (q * (i + 1)) / m) k = i + 1;
  });
  return new Threshold(`FDR ${q}`, k === 0 ? -Math.log10(q / m) : lp[k - 1], k, m, tests);
}

/**
 * Bonferroni's correction: with a probability of 1 − alpha not one vertex at or over the threshold is false.
 *
 * @param results one hemisphere, or both as `{ lh, rh }`: then all their vertices are corrected for together.
 * @throws InputError for a contrast that is none, or an alpha that is no share.
 */
export function bonferroni(
  results: Results | Pair<Results>,
  options: { readonly contrast?: string | number; readonly alpha?: number } = {},
): Threshold {
  const { contrast = 0, alpha = 0.05 } = options;
  checkShare("alpha", alpha);
  const tests = testsOf(results, contrast);
  const lp = tested(tests);
  const threshold = -Math.log10(alpha / lp.length);
  const passing = lp.filter((value) => value >= threshold).length;
  return new Threshold(`Bonferroni ${alpha}`, threshold, passing, lp.length, tests);
}

/** −log10 p of every vertex; NaN outside the mask. */
function testsOf(
  results: Results | Pair<Results>,
  contrast: string | number,
): Float64Array | Pair<Float64Array> {
  const test = (one: Results) => minusLog10p(one, contrast);
  return isPair(results) ? each(results, test) : test(results);
}

/** −log10 p of the vertices in the mask of either hemisphere. */
function tested(tests: Float64Array | Pair<Float64Array>): Float64Array {
  const lp = Float64Array.from(
    sidesOf(tests).flatMap((side) => Array.from(side.filter((value) => !Number.isNaN(value)))),
  );
  if (lp.length > 0) return lp;
  throw new InputError({ found: "a mask without vertices", expected: "at least one test" });
}

function checkShare(key: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw new InputError({ key, found: String(value), expected: "a number between 0 and 1, such as 0.05" });
}
