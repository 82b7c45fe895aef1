import type { DesignMatrix } from "../../src/design/designMatrix.js";
import type { Factor } from "../../src/design/factor.js";

/**
 * The restricted likelihood the slow way: V = I + Z D Z' in full, Gaussian elimination, no shared sums.
 * It is the oracle for the solver and shares no code with it.
 */
export interface DenseReml {
  readonly llh: number;
  readonly sigma2: number;
  readonly beta: number[];
  /** (X'V⁻¹X)⁻¹. */
  readonly C: number[][];
}

/** Evaluates the restricted log-likelihood at D (q × q, relative to σ²) for the images that are present. */
export function denseReml(
  X: DesignMatrix,
  factor: Factor | undefined,
  y: ArrayLike<number>,
  D: readonly (readonly number[])[],
  present: readonly number[] = Array.from({ length: X.n }, (_, i) => i),
): DenseReml {
  const n = present.length;
  const p = X.columns.length;
  const q = D.length;
  const V = present.map((i, a) =>
    present.map((j, b) => {
      let sum = a === b ? 1 : 0;
      if (factor !== undefined && factor.level[i] === factor.level[j]) {
        for (let k = 0; k < q; k++) {
          for (let l = 0; l < q; l++)
            sum += factor.Z.values[i * q + k] * D[k][l] * factor.Z.values[j * q + l];
        }
      }
      return sum;
    }),
  );
  const Xy = present.map((i) => [...X.values.subarray(i * p, (i + 1) * p), y[i]]);
  const { solution, logDet } = eliminate(V, Xy);
  const at = (a: number, b: number) =>
    present.reduce((sum, i, row) => sum + (a < p ? X.values[i * p + a] : y[i]) * solution[row][b], 0);
  const M = Array.from({ length: p }, (_, a) => Array.from({ length: p }, (_, b) => at(a, b)));
  const s = Array.from({ length: p }, (_, a) => [at(a, p)]);
  const identity = M.map((_, a) => M.map((_, b) => (a === b ? 1 : 0)));
  const inverse = eliminate(M, identity);
  const beta = eliminate(M, s).solution.map((row) => row[0]);
  const r2 = at(p, p) - beta.reduce((sum, b, a) => sum + b * s[a][0], 0);
  const sigma2 = r2 / (n - p);
  const llh = -0.5 * ((n - p) * (Math.log(2 * Math.PI * sigma2) + 1) + logDet + inverse.logDet);
  return { llh, sigma2, beta, C: inverse.solution };
}

/** Solves A x = B by elimination with partial pivoting; also log |A|. */
function eliminate(
  A: readonly (readonly number[])[],
  B: readonly (readonly number[])[],
): { solution: number[][]; logDet: number } {
  const n = A.length;
  const rows = A.map((row, i) => [...row, ...B[i]]);
  let logDet = 0;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    logDet += Math.log(Math.abs(rows[k][k]));
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k];
      if (factor !== 0) for (let j = k; j < rows[i].length; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = n; j < rows[k].length; j++) {
      for (let i = k + 1; i < n; i++) rows[k][j] -= rows[k][i] * rows[i][j];
      rows[k][j] /= rows[k][k];
    }
  }
  return { solution: rows.map((row) => row.slice(n)), logDet };
}
