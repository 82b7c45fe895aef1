import { FaultList, InputError } from "../errors.js";
import { plural } from "../print/number.js";
import { hasDecimalComma, isIdHeading, isLevelHeading, isMissing, numberIn, someOf } from "./cell.js";
import type { DesignMatrix } from "./designMatrix.js";
import { readTable } from "./table.js";

/** Cells that are told one by one; the rest are counted. */
const MOST_FAULTS = 10;

/**
 * Reads a design matrix: n × columns numbers, with or without a header row and a column of ids.
 *
 * A first row that holds a word is the header. A first column is ids when its heading is empty or says so (`id`,
 * `index`, `subject`, …), or when it holds words of which none repeats; words that repeat are a variable that was not
 * coded, which is a fault.
 *
 * @param prefix names the columns where there is no header: x1, x2, … or z1, z2, …
 * @returns the matrix, and what was odd, one sentence each.
 * @throws InputError naming the line and column of every cell that is no number.
 */
export function readDesignMatrix(
  file: string,
  prefix: "x" | "z",
): { readonly matrix: DesignMatrix; readonly warnings: readonly string[] } {
  const table = readTable(file, "numbers");
  const { rows } = table;
  const hasHeader = isHeader(rows);
  const body = hasHeader ? rows.slice(1) : rows;
  const lines = hasHeader ? table.lines.slice(1) : table.lines;
  const headings = rows[0].map((cell, k) => (hasHeader ? cell : "") || `${prefix}${k + 1}`);
  const warnings: string[] = [];
  const skip = idColumns(file, rows[0], body, hasHeader, warnings);
  const width = rows[0].length - skip;
  if (width === 0)
    throw new InputError({ file, found: "a column of words only", expected: "columns of numbers" });
  const columns = hasHeader ? headings.slice(skip) : headings.slice(0, width);
  const values = new Float64Array(body.length * width);
  const faults = new FaultList();
  let bad = 0;
  for (let k = 0; k < width; k++) {
    const cells = body.map((row) => row[k + skip]);
    if (cells.length > 1 && cells.every(isLabel)) {
      faults.add({
        file,
        column: columns[k],
        found: `words (${someOf(cells)})`,
        expected: "numbers",
        hint: "Code it as numbers, such as 0 and 1, in as many columns as it has levels beside the first.",
      });
      continue;
    }
    cells.forEach((cell, i) => {
      const value = numberIn(cell);
      if (value !== undefined) values[i * width + k] = value;
      else if (++bad <= MOST_FAULTS) faults.add(cellFault(file, lines[i], columns[k], cell));
    });
  }
  if (bad > MOST_FAULTS) {
    const more = plural(bad - MOST_FAULTS, "more cell that is no number", "more cells that are no numbers");
    faults.add({ file, found: more });
  }
  faults.throwIfAny();
  return { matrix: { file, columns: unique(file, columns, warnings), values, n: body.length }, warnings };
}

function isWord(cell: string): boolean {
  return cell !== "" && numberIn(cell) === undefined;
}

/** A word that names something, rather than a number that went wrong. */
function isLabel(cell: string): boolean {
  return isWord(cell) && !isMissing(cell) && !hasDecimalComma(cell);
}

/** A first row with words is the header; words above words, beside numbers, are a row of an uncoded variable. */
function isHeader(rows: readonly (readonly string[])[]): boolean {
  if (rows.length < 2 || !rows[0].some(isWord)) return false;
  if (rows[0].every((cell) => numberIn(cell) === undefined)) return true;
  return rows[0].some((cell, k) => isWord(cell) && !rows.slice(1).every((row) => isWord(row[k])));
}

function cellFault(file: string, line: number, column: string, cell: string) {
  const hint = isMissing(cell)
    ? "A cell may not be missing: leave that image out of every file, or fill it in."
    : hasDecimalComma(cell)
      ? "Write decimals with a point."
      : undefined;
  return {
    file,
    line,
    column,
    found: cell === "" ? "an empty cell" : JSON.stringify(cell),
    expected: "a number",
    ...(hint === undefined ? {} : { hint }),
  };
}

/** How many columns of ids stand first: none or one. */
function idColumns(
  file: string,
  first: readonly string[],
  body: readonly (readonly string[])[],
  hasHeader: boolean,
  warnings: string[],
): number {
  if (first.length < 2) return 0;
  const cells = body.map((row) => row[0]);
  const words = cells.every(isLabel);
  const distinct = new Set(cells).size === cells.length;
  const heading = hasHeader ? first[0] : undefined;
  const named = heading !== undefined && isIdHeading(heading);
  const ofLevels = heading !== undefined && isLevelHeading(heading) && words;
  if (!named && !ofLevels && !(words && distinct)) return 0;
  // Row numbers and unlike ids under a heading that says so need no word.
  if (!(named && distinct)) {
    const called = heading === undefined ? "the first column" : `the column ${JSON.stringify(heading)}`;
    warnings.push(`${file}: ${called} (${someOf(cells)}) is taken for ids, not for a column of the design`);
  }
  return 1;
}

/** Two columns of one name could not be told apart in a contrast. */
function unique(file: string, columns: readonly string[], warnings: string[]): string[] {
  const taken = new Set(columns);
  const seen = new Map<string, number>();
  return columns.map((name) => {
    let count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    if (count === 1) return name;
    while (taken.has(`${name}_${count}`)) count++;
    taken.add(`${name}_${count}`);
    seen.set(name, count);
    const called = JSON.stringify(`${name}_${count}`);
    warnings.push(
      `${file}: more than one column is named ${JSON.stringify(name)}; a later one is called ${called}`,
    );
    return `${name}_${count}`;
  });
}
