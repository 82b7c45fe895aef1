import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Document, isScalar, isSeq, visit } from "yaml";
import { InputError } from "../errors.js";
import type { Column } from "./coding.js";

/** The rows of a study, all in one order. */
export interface StudyTables {
  readonly X: readonly Column[];
  /** Random effects beside the intercept. */
  readonly slopes: readonly Column[];
  readonly subjects: readonly string[];
  /** Absolute paths. */
  readonly images: readonly string[];
  readonly contrasts: readonly {
    readonly name: string;
    readonly vector: readonly number[] | readonly number[][];
  }[];
}

/**
 * Writes X.csv, Z.csv, subjects.csv, images.txt and blmm_inputs.yml: all of them or none. Other files of the folder stay.
 *
 * @returns the path of the yml.
 * @throws InputError when the folder cannot be written.
 */
export function writeStudy(folder: string, study: StudyTables, mask: string | undefined): string {
  const { X, slopes, subjects, images } = study;
  const intercept = { name: "Intercept", values: new Float64Array(images.length).fill(1) };
  const files: Readonly<Record<string, string>> = {
    "X.csv": csv(X),
    "Z.csv": csv([intercept, ...slopes]),
    "subjects.csv": `${["subject", ...subjects.map(quoted)].join("\n")}\n`,
    "images.txt": `${images.map((image) => path.relative(folder, image)).join("\n")}\n`,
    "blmm_inputs.yml": inputsOf(
      study,
      mask === undefined ? undefined : path.relative(folder, path.resolve(mask)),
    ),
  };
  const temporary = path.join(
    path.dirname(folder),
    `.${path.basename(folder)}-${randomBytes(4).toString("hex")}`,
  );
  try {
    mkdirSync(temporary, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(temporary, name), text);
    mkdirSync(folder, { recursive: true });
    for (const name of Object.keys(files)) renameSync(path.join(temporary, name), path.join(folder, name));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown reason";
    throw new InputError({
      file: folder,
      key: "folder",
      found: `it cannot be written (${code})`,
      expected: "a folder that can be made",
    });
  } finally {
    if (existsSync(temporary)) rmSync(temporary, { recursive: true, force: true });
  }
  return path.join(folder, "blmm_inputs.yml");
}

function csv(columns: readonly Column[]): string {
  const rows = Array.from({ length: columns[0].values.length }, (_, i) =>
    columns.map(({ values }) => values[i]).join(","),
  );
  return `${[columns.map(({ name }) => quoted(name)).join(","), ...rows].join("\n")}\n`;
}

function quoted(text: string): string {
  return /[",;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function inputsOf({ contrasts }: StudyTables, mask: string | undefined): string {
  const inputs = {
    Y_files: "images.txt",
    X: "X.csv",
    Z: [{ f1: { name: "subject", factor: "subjects.csv", design: "Z.csv" } }],
    contrasts: contrasts.map(({ name, vector }, k) => ({ [`c${k + 1}`]: { name, vector } })),
    ...(mask === undefined ? {} : { analysis_mask: mask }),
    Missingness: { MinPercent: 0.5 },
    outdir: "results",
  };
  const document = new Document(inputs);
  visit(document, {
    Pair: (_, pair) => {
      // A row of weights on one line, as people write it.
      if (isScalar(pair.key) && pair.key.value === "vector" && isSeq(pair.value)) pair.value.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
