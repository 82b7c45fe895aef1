import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { FaultList } from "../errors.js";
import { formatCount, plural } from "../print/number.js";
import { isEmpty, type TableFile } from "./tableFile.js";

/** Which columns decide about the rows. */
export interface RowRules {
  readonly image: string;
  readonly subject: string;
  /** Columns of the model. */
  readonly used: readonly string[];
  readonly slopes: readonly string[];
  readonly leaveOutEmpty: boolean;
}

/** The rows of the table that are images of the study. */
export interface KeptRows {
  /** 0-based rows of the table. */
  readonly rows: readonly number[];
  /** Absolute paths. */
  readonly images: readonly string[];
  readonly subjects: readonly string[];
  /** What was left out, in words. */
  readonly notes: readonly string[];
}

/** Faults of one kind that are told one by one. */
const MOST = 3;

/** Chooses the rows, and reports images that are missing or stand twice, subjects without a label, and empty cells. */
export function keepRows(table: TableFile, rules: RowRules, faults: FaultList): KeptRows {
  const notes: string[] = [];
  const has = (name: string) => table.names.includes(name);
  if (!has(rules.image) || !has(rules.subject)) return { rows: [], images: [], subjects: [], notes };
  const [files, labels] = [table.column(rules.image), table.column(rules.subject)];
  const folder = path.dirname(table.file);
  const images = files.map((file) => path.resolve(folder, file));
  let rows = table.cells.map((_, row) => row);
  const empty = rows.filter((row) => rules.used.some((name) => isEmpty(table.column(name)[row])));
  if (empty.length > 0) {
    const columns = rules.used.filter((name) => empty.some((row) => isEmpty(table.column(name)[row])));
    const where = `${plural(empty.length, "row", "rows")} with an empty cell (in ${columns.join(", ")})`;
    if (rules.leaveOutEmpty) {
      rows = rows.filter((row) => !empty.includes(row));
      notes.push(`${where} left out`);
    } else {
      faults.add({
        file: table.file,
        line: table.lines[empty[0]],
        found: where,
        expected: "a value in each",
        hint: 'Fill them, or leave the rows out: leaveOut: "empty".',
      });
    }
  }
  tell(
    faults,
    table,
    rows.filter((row) => isEmpty(labels[row])),
    rules.subject,
    () => ({
      found: "no label",
      expected: "the subject of the image",
    }),
  );
  if (rows.length > 1 && rows.every((row) => labels[row] === labels[rows[0]])) {
    faults.add({
      file: table.file,
      column: rules.subject,
      found: `one level, ${JSON.stringify(labels[rows[0]])}`,
      expected: "two subjects or more: with one there is no variance between subjects",
    });
  }
  const missing = rows.filter((row) => !existsSync(images[row]) || !statSync(images[row]).isFile());
  tell(faults, table, missing, rules.image, (row) => ({
    found: `no image ${JSON.stringify(files[row])}`,
    expected: `a file, relative to ${folder}`,
  }));
  const first = new Map<string, number>();
  for (const row of rows) if (!first.has(images[row])) first.set(images[row], row);
  const again = rows.filter((row) => first.get(images[row]) !== row);
  tell(faults, table, again, rules.image, (row) => ({
    found: `the image ${JSON.stringify(files[row])} again, as in line ${table.lines[first.get(images[row]) ?? 0]}`,
    expected: "one row an image",
  }));
  if (rules.slopes.length > 0) rows = withSlopes(table, rules, labels, rows, notes, faults);
  return { rows, images: rows.map((row) => images[row]), subjects: rows.map((row) => labels[row]), notes };
}

/** Subjects with no more images than random effects say nothing about slopes. */
function withSlopes(
  table: TableFile,
  rules: RowRules,
  labels: readonly string[],
  rows: readonly number[],
  notes: string[],
  faults: FaultList,
): number[] {
  for (const slope of rules.slopes) {
    const cells = table.column(slope);
    const seen = new Map<string, string>();
    const varies = rows.some((row) => {
      const before = seen.get(labels[row]);
      seen.set(labels[row], cells[row]);
      return before !== undefined && before !== cells[row];
    });
    if (!varies) {
      faults.add({
        file: table.file,
        column: slope,
        found: "it does not vary within any subject",
        expected: "a column with a slope within subjects, such as time",
      });
    }
  }
  const images = new Map<string, number>();
  for (const row of rows) images.set(labels[row], (images.get(labels[row]) ?? 0) + 1);
  const few = [...images].filter(([, count]) => count <= rules.slopes.length);
  if (few.length === 0) return [...rows];
  const gone = new Set(few.map(([label]) => label));
  notes.push(
    `${formatCount(few.length)} of ${plural(images.size, "subject", "subjects")} left out: too few images for ${rules.slopes.length > 1 ? "slopes" : "a slope"}`,
  );
  return rows.filter((row) => !gone.has(labels[row]));
}

function tell(
  faults: FaultList,
  table: TableFile,
  rows: readonly number[],
  column: string,
  fault: (row: number) => { readonly found: string; readonly expected: string },
): void {
  for (const row of rows.slice(0, MOST)) {
    faults.add({ file: table.file, line: table.lines[row], column, ...fault(row) });
  }
  if (rows.length > MOST) {
    faults.add({
      file: table.file,
      column,
      found: `and ${formatCount(rows.length - MOST)} more rows like these`,
    });
  }
}
