import path from "node:path";
import { type Fault, InputError } from "./errors.js";
import { boundaryMixture, likelihoodRatio, mixtureLog10 } from "./inference/likelihoodRatio.js";
import { vechLength } from "./matrix/vech.js";
import { Results } from "./results/results.js";
import { isKnown, unknownFit } from "./results/resultsInfo.js";
import { writeResults } from "./results/writeResults.js";

/** Where a comparison goes. */
export interface CompareOptions {
  /** Results directory to write; nothing is written when left out. */
  readonly outdir?: string;
}

/**
 * Likelihood-ratio test of nested random effects at every vertex of both masks: q random effects against
 * q − 1 in one factor, or one against a linear model. p is from the ½:½ mixture of χ²(q−1) and χ²(q).
 * Models given in the wrong order are swapped, with a warning.
 *
 * @throws InputError when the fits did not see the same images with the same X, or differ by other than
 * one random effect.
 */
export function compare(reduced: Results, full: Results, options: CompareOptions = {}): Results {
  const warnings: string[] = [];
  let [smaller, larger] = [reduced, full];
  if (randomEffects(smaller) > randomEffects(larger)) {
    [smaller, larger] = [larger, smaller];
    warnings.push(
      `The models were given in the wrong order and were swapped: ${titleOf(smaller)} is the reduced one.`,
    );
  }
  const q = randomEffects(larger);
  checkNested(smaller, larger);
  const vertices = larger.info.vertices;
  const mixture = boundaryMixture(q);
  const [llhReduced, llhFull] = [logLikelihood(smaller), logLikelihood(larger)];
  const mask = larger.mask.map((inside, v) => inside * smaller.mask[v]);
  const images = larger.map("n").data;
  const status = larger.has("status") ? larger.map("status").data : undefined;
  const extra = vechLength(q) - vechLength(q - 1);
  const float64 = () => new Float64Array(vertices);
  const maps = { Chi2: float64(), Chi2lp: float64(), dAIC: float64(), dBIC: float64() };
  let singular = 0;
  for (let v = 0; v < vertices; v++) {
    if (mask[v] === 0) continue;
    const chi2 = likelihoodRatio(llhFull[v], llhReduced[v]);
    maps.Chi2[v] = chi2;
    maps.Chi2lp[v] = mixtureLog10(chi2, mixture, larger.info.minlog);
    maps.dAIC[v] = -2 * (llhFull[v] - llhReduced[v]) + 2 * extra;
    maps.dBIC[v] = -2 * (llhFull[v] - llhReduced[v]) + Math.log(images[v]) * extra;
    if (status?.[v] === 2) singular++;
  }
  const all: Record<string, Float64Array | Int32Array> = {
    mask,
    n: larger.map("n").volume().map(zeroOutside),
    ...maps,
  };
  const results = new Results(
    {
      ...larger.info,
      kind: "compare",
      contrasts: [],
      fit: unknownFit,
      comparison: {
        reduced: titleOf(smaller),
        full: titleOf(larger),
        reducedQ: q - 1,
        fullQ: q,
        mixture,
        compared: mask.reduce((sum, inside) => sum + inside, 0),
        singular,
      },
      warnings,
    },
    { names: Object.keys(all), read: (name) => all[name], estimates: () => undefined },
    undefined,
  );
  if (options.outdir === undefined) return results;
  const directory = path.resolve(options.outdir);
  writeResults(results, directory, undefined);
  return results.in(directory);
}

const zeroOutside = (value: number) => (Number.isNaN(value) ? 0 : value);

function titleOf(results: Results): string {
  if (results.directory !== undefined) return path.basename(results.directory);
  const q = randomEffects(results);
  return q === 0 ? "linear model" : `model with ${q} random effect${q > 1 ? "s" : ""}`;
}

/** q: random effects a level, from the size of D. */
function randomEffects(results: Results): number {
  if (!results.has("D")) return 0;
  return Math.round((Math.sqrt(8 * results.map("D").volumes + 1) - 1) / 2);
}

/** The restricted log-likelihood in full precision where there is one: a ratio of maps in float32 is coarse. */
function logLikelihood(results: Results): Float64Array {
  const llh = Float64Array.from(results.map("llh").data);
  if (!isKnown(results.info.fit)) return llh;
  const estimates = results.estimates();
  estimates.vertices.forEach((v, row) => {
    llh[v] = estimates.llh[row];
  });
  return llh;
}

function checkNested(reduced: Results, full: Results): void {
  const faults: Fault[] = [];
  const add = (found: string, expected: string, hint?: string) =>
    faults.push({
      key: `compare ${titleOf(reduced)} ${titleOf(full)}`,
      found,
      expected,
      ...(hint === undefined ? {} : { hint }),
    });
  for (const results of [reduced, full]) {
    if (!results.has("llh") || !results.has("n")) {
      add(`${titleOf(results)} has no llh and n maps`, "the results of a fit");
    }
  }
  if (faults.length > 0) throw new InputError(faults);
  const [a, b] = [reduced.info, full.info];
  const count = (value: number | undefined) => value?.toLocaleString("en-US") ?? "unknown";
  if (a.vertices !== b.vertices) {
    add(`${count(a.vertices)} and ${count(b.vertices)} vertices`, "images of the same size");
  } else {
    const different = differentN(reduced, full);
    if (different !== undefined) {
      const { vertex, vertices, n } = different;
      add(
        `different numbers of images at ${count(vertices)} vertices (vertex ${vertex}: ${count(n[0])} and ${count(n[1])})`,
        "equal samples",
        "Fit the reduced model again on the subjects of the full one.",
      );
    }
  }
  const [q0, q1] = [randomEffects(reduced), randomEffects(full)];
  if (q1 - q0 !== 1) {
    add(
      q0 === q1 ? `${q0} random effects in both` : `${q0} and ${q1} random effects`,
      "models that differ by one random effect of one factor",
    );
  }
  if (a.columns.length !== b.columns.length) {
    add(
      `${a.columns.length} and ${b.columns.length} columns of X`,
      "the same X: REML fits with different X are not comparable",
    );
  } else if (isKnown(a.fit) && isKnown(b.fit)) {
    if (a.fit.designDigest !== b.fit.designDigest) {
      add("different X", "the same X: REML fits with different X are not comparable");
    }
    if (a.fit.imagesDigest !== b.fit.imagesDigest)
      add("different images", "the same images in the same order");
  }
  if (faults.length > 0) throw new InputError(faults);
}

function differentN(
  reduced: Results,
  full: Results,
): { vertex: number; vertices: number; n: readonly [number, number] } | undefined {
  const [a, b] = [reduced.map("n").data, full.map("n").data];
  let vertices = 0;
  let vertex = -1;
  for (let v = 0; v < a.length; v++) {
    if (reduced.mask[v] === 0 || full.mask[v] === 0 || a[v] === b[v]) continue;
    if (vertex < 0) vertex = v;
    vertices++;
  }
  return vertices === 0 ? undefined : { vertex, vertices, n: [a[vertex], b[vertex]] };
}
