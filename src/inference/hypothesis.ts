/** A hypothesis about the fixed effects: L β = 0. */
export interface Hypothesis {
  readonly name: string;
  /** "T": one row, tested with its sign. "F": any number of rows, tested jointly. */
  readonly kind: "T" | "F";
  readonly rows: number;
  /** float64, rows × p, row-major. */
  readonly L: Float64Array;
}
