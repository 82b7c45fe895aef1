import { InputError } from "../errors.js";
import { nearestNames } from "../print/nearest.js";
import type { Results } from "../results/results.js";
import { twoSidedLog10 } from "../wald/tails.js";

/**
 * −log10 p of one contrast: two-sided for T, of F, or of a likelihood ratio. Two-sided p is computed where a directory
 * of another program has T and its degrees of freedom but only one-sided p.
 *
 * @param contrast name, or number among the T contrasts (the F contrasts where there are no others).
 * @returns float64, V; NaN outside the mask.
 * @throws InputError naming the contrasts there are.
 */
export function minusLog10p(results: Results, contrast: string | number): Float64Array {
  if (results.has("Chi2lp")) return results.map("Chi2lp").volume();
  const T = results.has("conT") ? results.map("conT") : undefined;
  const F = results.has("conFlp") ? results.map("conFlp") : undefined;
  const names = [...(T?.labels ?? []), ...(F?.labels ?? [])];
  if (typeof contrast === "string" && !names.includes(contrast)) {
    const offered = names.length <= 10 ? names : nearestNames(contrast, names);
    throw new InputError({
      key: "contrast",
      found: `no contrast ${JSON.stringify(contrast)}`,
      expected: names.length === 0 ? "results with contrasts" : `one of ${offered.join(", ")}`,
    });
  }
  if (
    F !== undefined &&
    (T === undefined || (typeof contrast === "string" && !T.labels.includes(contrast)))
  ) {
    return F.volume(contrast);
  }
  if (T === undefined) {
    throw new InputError({ found: "results without tests", expected: "T, F or χ² maps" });
  }
  if (results.has("conTlp2")) return results.map("conTlp2").volume(contrast);
  const [t, df] = [T.volume(contrast), results.map("conT_swedf").volume(T.indexOf(contrast))];
  return t.map((value, v) =>
    Number.isNaN(value) ? Number.NaN : twoSidedLog10(value, df[v], results.info.minlog),
  );
}
