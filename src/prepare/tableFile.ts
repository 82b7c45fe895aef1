import path from "node:path";
import { readTable as readCells } from "../design/table.js";
import { InputError } from "../errors.js";
import { nearestNames } from "../print/nearest.js";
import { formatCount } from "../print/number.js";
import { Table } from "../print/table.js";

/** Rows that are shown. */
const SHOWN = 6;
/** What a cell holds when nothing was measured. */
const EMPTY = new Set(["", "na", "n/a", "nan", "null", "none"]);

/** Whether nothing stands in a cell. */
export function isEmpty(cell: string): boolean {
  return EMPTY.has(cell.toLowerCase());
}

/** A table with a header, one row an image; it prints its first rows. */
export class TableFile extends Table {
  constructor(
    /** Absolute path. */
    readonly file: string,
    /** Names of the columns. */
    readonly names: readonly string[],
    /** All rows, as they are written. */
    readonly cells: readonly (readonly string[])[],
    /** The 1-based line of each row. */
    readonly lines: readonly number[],
  ) {
    const few = cells.length > SHOWN ? `, the first ${SHOWN}` : "";
    super(`${path.basename(file)}: ${formatCount(cells.length)} rows${few}`, names, cells.slice(0, SHOWN));
  }

  /**
   * The cells of one column.
   *
   * @throws InputError naming the columns there are.
   */
  column(name: string): readonly string[] {
    const k = this.names.indexOf(name);
    if (k >= 0) return this.cells.map((row) => row[k]);
    const offered = this.names.length <= 10 ? this.names : nearestNames(name, this.names);
    throw new InputError({
      file: this.file,
      found: `no column ${JSON.stringify(name)}`,
      expected: `one of ${offered.join(", ")}`,
    });
  }
}

/**
 * Reads a csv or tsv table whose first row names the columns, such as a participants table with one row an image.
 *
 * @throws InputError when it is missing, empty or ragged, or a name stands twice.
 */
export async function readTable(file: string): Promise<TableFile> {
  const absolute = path.resolve(file);
  const { rows, lines } = readCells(absolute, "labels");
  const [names, ...cells] = rows;
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (twice !== undefined) {
    throw new InputError({
      file: absolute,
      line: lines[0],
      found: `the column ${JSON.stringify(twice)} twice`,
      expected: "a header that names every column once",
    });
  }
  if (cells.length === 0) {
    throw new InputError({ file: absolute, found: "a header alone", expected: "one row an image under it" });
  }
  return new TableFile(absolute, names, cells, lines.slice(1));
}
