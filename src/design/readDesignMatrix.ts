import { FaultList, InputError } from "../errors.js";
import type { DesignMatrix } from "./designMatrix.js";
import { readTable, type TextTable } from "./table.js";

/** Cells that are told one by one; the rest are counted. */
const MOST_FAULTS = 10;

/**
 * Reads a design matrix: n × columns numbers, with or without a header row and a column of ids.
 *
 * A first row that holds a word is the header. A first column is ids when no cell of it is a number, or when
 * its heading is empty or says so (`id`, `index`, …).
 *
 * @param prefix names the columns where there is no header: x1, x2, … or z1, z2, …
 * @throws InputError naming the line and column of every cell that is no number.
 */
export async function readDesignMatrix(file: string, prefix: "x" | "z"): Promise<DesignMatrix> {
  const table = await readTable(file);
  const { rows } = table;
  const hasHeader = rows[0].some((cell) => !isNumber(cell) && cell !== "") && rows.length > 1;
  const body = hasHeader ? rows.slice(1) : rows;
  const lines = hasHeader ? table.lines.slice(1) : table.lines;
  const skip = hasIds(table, body, hasHeader) ? 1 : 0;
  const width = rows[0].length - skip;
  if (width === 0)
    throw new InputError({ file, found: "a column of words only", expected: "columns of numbers" });
  const columns = Array.from(
    { length: width },
    (_, k) => (hasHeader && rows[0][k + skip]) || `${prefix}${k + 1}`,
  );
  const values = new Float64Array(body.length * width);
  const faults = new FaultList();
  let bad = 0;
  body.forEach((row, i) => {
    for (let k = 0; k < width; k++) {
      const cell = row[k + skip];
      if (isNumber(cell)) values[i * width + k] = Number(cell);
      else if (++bad <= MOST_FAULTS) {
        const found = cell === "" ? "an empty cell" : JSON.stringify(cell);
        faults.add({ file, line: lines[i], column: columns[k], found, expected: "a number" });
      }
    }
  });
  if (bad > MOST_FAULTS) faults.add({ file, found: `${bad - MOST_FAULTS} more cells that are no numbers` });
  faults.throwIfAny();
  return { file, columns: unique(columns), values, n: body.length };
}

function isNumber(cell: string): boolean {
  return cell !== "" && Number.isFinite(Number(cell));
}

function hasIds(table: TextTable, body: readonly (readonly string[])[], hasHeader: boolean): boolean {
  if (table.rows[0].length < 2) return false;
  if (body.every((row) => !isNumber(row[0]) && row[0] !== "")) return true;
  return hasHeader && /^(|id|ids|index|row|unnamed: 0)$/i.test(table.rows[0][0]);
}

/** Two columns of one name could not be told apart in a contrast. */
function unique(columns: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return columns.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}
