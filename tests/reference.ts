import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { DesignMatrix } from "../src/design/designMatrix.js";
import type { Factor } from "../src/design/factor.js";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "fixtures", "reference-small");

/** A row of a table, by column name. */
export type Row = Readonly<Record<string, number>>;

/** The synthetic ABCD-shaped study that lme4 and lmerTest fitted. */
export interface ReferenceStudy {
  readonly X: DesignMatrix;
  readonly factor: Factor;
  /** float32, n × 200, one row an image. */
  readonly Y: Float32Array;
  readonly vertices: number;
  /** lme4's answers, one row a vertex. */
  readonly lme4: readonly Row[];
}

export function referenceFile(name: string): string {
  return path.join(folder, name);
}

/** Reads Design 1 or Design 2 of the reference. */
export function referenceStudy(design: "des1" | "des2", images = `Y_${design}.f32`): ReferenceStudy {
  const columns = readFileSync(referenceFile("X_names.txt"), "utf8").trim().split("\n");
  const subjects = numbers(`subj_${design}.csv`).map(String);
  const levels = [...new Set(subjects)];
  const n = subjects.length;
  const Z = numbers(`Z_${design}.csv`);
  return {
    X: { file: "", columns, values: Float64Array.from(numbers(`X_${design}.csv`)), n },
    factor: {
      name: "subject",
      levels,
      level: Int32Array.from(subjects, (subject) => levels.indexOf(subject)),
      Z: { file: "", columns: ["Intercept", "Time"].slice(0, Z.length / n), values: Float64Array.from(Z), n },
    },
    Y: readFloat32(referenceFile(images)),
    vertices: 200,
    lme4: readRows(referenceFile(`lme4_${design}.csv`)),
  };
}

/** Reads a table with a header of names and rows of numbers; NA is NaN. */
export function readRows(file: string, separator: string | RegExp = ","): Row[] {
  const [head, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  const names = head.trim().split(separator);
  return lines.map((line) => {
    const cells = line.trim().split(separator);
    return Object.fromEntries(names.map((name, k) => [name, Number(cells[k])]));
  });
}

function readFloat32(file: string): Float32Array {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function numbers(name: string): number[] {
  return readFileSync(referenceFile(name), "utf8")
    .trim()
    .split("\n")
    .flatMap((line) => line.split(",").map(Number));
}
