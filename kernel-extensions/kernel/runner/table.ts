/** Values that read best as a table: data frames, records, matrices, typed arrays. Long ones are cut and say their size. */
import { Table } from "../../../src/print/table";

const ROWS = 20;
const COLUMNS = 24;
/** Numbers of a typed array on one line. */
const ACROSS = 10;

interface Grid {
  readonly what: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Row `i`, its first `COLUMNS` values. */
  row(i: number): readonly unknown[];
}

/** The value as text and HTML; undefined where it is no table. */
export function tableOf(value: unknown): { readonly text: string; readonly html: string } | undefined {
  const grid = dataFrame(value) ?? records(value) ?? matrix(value) ?? numbers(value);
  if (!grid) return undefined;
  const columns = grid.columns.slice(0, COLUMNS);
  const shown = Math.min(ROWS, grid.rows);
  const cut = [
    ...(grid.rows > shown ? [`first ${shown} rows`] : []),
    ...(grid.columns.length > COLUMNS ? [`first ${COLUMNS} columns`] : []),
  ];
  const title = cut.length === 0 ? grid.what : `${grid.what}: ${cut.join(", ")}`;
  const rows = Array.from({ length: shown }, (_, i) => columns.map((_, k) => cell(grid.row(i)[k])));
  const table = new Table(title, columns, rows);
  return { text: table.toString(), html: table.toHTML() };
}

function cell(value: unknown): string | number {
  if (typeof value === "number") return value;
  return value === null || value === undefined ? "" : String(value);
}

const size = (rows: number, columns: number): string => `${rows.toLocaleString("en-US")} × ${columns}`;

/** A danfo DataFrame, known by its shape: danfo itself is not loaded for this. */
function dataFrame(value: unknown): Grid | undefined {
  const frame = value as { columns?: unknown; values?: unknown; shape?: unknown } | null;
  if (typeof frame !== "object" || frame === null) return undefined;
  const { columns, values, shape } = frame;
  if (!Array.isArray(columns) || !Array.isArray(values) || !Array.isArray(shape)) return undefined;
  const row = (i: number): readonly unknown[] => (Array.isArray(values[i]) ? values[i] : [values[i]]);
  return {
    what: `DataFrame, ${size(values.length, columns.length)}`,
    columns: columns.map(String),
    rows: values.length,
    row,
  };
}

function records(value: unknown): Grid | undefined {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRecord)) return undefined;
  const columns = [...new Set(value.slice(0, ROWS).flatMap((record) => Object.keys(record)))];
  const row = (i: number): readonly unknown[] => columns.map((name) => value[i][name]);
  return { what: `records, ${size(value.length, columns.length)}`, columns, rows: value.length, row };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function matrix(value: unknown): Grid | undefined {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRow)) return undefined;
  const width = value.reduce<number>((most, one: ArrayLike<number>) => Math.max(most, one.length), 0);
  const columns = Array.from({ length: width }, (_, k) => String(k));
  const row = (i: number): readonly unknown[] => Array.from<unknown>(value[i]).slice(0, COLUMNS);
  return { what: `matrix, ${size(value.length, width)}`, columns, rows: value.length, row };
}

function isRow(value: unknown): value is ArrayLike<number> {
  if (isNumbers(value)) return true;
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "number");
}

type Numbers = Float32Array | Float64Array | Int32Array | Uint32Array | Int16Array | Uint16Array;

function isNumbers(value: unknown): value is Numbers {
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    !/^(Big|U?[Ii]nt8)/.test(value.constructor.name) &&
    !Buffer.isBuffer(value)
  );
}

/** A typed array, ten numbers a line. */
function numbers(value: unknown): Grid | undefined {
  if (!isNumbers(value) || value.length === 0) return undefined;
  const columns = ["", ...Array.from({ length: Math.min(ACROSS, value.length) }, (_, k) => `+${k}`)];
  const row = (i: number): readonly unknown[] => [
    String(i * ACROSS),
    ...value.subarray(i * ACROSS, (i + 1) * ACROSS),
  ];
  const rows = Math.ceil(value.length / ACROSS);
  return {
    what: `${value.constructor.name}, ${value.length.toLocaleString("en-US")} numbers`,
    columns,
    rows,
    row,
  };
}
