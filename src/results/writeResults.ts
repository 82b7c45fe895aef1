import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { InputError } from "../errors.js";
import type { Estimates } from "../solver/estimates.js";
import { ESTIMATES_FOLDER, ESTIMATES_README, writeArray, writeEstimates } from "./estimateFiles.js";
import { INFO_FILE, MAP_PREFIX, mapFile } from "./mapFile.js";
import type { ResultMaps } from "./resultMaps.js";
import { infoToJson } from "./resultsInfo.js";

/** Further files for a results directory. */
export interface ResultsExtras {
  /** The configuration, byte for byte, for `inputs.yml`. */
  readonly inputs?: string;
  /** Writes more files into the folder, such as maps in other formats. */
  readonly also?: (folder: string, results: ResultMaps) => void;
}

/**
 * Writes results into a directory, whole or not at all: into a temporary folder beside it, which takes
 * its place at the end. Files of an earlier directory that are not BLMM's are kept.
 *
 * @throws InputError when the directory cannot be written.
 */
export function writeResults(
  results: ResultMaps,
  directory: string,
  estimates: Estimates | undefined,
  extras: ResultsExtras = {},
): void {
  const parent = path.dirname(directory);
  const temporary = path.join(parent, `.${path.basename(directory)}-${randomBytes(4).toString("hex")}`);
  try {
    mkdirSync(temporary, { recursive: true });
    for (const name of results.maps) {
      const { data, kind } = results.map(name);
      const file = mapFile(temporary, name);
      writeArray(file, kind.type === "int32" ? Int32Array.from(data) : Float32Array.from(data));
    }
    if (estimates !== undefined) {
      const folder = path.join(temporary, ESTIMATES_FOLDER);
      mkdirSync(folder);
      writeEstimates(folder, estimates);
      writeFileSync(path.join(folder, "README"), ESTIMATES_README);
    }
    if (extras.inputs !== undefined) writeFileSync(path.join(temporary, "inputs.yml"), extras.inputs);
    writeFileSync(path.join(temporary, INFO_FILE), infoToJson(results.info));
    extras.also?.(temporary, results);
    takePlace(temporary, directory);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new InputError({
      file: directory,
      key: "outdir",
      found: `it cannot be written (${code})`,
      expected: "a directory that can be made or replaced",
    });
  }
}

/** Puts the new directory where the old one was, and carries over what in the old one is not ours. */
function takePlace(temporary: string, directory: string): void {
  if (!existsSync(directory)) {
    renameSync(temporary, directory);
    return;
  }
  const old = `${temporary}-old`;
  renameSync(directory, old);
  try {
    renameSync(temporary, directory);
  } catch (error) {
    renameSync(old, directory);
    throw error;
  }
  for (const name of readdirSync(old)) {
    const ours =
      name.startsWith(MAP_PREFIX) || name === INFO_FILE || name === "inputs.yml" || name === ESTIMATES_FOLDER;
    if (!ours) renameSync(path.join(old, name), path.join(directory, name));
  }
  rmSync(old, { recursive: true });
}
