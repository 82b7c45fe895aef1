import { FaultList, InputError } from "../errors.js";
import { formatCount, plural } from "../print/number.js";
import { isIdHeading, isLevelHeading, numberIn, someOf } from "./cell.js";
import { readTable, type TextTable } from "./table.js";

/** The level of each image. */
export interface FactorLabels {
  /** Labels of the levels, in order of first appearance. */
  readonly levels: readonly string[];
  /** int32, n: index into `levels`. */
  readonly level: Int32Array;
}

/**
 * Reads the labels of a factor: one an image, of any kind (numbers, names, codes), in a file of one column; of several
 * columns the one that is headed with the factor's name, or the second where the first is ids. A label may have spaces
 * in it, and in double quotes anything.
 *
 * @param n images.
 * @param name of the factor.
 * @returns the labels, and what was odd, one sentence each.
 * @throws InputError for a wrong number of rows, an empty label, a single level, or columns of which none is meant.
 */
export function readFactor(
  file: string,
  n: number,
  name: string,
): { readonly labels: FactorLabels; readonly warnings: readonly string[] } {
  const table = readTable(file, "labels");
  const warnings: string[] = [];
  const header = hasHeader(table, n, name, warnings);
  const column = columnOf(table, header, name, warnings);
  const skip = header ? 1 : 0;
  const faults = new FaultList();
  const index = new Map<string, number>();
  const level = new Int32Array(n);
  table.rows.slice(skip).forEach((row, i) => {
    const label = row[column];
    if (label === "") {
      const line = table.lines[i + skip];
      faults.add({ file, line, found: "an empty cell", expected: "the level of an image" });
      return;
    }
    const known = index.get(label) ?? index.size;
    index.set(label, known);
    level[i] = known;
  });
  faults.throwIfAny();
  if (index.size === 1) {
    throw new InputError({
      file,
      found: `one level, ${JSON.stringify([...index.keys()][0])}`,
      expected: "at least two levels: with one there is no variance between levels",
    });
  }
  return { labels: { levels: [...index.keys()], level }, warnings };
}

/** Whether the first row is a heading. It is so with n + 1 rows, unless it is a label like those below it. */
function hasHeader({ file, rows, lines }: TextTable, n: number, name: string, warnings: string[]): boolean {
  const first = rows[0];
  const isHeading = first.some((cell) => cell.toLowerCase() === name.toLowerCase() || isLevelHeading(cell));
  const again = first.some((cell, k) => cell !== "" && rows.some((row, i) => i > 0 && row[k] === cell));
  const heading = isHeading && !again;
  const expected = `${formatCount(n)}, one an image, or ${formatCount(n + 1)} with a heading`;
  if (rows.length !== n + 1) {
    if (rows.length === n && !heading) return false;
    const found = heading
      ? `the heading ${JSON.stringify(first.join(", "))} and ${plural(rows.length - 1, "label", "labels")}`
      : plural(rows.length, "row", "rows");
    throw new InputError({ file, found, expected });
  }
  if (heading || first.some(isIdHeading)) return true;
  // Labels of one study look alike: "sub-0001" above "sub-0002" is one of them, "Cardiff" above "Leeds" may be.
  const shape = (cell: string) => cell.replace(/\d+/g, "0");
  const last = first.length - 1;
  const alike = rows.slice(1).some((row) => /\d/.test(row[last]) && shape(row[last]) === shape(first[last]));
  const numeric = numberIn(first[last]) !== undefined;
  if (again || alike || numeric) {
    throw new InputError({
      file,
      line: lines[0],
      found: `${plural(rows.length, "label", "labels")}, of which the first, ${JSON.stringify(first[last])}, is no heading`,
      expected,
    });
  }
  warnings.push(
    `${file}, line ${lines[0]}: ${JSON.stringify(first[last])} is taken for the heading of the ${formatCount(n)} labels below it`,
  );
  return true;
}

function columnOf({ file, rows }: TextTable, header: boolean, name: string, warnings: string[]): number {
  const [first] = rows;
  if (first.length === 1) return 0;
  const named = header ? first.findIndex((cell) => cell.toLowerCase() === name.toLowerCase()) : -1;
  if (named >= 0) return named;
  const body = header ? rows.slice(1) : rows;
  const distinct = (k: number) => new Set(body.map((row) => row[k])).size === body.length;
  const columns = header ? first.map((cell) => JSON.stringify(cell)).join(", ") : "no headings";
  if (first.length === 2 && distinct(0) && !distinct(1)) {
    if (!(header && isIdHeading(first[0]))) {
      const labels = someOf(body.map((row) => row[1]));
      warnings.push(
        `${file}: the labels of ${name} are taken from the second column (${labels}): the first differs in every row`,
      );
    }
    return 1;
  }
  throw new InputError({
    file,
    found: `${plural(first.length, "column", "columns")} (${columns})`,
    expected: `one column of labels, or one that is headed ${JSON.stringify(name)} as the factor is`,
    hint: header
      ? "Give the factor the name of its column, with `name:` in the yml."
      : "Head the columns, or take out all but the labels; put a label that holds a comma in double quotes.",
  });
}
