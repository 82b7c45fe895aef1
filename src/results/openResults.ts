import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { restore } from "../directory/restore.js";
import { FaultList, InputError } from "../errors.js";
import { readText } from "../files/textFile.js";
import { vechLength } from "../matrix/vech.js";
import { formatCount, plural } from "../print/number.js";
import { ESTIMATES_FOLDER } from "./estimateFiles.js";
import { foreignInfo, type OpenOptions } from "./foreignInfo.js";
import { checkInfo } from "./infoSchema.js";
import { mapCatalog, mapKind } from "./mapCatalog.js";
import { INFO_FILE, MAP_PREFIX } from "./mapFile.js";
import { readEstimates } from "./readEstimates.js";
import type { ResultsSource } from "./resultMaps.js";
import { Results } from "./results.js";
import { infoFromJson, isKnown, type ResultsInfo } from "./resultsInfo.js";
import { StoredFiles } from "./storedFiles.js";

export type { OpenOptions };

/**
 * Opens a results directory: of this package, or of any BLMM. What a killed command left half done is finished
 * first. Nothing in the directory is taken on trust: sizes are checked here, numbers when they are read.
 *
 * @throws InputError when it is not a results directory, or is damaged or edited: with every file that is wrong.
 */
export async function openResults(directory: string, options: OpenOptions = {}): Promise<Results> {
  const folder = path.resolve(directory);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new InputError({
      file: directory,
      found: "no such directory",
      expected: "a BLMM results directory",
    });
  }
  await restore(folder);
  const files = new StoredFiles(folder);
  const names = mapCatalog.map(({ name }) => name).filter((name) => files.has(fileOf(name)));
  if (!names.includes("mask")) {
    throw new InputError({
      file: directory,
      found: "no blmm_vox_mask.dat",
      expected: "a BLMM results directory",
    });
  }
  const own = files.has(INFO_FILE);
  const info = own ? ownInfo(files) : infoOfMaps(files, names, options);
  checkSizes(files, names, info, own);
  const source: ResultsSource = {
    names,
    read: (name) => readMap(files, name),
    estimates: () => {
      if (!isKnown(info.fit) || !existsSync(files.path(ESTIMATES_FOLDER))) return undefined;
      const mask = Int32Array.from(readMap(files, "mask"), (value) => (value === 0 ? 0 : 1));
      return readEstimates(files, mask, info);
    },
  };
  return new Results({ ...info, warnings: [...info.warnings, ...notesOn(files)] }, source, folder);
}

function fileOf(name: string): string {
  return `${MAP_PREFIX}${name}.dat`;
}

function ownInfo(files: StoredFiles): ResultsInfo {
  const file = files.path(INFO_FILE);
  const content = readText(file, "what is known of the results");
  checkInfo(content, file);
  return infoFromJson(content);
}

function infoOfMaps(files: StoredFiles, names: readonly string[], options: OpenOptions): ResultsInfo {
  const bytes = files.bytes(fileOf("mask"));
  const vertices = bytes / 4;
  if (bytes === 0 || !Number.isInteger(vertices)) {
    throw new InputError({
      file: files.path(fileOf("mask")),
      found: plural(bytes, "byte", "bytes"),
      expected: "4 bytes a vertex",
    });
  }
  const volumes = (name: string) =>
    names.includes(name) ? Math.floor(files.bytes(fileOf(name)) / 4 / vertices) : 0;
  const n =
    names.includes("n") && files.bytes(fileOf("n")) === 4 * vertices
      ? Int32Array.from(readMap(files, "n")).reduce((most, value) => Math.max(most, value), 0)
      : 0;
  return foreignInfo(names, vertices, volumes, n, options);
}

/** Maps that were removed since, or put there by others. */
function notesOn(files: StoredFiles): string[] {
  const { missing, unlisted } = files.differences(mapCatalog.map(({ name }) => fileOf(name)));
  return [
    ...missing.map((name) => `${name} was written and is gone`),
    ...unlisted.map((name) => `${name} was put there by another program and is left out`),
  ];
}

/** Every map has the size that its directory's own record asks for; without a record, whole volumes. */
function checkSizes(files: StoredFiles, names: readonly string[], info: ResultsInfo, own: boolean): void {
  const faults = new FaultList();
  const one = 4 * info.vertices;
  for (const name of names) {
    const size = faults.try(() => files.bytes(fileOf(name)));
    if (size === undefined) continue;
    const volumes = own ? volumesOf(name, info) : undefined;
    if (volumes === undefined ? size > 0 && size % one === 0 : size === one * volumes) continue;
    const vertices = plural(info.vertices, "vertex", "vertices");
    faults.add({
      file: files.path(fileOf(name)),
      found: plural(size, "byte", "bytes"),
      expected:
        volumes === undefined
          ? `a multiple of ${formatCount(one)} (${vertices}, 4 bytes each)`
          : `${formatCount(one * volumes)} (${vertices} × ${formatCount(volumes)}, 4 bytes each)`,
    });
  }
  faults.throwIfAny();
}

/** How many volumes a map has to have. */
function volumesOf(name: string, info: ResultsInfo): number {
  const p = info.columns.length;
  switch (mapKind(name)?.volumes) {
    case "columns":
      return p;
    case "pairs of columns":
      return p * p;
    case "covariances":
      return vechLength(info.factor.columns.length);
    case "T contrasts":
      return info.contrasts.filter(({ kind }) => kind === "T").length;
    case "F contrasts":
      return info.contrasts.filter(({ kind }) => kind === "F").length;
    default:
      return 1;
  }
}

/**
 * Reads a raw map. An int32 map of another program may hold float32 (pyblmm's compare writes such a
 * mask): its bits read as integers are then enormous.
 */
function readMap(files: StoredFiles, name: string): Float32Array | Int32Array {
  const length = Math.floor(files.bytes(fileOf(name)) / 4);
  if (mapKind(name)?.type !== "int32") return files.read(fileOf(name), new Float32Array(length));
  const integers = files.read(fileOf(name), new Int32Array(length));
  if (integers.every((value) => Math.abs(value) < 1 << 28)) return integers;
  return Int32Array.from(new Float32Array(integers.buffer));
}
