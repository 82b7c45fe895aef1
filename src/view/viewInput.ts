import { ArrayMaps, type MapsOfHemisphere, VALUES } from "../document/mapsOfHemisphere.js";
import {
  type DesignResults,
  designOf,
  hemisphereOf,
  mapsOfDesign,
  nameOf,
  pairHemispheres,
} from "../document/openDesigns.js";
import type { DesignMaps } from "../document/viewDocument.js";
import { InputError } from "../errors.js";
import type { Results } from "../results/results.js";
import type { Hemisphere } from "../viewer/viewDocument.js";

/** The same thing of both hemispheres, or of one. */
export interface Hemispheres<Value> {
  readonly lh?: Value | undefined;
  readonly rh?: Value | undefined;
}

/**
 * What can be shown: results of one hemisphere or both; several of them, which become designs to choose from; or bare
 * numbers, one a vertex, NaN outside the mask.
 */
export type ViewInput =
  | Results
  | Hemispheres<Results>
  | readonly (Results | Hemispheres<Results>)[]
  | Float64Array
  | Float32Array
  | Int32Array
  | Hemispheres<Float64Array | Float32Array | Int32Array>;

/** What a view shows, sorted: results by design, or one array a hemisphere. */
export interface Shown {
  readonly designs: readonly DesignMaps[];
  /** The results behind the designs, which answer questions about a vertex; none for arrays. */
  readonly results: readonly DesignResults[];
}

/**
 * Sorts what was given into designs and hemispheres.
 *
 * @param title what bare numbers are called.
 * @param hemisphere which side a bare array is of: the left when left out.
 * @throws InputError when it is nothing that can be shown.
 */
export function shownOf(input: ViewInput, title: string | undefined, hemisphere: Hemisphere = "lh"): Shown {
  if (isNumbers(input)) return arrays({ [hemisphere]: input }, title);
  if (isHemispheres(input)) {
    const { lh, rh } = input;
    if (isNumbers(lh) || isNumbers(rh)) {
      return arrays({ ...(isNumbers(lh) ? { lh } : {}), ...(isNumbers(rh) ? { rh } : {}) }, title);
    }
  }
  const results = designsOf(Array.isArray(input) ? input : [input]);
  if (results.length === 0) throw notShown("nothing");
  return { results, designs: results.map(mapsOfDesign) };
}

function designsOf(items: readonly unknown[]): DesignResults[] {
  const single: [Hemisphere, Results][] = [];
  const pairs: DesignResults[] = [];
  for (const item of items) {
    if (isResults(item)) {
      single.push([hemisphereOf(item), item]);
      continue;
    }
    if (!isHemispheres(item)) throw notShown(describe(item));
    const results: { [H in Hemisphere]?: Results } = {};
    for (const side of ["lh", "rh"] as const) {
      const one = item[side];
      if (one === undefined) continue;
      if (!isResults(one)) throw notShown(`{ ${side}: ${describe(one)} }`);
      results[side] = one;
    }
    const first = results.lh ?? results.rh;
    if (first === undefined) throw notShown("a pair without results");
    let key = designOf(first);
    for (let k = 2; pairs.some((pair) => pair.key === key); k++) key = `${designOf(first)}-${k}`;
    pairs.push({ key, name: nameOf(key, results), results });
  }
  return [...pairHemispheres(single), ...pairs];
}

function arrays(pair: Hemispheres<ArrayLike<number>>, title: string | undefined): Shown {
  const label = title ?? "values";
  const maps: { [H in Hemisphere]?: MapsOfHemisphere } = {};
  for (const side of ["lh", "rh"] as const) {
    const values = pair[side];
    if (values !== undefined) maps[side] = new ArrayMaps(values, label);
  }
  return { designs: [{ key: VALUES, name: "", notes: [], maps }], results: [] };
}

/** Not `instanceof`: the cell's `blmm` may be another copy than ours. */
function isResults(value: unknown): value is Results {
  return (
    typeof (value as Partial<Results> | undefined)?.map === "function" &&
    typeof (value as Partial<Results>).has === "function"
  );
}

function isNumbers(value: unknown): value is Float64Array | Float32Array | Int32Array {
  if (ArrayBuffer.isView(value)) return !(value instanceof DataView);
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "number");
}

function isHemispheres(value: unknown): value is Hemispheres<unknown> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && ("lh" in value || "rh" in value)
  );
}

function describe(value: unknown): string {
  if (value instanceof Promise) return "a promise (put `await` before it)";
  if (typeof value === "string") return JSON.stringify(value);
  return value === null ? "null" : Array.isArray(value) ? "a list" : typeof value;
}

function notShown(found: string): InputError {
  return new InputError({
    key: "view",
    found,
    expected: "results, a pair { lh, rh } of them, or one number a vertex",
  });
}
