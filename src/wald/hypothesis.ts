import { rankOf } from "../design/rank.js";

/** A hypothesis about the fixed effects: L β = 0. */
export interface Hypothesis {
  readonly name: string;
  /** "T": one row, tested with its sign. "F": any number of rows, tested jointly. */
  readonly kind: "T" | "F";
  readonly rows: number;
  /** float64, rows × p, row-major. */
  readonly L: Float64Array;
}

/** How many independent questions the rows of L ask: rows that follow from others add none. */
export function rankOfHypothesis({ rows, L }: Pick<Hypothesis, "rows" | "L">): number {
  const p = L.length / rows;
  const values = new Float64Array(p * rows);
  for (let a = 0; a < rows; a++) for (let j = 0; j < p; j++) values[j * rows + a] = L[a * p + j];
  const columns = Array.from({ length: rows }, (_, a) => `row ${a + 1}`);
  return rankOf({ file: "", columns, values, n: p }).rank;
}
