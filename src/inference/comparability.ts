import { outsideSpan } from "../design/sketch.js";
import { type Fault, InputError } from "../errors.js";
import { formatCount, plural } from "../print/number.js";
import type { Results } from "../results/results.js";
import { isKnown } from "../results/resultsInfo.js";

/**
 * Refuses fits whose restricted likelihoods cannot be compared. They can when, at each vertex, the same images are
 * there (their number and a fingerprint of what they contained), X and the factor's grouping are the same, and the
 * reduced Z lies in the span of the full one. Where the images lay plays no part.
 *
 * @param names what the two are called in messages.
 * @returns notes: what is odd, and what could not be checked.
 * @throws InputError with everything that is not comparable.
 */
export function checkComparable(reduced: Results, full: Results, names: readonly [string, string]): string[] {
  const faults: Fault[] = [];
  const key = `compare ${names[0]} ${names[1]}`;
  const add = (found: string, expected: string, hint?: string) =>
    faults.push({ key, found, expected, ...(hint === undefined ? {} : { hint }) });
  [reduced, full].forEach((results, k) => {
    if (!results.has("llh") || !results.has("n"))
      add(`${names[k]} has no llh and n maps`, "the results of a fit");
  });
  if (faults.length > 0) throw new InputError(faults);
  const [a, b] = [reduced.info, full.info];
  if (a.vertices !== b.vertices) {
    add(`${formatCount(a.vertices)} and ${formatCount(b.vertices)} vertices`, "images of the same size");
  } else compareImages(reduced, full, add);
  const [q0, q1] = [randomEffects(reduced), randomEffects(full)];
  if (q1 - q0 !== 1) {
    add(
      q0 === q1 ? `${q0} random effects in both` : `${q0} and ${q1} random effects`,
      "models that differ by one random effect of one factor",
    );
  }
  const sameX = "the same X: REML fits with different X are not comparable";
  if (a.columns.length !== b.columns.length) {
    add(`${a.columns.length} and ${plural(b.columns.length, "column", "columns")} of X`, sameX);
  }
  if (!isKnown(a.fit) || !isKnown(b.fit)) {
    if (faults.length > 0) throw new InputError(faults);
    const which = isKnown(a.fit) ? names[1] : isKnown(b.fit) ? names[0] : "either fit";
    return [
      `What the images contained, X and Z are not recorded for ${which}: only n at each vertex and the sizes of the models were compared.`,
    ];
  }
  // Of other images X and the groups are others too: that has been said, and to say it again would mislead.
  const sameRows = a.n === b.n;
  if (sameRows && a.columns.length === b.columns.length && a.fit.designDigest !== b.fit.designDigest)
    add("different X", sameX);
  if (sameRows && q0 > 0 && a.fit.groupingDigest !== b.fit.groupingDigest) {
    add(
      `different groups of images (${a.factor.name}: ${formatCount(a.factor.levels)} levels, ${b.factor.name}: ${formatCount(b.factor.levels)})`,
      "the same factor in both models",
    );
  } else if (sameRows) {
    const outside = outsideSpan(a.fit.zSketch, b.fit.zSketch);
    if (outside.length > 0) {
      const columns = outside.map((j) => a.factor.columns[j]).join(", ");
      add(
        `random effects of ${names[0]} that ${names[1]} does not contain: ${columns}`,
        "a reduced Z in the span of the full one",
      );
    }
  }
  if (faults.length > 0) throw new InputError(faults);
  return a.fit.pathsDigest === b.fit.pathsDigest
    ? []
    : ["The images were read from other places; what they contained is the same."];
}

/** q: random effects a level, from the size of D. */
export function randomEffects(results: Results): number {
  if (!results.has("D")) return 0;
  return Math.round((Math.sqrt(8 * results.map("D").volumes + 1) - 1) / 2);
}

/** n at each vertex of both masks, and what the images contained there. */
function compareImages(
  reduced: Results,
  full: Results,
  add: (found: string, expected: string, hint?: string) => void,
): void {
  const [a, b] = [reduced.map("n").data, full.map("n").data];
  const both = Array.from(reduced.mask.keys()).filter((v) => reduced.mask[v] !== 0 && full.mask[v] !== 0);
  const unequal = both.filter((v) => a[v] !== b[v]);
  if (unequal.length > 0) {
    const [v] = unequal;
    add(
      `different numbers of images at ${plural(unequal.length, "vertex", "vertices")} (vertex ${v}: ${formatCount(a[v])} and ${formatCount(b[v])})`,
      "equal samples",
      "Fit the reduced model again on the subjects of the full one.",
    );
    return;
  }
  const [prints, others] = [fingerprints(reduced), fingerprints(full)];
  if (prints === undefined || others === undefined) return;
  const changed = both.filter((v) => prints.get(v) !== others.get(v));
  if (changed.length > 0) {
    add(
      `images with other values at ${plural(changed.length, "vertex", "vertices")} (the first is ${changed[0]})`,
      "fits of the same images in the same order",
      "If the images changed since the first fit, fit it again.",
    );
  }
}

/** What the images contained, by vertex; undefined where it is not recorded. */
function fingerprints(results: Results): Map<number, number> | undefined {
  if (!isKnown(results.info.fit)) return undefined;
  const { vertices, imagesDigest } = results.estimates();
  return new Map(Array.from(vertices, (v, row) => [v, imagesDigest[row]]));
}
