import { readFileSync } from "node:fs";
import { InputError } from "../errors.js";
import { readCells } from "./danfo.js";

/** A text table as it stands in a file. */
export interface TextTable {
  readonly file: string;
  /** Cells, trimmed; all rows are of one length. */
  readonly rows: readonly (readonly string[])[];
  /** The 1-based line of each row. */
  readonly lines: readonly number[];
}

/**
 * Reads a csv, tsv or space-separated text file; empty lines are skipped.
 *
 * @throws InputError when it is missing or empty, or a row has more or fewer cells than the first.
 */
export async function readTable(file: string): Promise<TextTable> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown reason";
    throw new InputError({ file, found: `it cannot be read (${code})`, expected: "a table" });
  }
  const lines: number[] = [];
  const written = text.split(/\r?\n/);
  written.forEach((line, k) => {
    if (line !== "") lines.push(k + 1);
  });
  if (text.trim() === "") throw new InputError({ file, found: "an empty file", expected: "a table" });
  const delimiter = delimiterOf(written[lines[0] - 1]);
  const cells = await readCells(file, delimiter);
  const rows = delimiter === " " ? cells.map((row) => row.filter((cell) => cell !== "")) : cells;
  rows[0][0] = (rows[0][0] ?? "").replace(/^\uFEFF/, "");
  const width = rows[0].length;
  const ragged = rows.findIndex((row) => row.length !== width);
  if (ragged >= 0) {
    throw new InputError({
      file,
      line: lines[ragged],
      found: `${rows[ragged].length} cells`,
      expected: `${width}, as in the first row`,
    });
  }
  return { file, rows, lines };
}

function delimiterOf(line: string): string {
  return [",", "\t", ";"].find((delimiter) => line.includes(delimiter)) ?? " ";
}
