import { jacobiEigen } from "../matrix/eigen.js";
import { vechLength, vechPairs } from "../matrix/vech.js";
import type { Factor } from "./factor.js";

/**
 * Whether σ² can be told from D: it cannot when some D makes Z D Z' the identity at every level, as where each level
 * has one image and a random intercept. The likelihood is then flat along σ²(I + Z D Z').
 *
 * The D nearest to that is found by least squares; m = q(q+1)/2 unknowns.
 */
export function separatesResidual(factor: Factor): boolean {
  const q = factor.Z.columns.length;
  const n = factor.Z.n;
  const m = vechLength(q);
  const A = new Float64Array(m * m);
  const b = new Float64Array(m);
  for (const G of gramsOf(factor)) {
    const products = Array.from({ length: m }, (_, k) => basisTimes(k, G, q));
    for (let k = 0; k < m; k++) {
      b[k] += trace(products[k], q);
      for (let l = 0; l < m; l++) A[k * m + l] += traceOfProduct(products[k], products[l], q);
    }
  }
  const vectors = new Float64Array(m * m);
  jacobiEigen(A, m, vectors);
  const largest = Math.max(...Array.from({ length: m }, (_, k) => A[k * m + k]));
  let left = n;
  for (let k = 0; k < m; k++) {
    const value = A[k * m + k];
    if (value <= 1e-12 * largest) continue;
    let along = 0;
    for (let l = 0; l < m; l++) along += vectors[l * m + k] * b[l];
    left -= along ** 2 / value;
  }
  return left > 1e-8 * n;
}

/** Z_s'Z_s of every level, with the columns of Z brought to unit root mean square; q × q each. */
function gramsOf({ level, levels, Z }: Factor): Float64Array[] {
  const q = Z.columns.length;
  const scale = new Float64Array(q);
  for (let i = 0; i < Z.n; i++) for (let a = 0; a < q; a++) scale[a] += Z.values[i * q + a] ** 2 / Z.n;
  const grams = levels.map(() => new Float64Array(q * q));
  for (let i = 0; i < Z.n; i++) {
    const G = grams[level[i]];
    for (let a = 0; a < q; a++) {
      for (let c = 0; c < q; c++) {
        G[a * q + c] += (Z.values[i * q + a] * Z.values[i * q + c]) / Math.sqrt(scale[a] * scale[c]);
      }
    }
  }
  return grams;
}

/** E_k G, where E_k = ∂D/∂D_k has a one in both triangles. */
function basisTimes(k: number, G: Float64Array, q: number): Float64Array {
  const { row, column } = vechPairs(q);
  const [i, j] = [row[k], column[k]];
  const product = new Float64Array(q * q);
  for (let c = 0; c < q; c++) {
    product[i * q + c] += G[j * q + c];
    if (i !== j) product[j * q + c] += G[i * q + c];
  }
  return product;
}

function trace(A: Float64Array, q: number): number {
  let sum = 0;
  for (let a = 0; a < q; a++) sum += A[a * q + a];
  return sum;
}

function traceOfProduct(A: Float64Array, B: Float64Array, q: number): number {
  let sum = 0;
  for (let a = 0; a < q; a++) for (let c = 0; c < q; c++) sum += A[a * q + c] * B[c * q + a];
  return sum;
}
