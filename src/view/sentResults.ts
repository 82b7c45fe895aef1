import { InputError } from "../errors.js";
import { contrastMaps } from "../inference/contrastMaps.js";
import { invertUpper } from "../matrix/qr.js";
import { estimateMaps } from "../results/estimateMaps.js";
import { openResults } from "../results/openResults.js";
import { Results } from "../results/results.js";
import { isKnown, type ResultsInfo } from "../results/resultsInfo.js";
import type { Estimates } from "../solver/estimates.js";

/** Results on their way into another thread: no numbers are copied that a file or shared memory has. */
export type SentResults =
  | { readonly info: ResultsInfo; readonly directory: string }
  | { readonly info: ResultsInfo; readonly estimates: Estimates; readonly maps: readonly string[] }
  | { readonly info: ResultsInfo; readonly values: Readonly<Record<string, ArrayLike<number>>> };

/** What another thread needs to have the same results. */
export function sentResults(results: Results): SentResults {
  const { info, directory, maps } = results;
  if (directory !== undefined) return { info, directory };
  const estimates = results.estimatesIfAny();
  if (estimates !== undefined && isKnown(info.fit)) return { info, estimates, maps };
  return { info, values: Object.fromEntries(maps.map((name) => [name, results.map(name).data])) };
}

/**
 * The same results in this thread.
 *
 * @throws InputError when their directory holds others meanwhile, or none.
 */
export async function receivedResults(sent: SentResults): Promise<Results> {
  const { info } = sent;
  if ("directory" in sent) return reopened(info, sent.directory);
  if ("estimates" in sent) return remade(info, sent.estimates, sent.maps);
  const { values } = sent;
  const read = (name: string) => Float64Array.from(values[name]);
  return new Results(info, { names: Object.keys(values), read, estimates: () => undefined }, undefined);
}

async function reopened(info: ResultsInfo, directory: string): Promise<Results> {
  const contrasts = info.contrasts.filter(({ kind }) => kind === "T").map(({ name }) => name);
  const results = await openResults(directory, { contrasts, columns: info.columns });
  if (fingerprint(results.info) === fingerprint(info)) return results;
  throw new InputError({
    file: directory,
    found: "other results than those of this view",
    expected: "those that were there when the cell ran",
    hint: "Run the cell again.",
  });
}

/** What no two fits of different data, models or moments have in common. */
function fingerprint({ kind, vertices, contrasts, fit, comparison }: ResultsInfo): string {
  const { imagesDigest, designDigest, groupingDigest, seconds, backend } = fit;
  const names = contrasts.map(({ name }) => name);
  return JSON.stringify([
    kind,
    vertices,
    names,
    imagesDigest,
    designDigest,
    groupingDigest,
    seconds,
    backend,
    comparison,
  ]);
}

/** The maps of a fit or a contrast follow from its estimates. */
function remade(info: ResultsInfo, estimates: Estimates, names: readonly string[]): Results {
  const inverseR = invertUpper(Float64Array.from(info.fit.R), estimates.p);
  const contrasts = info.contrasts.map(({ name, kind, L }) => ({
    name,
    kind,
    rows: L.length,
    L: Float64Array.from(L.flat()),
  }));
  const maps = new Map<string, () => Float64Array | Int32Array>([
    ...estimateMaps(estimates, inverseR, info.vertices, {
      cov: names.includes("cov"),
      resms: names.includes("resms"),
    }),
    ...contrastMaps(estimates, inverseR, contrasts, info.vertices, info.minlog),
  ]);
  const read = (name: string) => maps.get(name)?.() ?? new Float64Array(0);
  // A contrast's own maps do without σ² and D, which charts of a vertex want.
  const all = info.kind === "contrast" ? [...maps.keys()] : names;
  return new Results(info, { names: all, read, estimates: () => estimates }, undefined);
}
