import { choleskyInPlace, choleskyInverse } from "../matrix/cholesky.js";
import { solveUpperInPlace } from "../matrix/qr.js";
import type { LevelOrder } from "./groups.js";
import type { Model } from "./model.js";

/** A sparse matrix, row by row. */
export interface SparseRows {
  /** int32, rows + 1: where each row begins in `column` and `value`. */
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly value: Float64Array;
}

/**
 * A design with an intercept and a slope (or any two columns of Z) by level: X_s = Z_s A_s + E_s with
 * Z_s'E_s = 0. Columns of X that are constant within a level lie in the span of an intercept, time itself in
 * that of a slope, so A_s has few entries and E_s most often none. A level then enters the likelihood only
 * through G_s = Z_s'Z_s and z_s = Z_s'y_s, and A_s stays as it is when images of the level are missing.
 */
export interface LevelDesign {
  readonly n: number;
  readonly p: number;
  readonly levels: number;
  /** int32, levels + 1: the first image of each level, images in the order of their levels. */
  readonly start: Int32Array;
  /** float64, n × 2, images in the order of their levels. */
  readonly Z: Float64Array;
  /** G_s as g11, g12, g22 and |G_s|; float64, levels × 4. */
  readonly G: Float64Array;
  /** A: two rows a level, p columns. */
  readonly A: SparseRows;
  /** E: one row an image. */
  readonly E: SparseRows;
  /** uint8, levels: 1 where E_s is not zero, so that A_s would change with the images present. */
  readonly outside: Uint8Array;
  /** X'X and Σ E_s'E_s; float64, p × p, lower triangles. */
  readonly XX: Float64Array;
  readonly EE: Float64Array;
  /** These columns of X are basis · K; float64, p × p, row-major, upper triangular. */
  readonly K: Float64Array;
  /** log |K|. */
  readonly logDetK: number;
  /** float64, p: the column of ones in these columns of X, where X spans it. */
  readonly ones: Float64Array | undefined;
}

/** Above this condition, the user's columns of X give way to the orthonormal basis, in which A is dense. */
const LARGEST_CONDITION = 1e4;
/** What is left of a column of X beside Z_s, or of its second column beside the first, counts above this. */
const NOTHING_LEFT = 1e-11;
const SAME_DIRECTION = 1e-9;

/** Describes a model with two random effects by level. */
export function describeLevels(model: Model, { start, order }: LevelOrder): LevelDesign {
  const { n, p, levels } = model;
  const { K, columnsAt } = columnsOf(model);
  const Z = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) for (let a = 0; a < 2; a++) Z[2 * k + a] = model.Z[2 * order[k] + a];
  const G = new Float64Array(4 * levels);
  const A = new SparseBuilder();
  const E = new SparseBuilder();
  const outside = new Uint8Array(levels);
  const XX = new Float64Array(p * p);
  const EE = new Float64Array(p * p);
  for (let s = 0; s < levels; s++) {
    const count = start[s + 1] - start[s];
    const X = columnsAt(order.subarray(start[s], start[s + 1]));
    const span = spanOf(Z.subarray(2 * start[s], 2 * start[s + 1]), count);
    G.set([span.g11, span.g12, span.g22, span.determinant], 4 * s);
    addSquares(XX, X, count, p);
    const second: [number, number][] = [];
    for (let j = 0; j < p; j++) {
      const [a1, a2] = span.coefficients(X, p, j);
      if (Math.abs(a1) > 1e-12) A.add(j, a1);
      if (Math.abs(a2) > 1e-12) second.push([j, a2]);
      for (let i = 0; i < count; i++) {
        const left =
          X[i * p + j] - a1 * Z[2 * (start[s] + i)] - (a2 === 0 ? 0 : a2 * Z[2 * (start[s] + i) + 1]);
        X[i * p + j] = Math.abs(left) > NOTHING_LEFT ? left : 0;
      }
    }
    A.endRow();
    for (const [j, a2] of second) A.add(j, a2);
    A.endRow();
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < p; j++) if (X[i * p + j] !== 0) E.add(j, X[i * p + j]);
      E.endRow();
    }
    if (X.some((value) => value !== 0)) {
      outside[s] = 1;
      addSquares(EE, X, count, p);
    }
  }
  let logDetK = 0;
  for (let j = 0; j < p; j++) logDetK += Math.log(K[j * p + j]);
  const ones = model.ones?.slice();
  if (ones !== undefined) solveUpperInPlace(K, ones, p);
  return { n, p, levels, start, Z, G, A: A.build(), E: E.build(), outside, XX, EE, K, logDetK, ones };
}

class SparseBuilder {
  private readonly start = [0];
  private readonly column: number[] = [];
  private readonly value: number[] = [];

  add(column: number, value: number): void {
    this.column.push(column);
    this.value.push(value);
  }

  endRow(): void {
    this.start.push(this.column.length);
  }

  build(): SparseRows {
    const { start, column, value } = this;
    return {
      start: Int32Array.from(start),
      column: Int32Array.from(column),
      value: Float64Array.from(value),
    };
  }
}

