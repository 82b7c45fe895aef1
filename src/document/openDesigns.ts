import { type OpenOptions, openResults } from "../results/openResults.js";
import type { Results } from "../results/results.js";
import type { Hemisphere, PerHemisphere } from "../viewer/viewDocument.js";
import { gridOf, ResultsMaps } from "./mapsOfHemisphere.js";
import { type DesignMaps, sidesOf } from "./viewDocument.js";

/** Results of one model, one hemisphere or both. */
export interface DesignResults {
  readonly key: string;
  readonly name: string;
  readonly results: PerHemisphere<Results>;
}

/** Opens results directories and pairs hemispheres: `results_lh_des1` and `results_rh_des1` are one design. */
export async function openDesigns(
  directories: readonly string[],
  names: OpenOptions = {},
): Promise<DesignResults[]> {
  const all: Results[] = [];
  for (const directory of directories) all.push(await openResults(directory, names));
  return pairHemispheres(all.map((results) => [hemisphereOf(results), results]));
}

/** Results paired by what their directories are called. */
export function pairHemispheres(all: readonly (readonly [Hemisphere, Results])[]): DesignResults[] {
  const designs = new Map<string, { [H in Hemisphere]?: Results }>();
  for (const [hemisphere, results] of all) {
    let key = designOf(results);
    // Two results of one side and one name are two designs.
    for (let k = 2; designs.get(key)?.[hemisphere] !== undefined; k++) key = `${designOf(results)}-${k}`;
    designs.set(key, { ...designs.get(key), [hemisphere]: results });
  }
  return [...designs].map(([key, results]) => ({ key, name: nameOf(key, results), results }));
}

/** Which hemisphere results are of; the left where nothing says so. A volume is kept as the left. */
export function hemisphereOf({ hemisphere, info }: Results): Hemisphere {
  if (gridOf(info.space, info.vertices) !== undefined) return "lh";
  return hemisphere ?? "lh";
}

/** "des1" of a fit, "compare" of a comparison without a name. */
export function designOf({ info, design }: Results): string {
  if (info.kind === "contrast") return `${design || "fit"}-contrast`;
  return design || (info.kind === "fit" ? "results" : info.kind);
}

/** "des1: random Intercept by subject", "compare: Design 2 against Design 1". */
export function nameOf(key: string, results: PerHemisphere<Results>): string {
  const info = (results.lh ?? results.rh)?.info;
  if (info?.comparison !== undefined)
    return `${key}: ${info.comparison.full} against ${info.comparison.reduced}`;
  if (info?.kind === "contrast") return `${key}: ${info.contrasts.map(({ name }) => name).join(", ")}`;
  if (info?.kind === "compare") return `${key}: likelihood-ratio test`;
  if (info?.factor !== undefined && info.factor.columns.length > 0)
    return `${key}: random ${info.factor.columns.join(" and ")} by ${info.factor.name}`;
  const q = Math.round((Math.sqrt(8 * volumesOf(results, "D") + 1) - 1) / 2);
  if (q === 1) return `${key}: random intercept`;
  return q === 2 ? `${key}: random intercept and slope` : key;
}

function volumesOf(results: PerHemisphere<Results>, map: string): number {
  const one = results.lh ?? results.rh;
  return one?.has(map) === true ? one.map(map).volumes : 0;
}

const SIDE = { lh: "left", rh: "right" } as const;

/** What is to be said of the side that results are shown on, where their names do not say the same. */
function doubt(shown: Hemisphere, said: Hemisphere | undefined, sides: number): string {
  if (said === undefined)
    return sides > 1 ? "" : " (no name says which hemisphere: view({ rh: … }) shows it as the right)";
  return said === shown ? "" : ` (their names say ${SIDE[said]})`;
}

/** The maps of results, as a view shows them. */
export function mapsOfDesign({ key, name, results }: DesignResults): DesignMaps {
  const sides = sidesOf(results);
  return {
    key,
    name,
    notes: sides.map(([h, one]) => {
      const [inside, all] = [one.verticesInMask, one.info.vertices].map((n) => n.toLocaleString("en-US"));
      return gridOf(one.info.space, one.info.vertices) === undefined
        ? `${SIDE[h]}: ${inside} of ${all} vertices${doubt(h, one.hemisphere, sides.length)}`
        : `${inside} of ${all} voxels`;
    }),
    maps: Object.fromEntries(sides.map(([h, one]) => [h, ResultsMaps.of(one)])),
  };
}
