import { InputError } from "../errors.js";
import type { Results } from "./results.js";

/**
 * The vertex at which a map is largest in size.
 *
 * @param contrast name or number of the contrast (of the volume).
 * @param statistic the map: "conT" when left out.
 * @throws InputError for an unknown name, listing the near ones, or when the map has no vertex.
 */
export function strongestVertex(results: Results, contrast: string | number = 0, statistic = "conT"): number {
  let at = -1;
  const values = results.map(statistic).volume(contrast);
  values.forEach((value, v) => {
    if (!Number.isNaN(value) && (at < 0 || Math.abs(value) > Math.abs(values[at]))) at = v;
  });
  if (at >= 0) return at;
  throw new InputError({ key: statistic, found: "a mask without vertices", expected: "at least one vertex" });
}
