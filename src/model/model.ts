import type { DesignMatrix } from "../design/designMatrix.js";
import type { Factor } from "../design/factor.js";
import { invertUpper, thinQR } from "../matrix/qr.js";

/**
 * The linear mixed model y = Xβ + Zb + ε, b ~ N(0, σ²D), in the coordinates it is solved in:
 * X with orthonormal columns and Z with orthogonal columns of unit root mean square. Both are exact changes
 * of coordinates, undone when estimates are handed out; they keep every small matrix well conditioned
 * whatever units and origin the user's columns have: a slope on the calendar year is searched as a slope
 * on the time from the middle of the study. Plain data, so that worker threads can receive it.
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
  /** float64, n × p, row-major: the user's X. */
  readonly X: Float64Array;
  /** float64, n × p, row-major: orthonormal columns, X = basis · R. */
  readonly basis: Float64Array;
  /** float64, p × p, row-major, upper triangular. */
  readonly R: Float64Array;
  /** R⁻¹; float64, p × p, row-major, upper triangular: β = R⁻¹γ. */
  readonly inverseR: Float64Array;
  /** float64, p: the column of ones in the basis, where X spans it; undefined where it does not. */
  readonly ones: Float64Array | undefined;
  /** log |X'X|, which the restricted likelihood of the user's X needs. */
  readonly logDetXX: number;
  /** float64, n × q, row-major: columns orthogonal, of unit root mean square; the user's Z = Z · zFactor. */
  readonly Z: Float64Array;
  /** float64, q × q, row-major, upper triangular: D in these coordinates is zFactor · D · zFactor'. */
  readonly zFactor: Float64Array;
  /** zFactor⁻¹; float64, q × q, row-major, upper triangular. */
  readonly inverseZFactor: Float64Array;
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
  const { Z, zFactor } = orthogonalColumns(factor?.Z.values ?? new Float64Array(0), n, q);
  return {
    n,
    p,
    q,
    levels: factor?.levels.length ?? 0,
    X: X.values,
    basis: Q,
    R,
    inverseR: invertUpper(R, p),
    ones: onesInBasis(Q, n, p),
    logDetXX,
    Z,
    zFactor,
    inverseZFactor: invertUpper(zFactor, q),
    level: factor?.level ?? new Int32Array(n),
  };
}

/** Columns of Z that depend on the others to this share of their length are left as they are. */
const DEPENDENT = 1e-11;

function orthogonalColumns(
  values: Float64Array,
  n: number,
  q: number,
): { readonly Z: Float64Array; readonly zFactor: Float64Array } {
  const length = new Float64Array(q);
  for (let a = 0; a < q; a++) {
    for (let i = 0; i < n; i++) length[a] = Math.hypot(length[a], values[i * q + a]);
  }
  const unit = values.map((value, k) => value / length[k % q]);
  const { Q, R } = thinQR(unit, n, q);
  const dependent = Array.from(length).some((_, a) => !(R[a * q + a] > DEPENDENT));
  const factor = dependent ? R.map((_, k) => (k % (q + 1) === 0 ? 1 : 0)) : R;
  return {
    Z: (dependent ? unit : Q).map((value) => value * Math.sqrt(n)),
    zFactor: factor.map((value, k) => (value * length[k % q]) / Math.sqrt(n)),
  };
}

function onesInBasis(basis: Float64Array, n: number, p: number): Float64Array | undefined {
  const ones = new Float64Array(p);
  for (let i = 0; i < n; i++) for (let j = 0; j < p; j++) ones[j] += basis[i * p + j];
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < p; j++) sum += basis[i * p + j] * ones[j];
    if (!(Math.abs(sum - 1) < 1e-10)) return undefined;
  }
  return ones;
}
