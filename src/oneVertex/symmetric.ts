import { choleskyInPlace, choleskyInverse } from "../matrix/cholesky.js";

/** A small square matrix, row by row. */
export type Matrix = readonly (readonly number[])[];

/** The inverse of a symmetric positive-definite matrix and log |A|, which is NaN when it is not one. */
export function invert(A: Matrix): { readonly inverse: number[][]; readonly logDet: number } {
  const p = A.length;
  const L = Float64Array.from(A.flat());
  const logDet = choleskyInPlace(L, p, 1e-13);
  const inverse = new Float64Array(p * p);
  if (!Number.isNaN(logDet)) choleskyInverse(L, p, inverse, new Float64Array(p * p));
  return { inverse: A.map((_, i) => Array.from(inverse.subarray(i * p, (i + 1) * p))), logDet };
}

/** A x */
export function times(A: Matrix, x: readonly number[]): number[] {
  return A.map((row) => dot(row, x));
}

/** x'y */
export function dot(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, k) => sum + value * y[k], 0);
}

/** The symmetric matrix of which `vech` holds the lower triangle, column by column. */
export function symmetric(vech: readonly number[], q: number): number[][] {
  const A = Array.from({ length: q }, () => new Array<number>(q).fill(0));
  let k = 0;
  for (let j = 0; j < q; j++) {
    for (let i = j; i < q; i++) {
      A[i][j] = vech[k];
      A[j][i] = vech[k];
      k++;
    }
  }
  return A;
}
