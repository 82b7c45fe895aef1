import { InputError } from "../errors.js";
import { invertUpper } from "../matrix/qr.js";
import { estimateMaps } from "../results/estimateMaps.js";
import { Results } from "../results/results.js";
import { parseContrast } from "./contrastExpression.js";
import { contrastMaps } from "./contrastMaps.js";
import type { Hypothesis } from "./hypothesis.js";

/** A hypothesis as people write it: an expression or a vector for T, several of either for F. */
export type ContrastInput = string | readonly number[] | readonly string[] | readonly (readonly number[])[];

/** How a contrast is named and tested. */
export interface ContrastOptions {
  /** The name shown in tables and maps; the expression when left out. */
  readonly name?: string;
  /** One row may be tested as F too; several rows always are. */
  readonly kind?: "T" | "F";
}

/**
 * Tests a new contrast at every vertex without fitting again, exactly as if it had been among those of the
 * fit: T with Satterthwaite degrees of freedom for one row, F for several.
 *
 * @param results a fit in memory, or a results directory that this package wrote.
 * @param input `"0.5*Sex + NIHScore"`, a vector of p weights, or an array of several of either.
 * @throws InputError for an unknown column (listing the near ones), a wrong length, or rows that are all zero
 * or repeat each other.
 */
export function contrast(results: Results, input: ContrastInput, options: ContrastOptions = {}): Results {
  const { info } = results;
  const hypothesis = readHypothesis(input, info.columns, options);
  const estimates = results.estimates();
  const { p } = estimates;
  if (info.fit === undefined) throw new Error("results with estimates say how they were fitted");
  const inverseR = invertUpper(Float64Array.from(info.fit.R), p);
  const maps = new Map<string, () => Float64Array | Int32Array>(
    contrastMaps(estimates, inverseR, [hypothesis], info.vertices, info.minlog),
  );
  const own = estimateMaps(estimates, inverseR, info.vertices, { cov: false, resms: false });
  for (const name of ["mask", "n", "status"]) {
    const read = own.get(name);
    if (read !== undefined) maps.set(name, read);
  }
  const { name, kind, L, rows } = hypothesis;
  const rowsOfL = Array.from({ length: rows }, (_, a) => Array.from(L.subarray(a * p, (a + 1) * p)));
  return new Results(
    { ...info, kind: "contrast", contrasts: [{ name, kind, L: rowsOfL }] },
    {
      names: [...maps.keys()],
      read: (map) => maps.get(map)?.() ?? new Float64Array(0),
      estimates: () => estimates,
    },
    undefined,
  );
}

/** Reads what people write as a hypothesis about the columns of X. */
export function readHypothesis(
  input: ContrastInput,
  columns: readonly string[],
  options: ContrastOptions = {},
): Hypothesis {
  const rows = rowsOf(input, columns);
  const p = columns.length;
  const L = new Float64Array(rows.length * p);
  rows.forEach((row, a) => {
    if (row.length !== p) {
      throw new InputError({
        key: "contrast",
        found: `${row.length} weights`,
        expected: `${p}, one a column of X (${columns.slice(0, 4).join(", ")}, …)`,
      });
    }
    if (!row.every(Number.isFinite)) {
      throw new InputError({
        key: "contrast",
        found: "a weight that is no number",
        expected: "finite numbers",
      });
    }
    if (row.every((weight) => weight === 0)) {
      throw new InputError({
        key: "contrast",
        found: "weights that are all zero",
        expected: "at least one weight",
      });
    }
    L.set(row, a * p);
  });
  const kind = rows.length > 1 ? "F" : (options.kind ?? "T");
  return { name: options.name ?? nameOf(input), kind, rows: rows.length, L };
}

function rowsOf(input: ContrastInput, columns: readonly string[]): Float64Array[] {
  const row = (item: string | readonly number[]) =>
    typeof item === "string" ? parseContrast(item, columns) : Float64Array.from(item);
  if (typeof input === "string") return [row(input)];
  if (input.length === 0) {
    throw new InputError({ key: "contrast", found: "no rows", expected: "an expression or a vector" });
  }
  const items = input as readonly (string | number | readonly number[])[];
  if (items.every((item) => typeof item === "number")) return [row(items as readonly number[])];
  return items.map((item) => {
    if (typeof item !== "number") return row(item);
    throw new InputError({
      key: "contrast",
      found: "numbers beside names or rows",
      expected: "one vector of numbers, or one row a hypothesis",
    });
  });
}

function nameOf(input: ContrastInput): string {
  if (typeof input === "string") return input;
  const items = input as readonly (string | number | readonly number[])[];
  if (items.every((item) => typeof item === "string")) return items.join(" & ");
  return items.every((item) => typeof item === "number") ? "custom" : `custom (${items.length} rows)`;
}
