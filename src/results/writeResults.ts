import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { OutputDirectory } from "../directory/outputDirectory.js";
import type { Estimates } from "../solver/estimates.js";
import {
  ESTIMATES_FOLDER,
  ESTIMATES_README,
  estimateFileNames,
  writeArray,
  writeEstimates,
} from "./estimateFiles.js";
import { mapCatalog } from "./mapCatalog.js";
import { INFO_FILE, INPUTS_FILE, MAP_PREFIX, mapFile } from "./mapFile.js";
import type { ResultMaps } from "./resultMaps.js";
import type { Results } from "./results.js";
import { infoToJson, type ResultsInfo } from "./resultsInfo.js";

/** For what a results directory is claimed. */
export interface ResultsRequest {
  readonly kind: ResultsInfo["kind"];
  /** What others are told while it is under way, such as "fit of lh_des1.yml". */
  readonly title: string;
  /** Files and directories that are read, which must not change. */
  readonly inputs: readonly string[];
  /** Bytes that are certainly needed. */
  readonly bytes?: number;
}

/**
 * Claims a results directory before its results are computed, so that what is wrong with it is found first.
 *
 * @throws InputError when it cannot be written without touching what is not BLMM's, or somebody else writes it.
 */
export function claimResults(directory: string, request: ResultsRequest): OutputDirectory {
  return OutputDirectory.claim(directory, { ...request, files: everyFile() });
}

/** Every name that BLMM may write in a results directory. */
function everyFile(): string[] {
  return [
    INFO_FILE,
    INPUTS_FILE,
    ...mapCatalog.flatMap(({ name }) =>
      ["dat", "nii.gz", "func.gii"].map((format) => `${MAP_PREFIX}${name}.${format}`),
    ),
    ...[...estimateFileNames, "README"].map((name) => `${ESTIMATES_FOLDER}/${name}`),
  ];
}

/** Further files for a results directory. */
export interface ResultsExtras {
  /** The configuration, byte for byte, for `inputs.yml`. */
  readonly inputs?: string;
  /** Writes more files into the folder, such as maps in other formats. */
  readonly also?: (folder: string, results: ResultMaps) => void;
}

/**
 * Writes results into a claimed directory, whole or not at all; files that are not BLMM's stay as they are.
 *
 * @throws InputError when the directory cannot be written.
 */
export function writeResults(
  results: ResultMaps,
  output: OutputDirectory,
  estimates: Estimates | undefined,
  extras: ResultsExtras = {},
): void {
  output.publish((folder) => {
    for (const name of results.maps) {
      const { data, kind } = results.map(name);
      const file = mapFile(folder, name);
      writeArray(file, kind.type === "int32" ? Int32Array.from(data) : Float32Array.from(data));
    }
    if (estimates !== undefined) {
      const estimatesFolder = path.join(folder, ESTIMATES_FOLDER);
      mkdirSync(estimatesFolder);
      writeEstimates(estimatesFolder, estimates);
      writeFileSync(path.join(estimatesFolder, "README"), ESTIMATES_README);
    }
    if (extras.inputs !== undefined) writeFileSync(path.join(folder, INPUTS_FILE), extras.inputs);
    writeFileSync(path.join(folder, INFO_FILE), infoToJson(results.info, output.directory));
    extras.also?.(folder, results);
  });
}

/**
 * Claims a directory, computes results and writes them there; without a directory only computes them.
 *
 * @throws InputError as `claimResults` and `writeResults`.
 */
export function resultsInto(
  directory: string | undefined,
  request: ResultsRequest,
  compute: () => Results,
): Results {
  if (directory === undefined) return compute();
  const output = claimResults(directory, request);
  try {
    const results = compute();
    writeResults(results, output, undefined);
    return results.in(output.directory);
  } finally {
    output.release();
  }
}
