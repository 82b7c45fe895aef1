import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { FaultList, InputError } from "../errors.js";
import { ESTIMATES_FOLDER, readEstimates } from "./estimateFiles.js";
import { mapCatalog, mapKind } from "./mapCatalog.js";
import { INFO_FILE, mapFile } from "./mapFile.js";
import type { ResultsSource } from "./resultMaps.js";
import { Results } from "./results.js";
import {
  type ContrastInfo,
  infoFromJson,
  isKnown,
  noFactor,
  type ResultsInfo,
  unknownFit,
} from "./resultsInfo.js";

/** Names for what a directory of another program does not name. */
export interface OpenOptions {
  /** Names of the contrasts, in the order of their volumes. */
  readonly contrasts?: readonly string[];
  /** Names of the columns of X. */
  readonly columns?: readonly string[];
}

/**
 * Opens a results directory: of this package, or of any BLMM. Maps are read when they are asked for.
 *
 * @throws InputError when it is not a results directory, or a map has the wrong size.
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
  const names = mapCatalog.map(({ name }) => name).filter((name) => existsSync(mapFile(folder, name)));
  if (!names.includes("mask")) {
    throw new InputError({
      file: directory,
      found: "no blmm_vox_mask.dat",
      expected: "a BLMM results directory",
    });
  }
  const info = readInfo(folder, names, options);
  checkSizes(folder, names, info.vertices);
  const source: ResultsSource = {
    names,
    read: (name) => readMap(mapFile(folder, name), name),
    estimates: () => {
      if (!isKnown(info.fit) || !existsSync(path.join(folder, ESTIMATES_FOLDER))) return undefined;
      const rows = countInMask(readMap(mapFile(folder, "mask"), "mask"));
      const q = info.factor.columns.length;
      return readEstimates(path.join(folder, ESTIMATES_FOLDER), rows, info.columns.length, q);
    },
  };
  return new Results(info, source, folder);
}

function readInfo(folder: string, names: readonly string[], options: OpenOptions): ResultsInfo {
  const file = path.join(folder, INFO_FILE);
  if (existsSync(file)) {
    try {
      return infoFromJson(readFileSync(file, "utf8"));
    } catch {
      throw new InputError({
        file,
        found: "no readable JSON",
        hint: "The results directory is damaged: fit again.",
      });
    }
  }
  const vertices = statSync(mapFile(folder, "mask")).size / 4;
  const volumes = (name: string) =>
    names.includes(name) ? statSync(mapFile(folder, name)).size / 4 / vertices : 0;
  const contrasts = (kind: "T" | "F", count: number): ContrastInfo[] =>
    Array.from({ length: count }, (_, k) => ({
      name: (kind === "T" ? options.contrasts?.[k] : undefined) ?? `contrast ${k}`,
      kind,
      L: [],
      rank: 0,
    }));
  const p = volumes("beta");
  return {
    kind: names.includes("Chi2") ? "compare" : "fit",
    software: "another program",
    vertices,
    space: { kind: "surface" },
    n: names.includes("n") ? Math.max(0, ...new Set(readMap(mapFile(folder, "n"), "n"))) : 0,
    columns: Array.from({ length: p }, (_, k) => options.columns?.[k] ?? `column ${k}`),
    contrasts: [...contrasts("T", volumes("con") || volumes("conT")), ...contrasts("F", volumes("conF"))],
    factor: noFactor,
    minlog: -323.3062153431158,
    fit: unknownFit,
    comparison: undefined,
    warnings: [],
  };
}

function checkSizes(folder: string, names: readonly string[], vertices: number): void {
  const faults = new FaultList();
  for (const name of names) {
    const file = mapFile(folder, name);
    const { size } = statSync(file);
    if (size === 0 || size % (4 * vertices) !== 0) {
      faults.add({
        file,
        found: `${size.toLocaleString("en-US")} bytes`,
        expected: `a multiple of ${(4 * vertices).toLocaleString("en-US")} (${vertices.toLocaleString("en-US")} vertices, 4 bytes each)`,
      });
    }
  }
  faults.throwIfAny();
}

/**
 * Reads a raw map. An int32 map of another program may hold float32 (pyblmm's compare writes such a
 * mask): its bits read as integers are then enormous.
 */
function readMap(file: string, name: string): Float32Array | Int32Array {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  if (mapKind(name)?.type !== "int32") return new Float32Array(buffer);
  const integers = new Int32Array(buffer);
  if (integers.every((value) => Math.abs(value) < 1 << 28)) return integers;
  return Int32Array.from(new Float32Array(buffer));
}

function countInMask(mask: Float32Array | Int32Array): number {
  let count = 0;
  for (const value of mask) if (value !== 0) count++;
  return count;
}
