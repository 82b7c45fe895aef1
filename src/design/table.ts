import papaparse from "papaparse";
import { FaultList, InputError } from "../errors.js";
import { readText } from "../files/textFile.js";
import { formatCount, plural } from "../print/number.js";

/** A text table as it stands in a file. */
export interface TextTable {
  readonly file: string;
  /** Cells, trimmed; all rows are of one length. */
  readonly rows: readonly (readonly string[])[];
  /** The 1-based line of each row. */
  readonly lines: readonly number[];
}

/** What a table holds: numbers, which spaces may part, or labels, which may have spaces in them. */
export type TableOf = "numbers" | "labels";

const DELIMITERS = { "\t": "tab", ";": "semicolon", ",": "comma" } as const;
type Delimiter = keyof typeof DELIMITERS | " ";

/** Empty lines that are told one by one. */
const MOST_FAULTS = 5;

/**
 * Reads a csv, tsv, semicolon- or, where it holds numbers, space-separated text file. What parts the columns is what
 * parts every row alike. Cells in double quotes may hold anything.
 *
 * @throws InputError when it is missing or empty, a line within it is empty, a row has more or fewer cells than the
 * first, or a quote is not closed.
 */
export function readTable(file: string, holds: TableOf): TextTable {
  const text = readText(file, "a table").replace(/^\uFEFF/, "");
  if (text.trim() === "") throw new InputError({ file, found: "an empty file", expected: "a table" });
  const [delimiter, table] = partition(file, text, holds);
  const { rows, lines } = table;
  const width = rows[0].length;
  const ragged = rows.findIndex((row) => row.length !== width);
  if (ragged >= 0) {
    throw new InputError({
      file,
      line: lines[ragged],
      found: plural(rows[ragged].length, "cell", "cells"),
      expected: `${formatCount(width)}, as in the first row`,
      ...(holds === "labels" && delimiter !== " "
        ? { hint: `Put a label that holds a ${DELIMITERS[delimiter]} in double quotes.` }
        : {}),
    });
  }
  return table;
}

/** The delimiter that parts every row alike; else the one that is there, for the ragged row to be told. */
function partition(file: string, text: string, holds: TableOf): [Delimiter, TextTable] {
  const present = (Object.keys(DELIMITERS) as (keyof typeof DELIMITERS)[]).filter((mark) =>
    text.includes(mark),
  );
  let ragged: [Delimiter, TextTable] | undefined;
  for (const delimiter of present) {
    const table = cut(file, text, delimiter);
    const width = table.rows[0].length;
    if (width > 1 && table.rows.every((row) => row.length === width)) return [delimiter, table];
    const parts = holds === "labels" ? table.rows.some((row) => row.length > 1) : width > 1;
    if (parts) ragged ??= [delimiter, table];
  }
  if (ragged !== undefined) return ragged;
  // Spaces part numbers; in a label they are part of it.
  return holds === "numbers" ? [" ", cut(file, text, " ")] : [",", cut(file, text, ",")];
}

function cut(file: string, text: string, delimiter: Delimiter): TextTable {
  const { data, errors } = papaparse.parse<string[]>(text, { delimiter, skipEmptyLines: false });
  const rows: string[][] = [];
  const lines: number[] = [];
  const empty: number[] = [];
  const starts: number[] = [];
  let line = 1;
  for (const cells of data) {
    starts.push(line);
    const row = cells.map((cell) => cell.trim()).filter((cell) => delimiter !== " " || cell !== "");
    if (row.every((cell) => cell === "") && row.length <= 1) empty.push(line);
    else {
      rows.push(row);
      lines.push(line);
    }
    // A cell in quotes may hold line ends.
    for (const cell of cells) if (cell.includes("\n")) line += cell.split("\n").length - 1;
    line++;
  }
  const faults = new FaultList();
  if (errors.length > 0) {
    const [{ row }] = errors;
    faults.add({
      file,
      ...(row === undefined ? {} : { line: starts[Math.min(row, starts.length - 1)] }),
      found: "a double quote that is not closed",
      expected: "quotes in pairs around a cell, and two of them for one within",
    });
    faults.throwIfAny();
  }
  const within = empty.filter((number) => number > lines[0] && number < lines[lines.length - 1]);
  for (const number of within.slice(0, MOST_FAULTS)) {
    faults.add({ file, line: number, found: "an empty line", expected: "one row an image, without a gap" });
  }
  if (within.length > MOST_FAULTS)
    faults.add({ file, found: plural(within.length - MOST_FAULTS, "more empty line", "more empty lines") });
  faults.throwIfAny();
  return { file, rows, lines };
}
