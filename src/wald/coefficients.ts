import { invertUpper } from "../matrix/qr.js";
import { type Estimates, selectRows } from "../solver/estimates.js";
import { testT } from "./satterthwaite.js";
import { twoSidedP } from "./tails.js";

/** One fixed effect at one vertex, as the summary of lmerTest has it. */
export interface Coefficient {
  /** The column of X. */
  readonly column: string;
  readonly estimate: number;
  readonly SE: number;
  readonly T: number;
  /** Satterthwaite degrees of freedom. */
  readonly df: number;
  /** Two-sided. */
  readonly p: number;
}

/**
 * The fixed effects of one row of the estimates, each tested against zero.
 *
 * @param R X = Q R, row by row; p × p, upper triangular.
 * @param columns names of the columns of X, p.
 */
export function coefficientsAt(
  estimates: Estimates,
  row: number,
  R: readonly number[],
  columns: readonly string[],
): Coefficient[] {
  const p = columns.length;
  const one = selectRows(estimates, Int32Array.of(row));
  const inverseR = invertUpper(Float64Array.from(R), p);
  return columns.map((column, j) => {
    const L = new Float64Array(p);
    L[j] = 1;
    const { estimate, standardError, t, df } = testT(
      one,
      inverseR,
      { name: column, kind: "T", rows: 1, L },
      0,
    );
    return {
      column,
      estimate: estimate[0],
      SE: standardError[0],
      T: t[0],
      df: df[0],
      p: twoSidedP(t[0], df[0]),
    };
  });
}
