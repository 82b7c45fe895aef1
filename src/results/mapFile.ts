import path from "node:path";

/** What every map's file starts with. */
export const MAP_PREFIX = "blmm_vox_";
/** The file beside the maps that says what is not one number a vertex. */
export const INFO_FILE = "blmm_fit.json";

/** The configuration of a fit, byte for byte. */
export const INPUTS_FILE = "inputs.yml";

/** The file of a map in a results directory. */
export function mapFile(directory: string, name: string): string {
  return path.join(directory, `${MAP_PREFIX}${name}.dat`);
}
