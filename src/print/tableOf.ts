import { Table } from "./table.js";

/** One row of a table: what is under each heading. */
export type NamedRow = Readonly<Record<string, string | number>>;

/**
 * A table that prints itself: `table({ T, p })`, `table(names.map((name) => ({ name, … })))`, or a matrix.
 *
 * @param rows one row by names, several, or the rows of a matrix. A name that a row lacks is an empty cell.
 */
export function table(
  rows: NamedRow | readonly NamedRow[] | readonly (readonly number[])[],
  options: { readonly title?: string } = {},
): Table {
  const { title = "" } = options;
  if (isMatrix(rows)) {
    const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
    const columns = Array.from({ length: width }, (_, k) => `${k + 1}`);
    return new Table(
      title,
      columns,
      rows.map((row) => columns.map((_, k) => row[k] ?? "")),
    );
  }
  const list = Array.isArray(rows) ? (rows as readonly NamedRow[]) : [rows as NamedRow];
  const columns = [...new Set(list.flatMap((row) => Object.keys(row)))];
  return new Table(
    title,
    columns,
    list.map((row) => columns.map((name) => row[name] ?? "")),
  );
}

function isMatrix(rows: unknown): rows is readonly (readonly number[])[] {
  return Array.isArray(rows) && rows.length > 0 && rows.every((row) => Array.isArray(row));
}
