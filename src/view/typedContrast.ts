import { InputError } from "../errors.js";
import type { ContrastInput } from "../inference/contrast.js";

/** Two numbers at least, between commas or spaces, in brackets or not. */
const VECTOR = /^\[?\s*[-+−\d.][-+−\d.eE]*(?:(?:\s*,\s*|\s+)[-+−\d.][-+−\d.eE]*)+\s*\]?$/;

/**
 * Reads what a person types as a contrast: an expression ("0.5*Sex + NIHScore"), a vector ("[0, 1, 0]" or "0 1 0"),
 * several of either between semicolons for F, or JSON rows ("[[0, 1], [1, 0]]").
 *
 * @throws InputError when rows in brackets are no rows of numbers.
 */
export function typedContrast(text: string): ContrastInput {
  const whole = text.trim();
  if (/^\[\s*\[/.test(whole)) return readRows(whole);
  const rows = whole
    .split(/[;\n]/)
    .map((row) => row.trim())
    .filter((row) => row !== "")
    .map(readRow);
  const [first] = rows;
  return rows.length === 1 && first !== undefined ? first : (rows as readonly string[]);
}

function readRows(text: string): number[][] {
  const fault = new InputError({
    key: "contrast",
    found: text,
    expected: "rows of numbers, such as [[0, 1, 0], [0, 0, 1]]",
  });
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    throw fault;
  }
  const are = Array.isArray(rows) && rows.every((row) => Array.isArray(row) && row.every(Number.isFinite));
  if (!are) throw fault;
  return rows as number[][];
}

function readRow(row: string): string | readonly number[] {
  if (!VECTOR.test(row)) return row.replaceAll("−", "-");
  const numbers = row
    .replace(/^\[|\]$/g, "")
    .trim()
    .split(/[\s,]+/);
  return numbers.map((number) => Number(number.replace("−", "-")));
}