/** The columns in which A is sparse, as basis · K and at images (float64, images × p). */
interface LevelColumns {
  readonly K: Float64Array;
  columnsAt(images: Int32Array): Float64Array;
}

/** The user's columns, scaled to unit root mean square; or, where these are ill conditioned, those of the basis. */
function columnsOf({ n, p, X, basis, R, inverseR }: Model): LevelColumns {
  const scale = new Float64Array(p);
  for (let i = 0; i < n; i++) for (let j = 0; j < p; j++) scale[j] += X[i * p + j] ** 2;
  for (let j = 0; j < p; j++) scale[j] = Math.sqrt(n / scale[j]);
  let size = 0;
  let inverse = 0;
  for (let j = 0; j < p; j++) {
    for (let i = 0; i <= j; i++) size += (R[i * p + j] * scale[j]) ** 2 / n;
    for (let i = j; i < p; i++) inverse += (inverseR[j * p + i] / scale[j]) ** 2 * n;
  }
  const isUsers = Math.sqrt(size * inverse) < LARGEST_CONDITION;
  const values = isUsers ? X : basis;
  if (!isUsers) scale.fill(Math.sqrt(n));
  const K = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let j = i; j < p; j++) K[i * p + j] = (isUsers ? R[i * p + j] : i === j ? 1 : 0) * scale[j];
  }
  const columnsAt = (images: Int32Array) => {
    const rows = new Float64Array(images.length * p);
    images.forEach((image, i) => {
      for (let j = 0; j < p; j++) rows[i * p + j] = values[image * p + j] * scale[j];
    });
    return rows;
  };
  return { K, columnsAt };
}

/** The geometry of one level's Z: G, and least squares on it, with no cancellation where its columns are alike. */
function spanOf(Z: Float64Array, count: number) {
  let g11 = 0;
  let g12 = 0;
  let g22 = 0;
  for (let i = 0; i < count; i++) {
    g11 += Z[2 * i] ** 2;
    g12 += Z[2 * i] * Z[2 * i + 1];
    g22 += Z[2 * i + 1] ** 2;
  }
  // The second column beside the first, orthogonalized twice.
  const beside = Float64Array.from({ length: count }, (_, i) => Z[2 * i + 1]);
  for (let twice = 0; twice < 2 && g11 > 0; twice++) {
    let dot = 0;
    for (let i = 0; i < count; i++) dot += Z[2 * i] * beside[i];
    for (let i = 0; i < count; i++) beside[i] -= (dot / g11) * Z[2 * i];
  }
  let rest = 0;
  for (let i = 0; i < count; i++) rest += beside[i] ** 2;
  if (count < 2 || !(rest > SAME_DIRECTION ** 2 * g22)) rest = 0;
  const coefficients = (X: Float64Array, p: number, j: number): readonly [number, number] => {
    let x1 = 0;
    let x2 = 0;
    for (let i = 0; i < count; i++) x2 += beside[i] * X[i * p + j];
    const a2 = rest > 0 ? x2 / rest : 0;
    for (let i = 0; i < count; i++) x1 += Z[2 * i] * (X[i * p + j] - a2 * Z[2 * i + 1]);
    if (g11 > 0) return [x1 / g11, a2];
    // No first column here: the second alone.
    let only = 0;
    for (let i = 0; i < count; i++) only += Z[2 * i + 1] * X[i * p + j];
    return [0, g22 > 0 ? only / g22 : 0];
  };
  return { g11, g12, g22, determinant: g11 > 0 ? g11 * rest : 0, coefficients };
}

/** Lower triangle of M += X'X. */
function addSquares(M: Float64Array, X: Float64Array, count: number, p: number): void {
  for (let i = 0; i < count; i++) {
    for (let a = 0; a < p; a++) {
      const x = X[i * p + a];
      if (x === 0) continue;
      for (let b = 0; b <= a; b++) M[a * p + b] += x * X[i * p + b];
    }
  }
}

/** X_s = Z_s A_s + E_s of all levels, one row an image; float64, n × p. */
export function columnsOfLevels({ n, p, levels, start, Z, A, E }: LevelDesign): Float64Array {
  const X = new Float64Array(n * p);
  for (let s = 0; s < levels; s++) {
    for (let i = start[s]; i < start[s + 1]; i++) {
      for (let a = 0; a < 2; a++) {
        for (let e = A.start[2 * s + a]; e < A.start[2 * s + a + 1]; e++) {
          X[i * p + A.column[e]] += Z[2 * i + a] * A.value[e];
        }
      }
      for (let e = E.start[i]; e < E.start[i + 1]; e++) X[i * p + E.column[e]] += E.value[e];
    }
  }
  return X;
}

/** The inverse of a symmetric positive definite matrix given by its lower triangle; undefined where it is not. */
export function inverseOf(M: Float64Array, p: number): Float64Array | undefined {
  const L = M.slice();
  if (!Number.isFinite(choleskyInPlace(L, p, 1e-14))) return undefined;
  const inverse = new Float64Array(p * p);
  choleskyInverse(L, p, inverse, new Float64Array(p * p));
  return inverse;
}
