import type { DesignMatrix } from "../design/designMatrix.js";
import type { Factor } from "../design/factor.js";
import { invertUpper, thinQR } from "../matrix/qr.js";

/**
 * The linear mixed model y = Xβ + Zb + ε, b ~ N(0, σ²D), in the coordinates it is solved in:
 * X with orthonormal columns and Z with columns of unit root mean square. Both are exact changes of
 * coordinates, undone when estimates are handed out; they keep every small matrix well conditioned
 * whatever units the user's columns have. Plain data, so that worker threads can receive it.
 */
export interface Model {
  /** Images. */
  readonly n: number;
  /** Fixed effects. */
  readonly p: number;
  /** Random effects a level; 0 for a linear model. */
  readonly q: number;
  /** Levels of the factor (subjects). */
  readonly levels: number;
  /** float64, n × p, row-major: orthonormal columns, X = basis · R. */
  readonly basis: Float64Array;
  /** float64, p × p, row-major, upper triangular. */
  readonly R: Float64Array;
  /** R⁻¹; float64, p × p, row-major, upper triangular: β = R⁻¹γ. */
  readonly inverseR: Float64Array;
  /** log |X'X|, which the restricted likelihood of the user's X needs. */
  readonly logDetXX: number;
  /** float64, n × q, row-major: Z with each column divided by its scale. */
  readonly Z: Float64Array;
  /** float64, q: root mean square of each column of Z. */
  readonly zScale: Float64Array;
  /** int32, n: the level of each image. */
  readonly level: Int32Array;
}

/** Builds the model of a study with one factor, or none; X must have full column rank. */
export function buildModel(X: DesignMatrix, factor: Factor | undefined): Model {
  const n = X.n;
  const p = X.columns.length;
  const { Q, R } = thinQR(X.values, n, p);
  let logDetXX = 0;
  for (let j = 0; j < p; j++) logDetXX += 2 * Math.log(R[j * p + j]);
  const q = factor === undefined ? 0 : factor.Z.columns.length;
  const zScale = new Float64Array(q);
  const Z = new Float64Array(n * q);
  if (factor !== undefined) {
    for (let a = 0; a < q; a++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += factor.Z.values[i * q + a] ** 2;
      zScale[a] = Math.sqrt(sum / n);
      for (let i = 0; i < n; i++) Z[i * q + a] = factor.Z.values[i * q + a] / zScale[a];
    }
  }
  return {
    n,
    p,
    q,
    levels: factor?.levels.length ?? 0,
    basis: Q,
    R,
    inverseR: invertUpper(R, p),
    logDetXX,
    Z,
    zScale,
    level: factor?.level ?? new Int32Array(n),
  };
}
