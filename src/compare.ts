import path from "node:path";
import { InputError } from "./errors.js";
import { checkComparable, randomEffects } from "./inference/comparability.js";
import { boundaryMixture, likelihoodRatio, mixtureLog10 } from "./inference/likelihoodRatio.js";
import { vechLength } from "./matrix/vech.js";
import { isPair, type Pair } from "./pair.js";
import { Results } from "./results/results.js";
import { isKnown, unknownFit } from "./results/resultsInfo.js";
import { type ResultsOf, ResultsPair } from "./results/resultsPair.js";
import { resultsInto } from "./results/writeResults.js";

/** Where a comparison goes. */
export interface CompareOptions {
  /** Results directory to write, one a side for pairs; nothing is written when left out. */
  readonly outdir?: string | Pair<string>;
}

/**
 * Likelihood-ratio test of nested random effects at every vertex of both masks: q random effects against
 * q − 1 in one factor, or one against a linear model. p is from the ½:½ mixture of χ²(q−1) and χ²(q).
 * Models given in the wrong order are swapped, with a warning.
 *
 * @param reduced one fit, or both hemispheres as `{ lh, rh }`; `full` likewise.
 * @throws InputError when the fits did not see the same images with the same X and grouping, or differ by other
 * than one random effect that is added to those of the reduced model.
 */
export function compare<Fits extends Results | Pair<Results>>(
  reduced: Fits,
  full: Fits extends Results ? Results : Pair<Results>,
  options: CompareOptions = {},
): ResultsOf<Fits> {
  const { outdir } = options;
  const fits: Results | Pair<Results> = full;
  if (isPair<Results>(reduced) && isPair<Results>(fits)) {
    const directories = outdir === undefined ? { lh: undefined, rh: undefined } : outdir;
    if (typeof directories === "string") throw wrongOutdir(directories, "one directory a side: { lh, rh }");
    return new ResultsPair(
      compareOne(reduced.lh, fits.lh, directories.lh),
      compareOne(reduced.rh, fits.rh, directories.rh),
    ) as ResultsOf<Fits>;
  }
  if (isPair<Results>(reduced) || isPair<Results>(fits)) {
    throw new InputError({
      key: "compare",
      found: "one hemisphere and a pair of both",
      expected: "two fits, or two pairs { lh, rh }",
    });
  }
  if (typeof outdir === "object") throw wrongOutdir("{ lh, rh }", "one directory for one hemisphere");
  return compareOne(reduced, fits, outdir) as ResultsOf<Fits>;
}

function wrongOutdir(found: string, expected: string): InputError {
  return new InputError({ key: "outdir", found, expected });
}

function compareOne(reduced: Results, full: Results, outdir: string | undefined): Results {
  const inputs = [reduced.directory, full.directory].filter((directory) => directory !== undefined);
  const title = `comparison of ${titleOf(reduced)} and ${titleOf(full)}`;
  return resultsInto(outdir, { kind: "compare", title, inputs }, () => compared(reduced, full));
}

function compared(reduced: Results, full: Results): Results {
  const warnings: string[] = [];
  let [smaller, larger] = [reduced, full];
  if (randomEffects(smaller) > randomEffects(larger)) {
    [smaller, larger] = [larger, smaller];
    warnings.push(
      `The models were given in the wrong order and were swapped: ${titleOf(smaller)} is the reduced one.`,
    );
  }
  const q = randomEffects(larger);
  warnings.push(...checkComparable(smaller, larger, [titleOf(smaller), titleOf(larger)]));
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
  return new Results(
    {
      ...larger.info,
      kind: "compare",
      design: "",
      configuration: undefined,
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
}

const zeroOutside = (value: number) => (Number.isNaN(value) ? 0 : value);

function titleOf(results: Results): string {
  if (results.directory !== undefined) return path.basename(results.directory);
  const q = randomEffects(results);
  return q === 0 ? "linear model" : `model with ${q} random effect${q > 1 ? "s" : ""}`;
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
