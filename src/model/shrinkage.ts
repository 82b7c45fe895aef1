import { choleskyInPlace, choleskyInverse } from "../matrix/cholesky.js";
import { unvech, vechLength } from "../matrix/vech.js";

/**
 * What D does to one visit pattern R: N = (I + R D R')⁻¹ and its relatives. For a level s,
 * V_s⁻¹ = I − Q_s W Q_s' with W = I − N, so W says how far the level's own mean and slope shrink.
 */
export class Shrinkage {
  private readonly D: Float64Array;
  private readonly work: Float64Array;
  private readonly scratch: Float64Array;
  private readonly full: Float64Array;

  constructor(
    readonly patterns: number,
    readonly q: number,
  ) {
    const qq = q * q;
    this.N = new Float64Array(patterns * qq);
    this.K = new Float64Array(patterns * qq);
    this.T = new Float64Array(patterns * qq);
    this.D = new Float64Array(qq);
    this.work = new Float64Array(qq);
    this.scratch = new Float64Array(qq);
    this.full = new Float64Array(qq);
  }

  /** N; float64, patterns × q × q. */
  readonly N: Float64Array;
  /** K = N R; float64, patterns × q × q. */
  readonly K: Float64Array;
  /** R' N R; float64, patterns × q × q: Z_s' V_s⁻¹ Z_s. */
  readonly T: Float64Array;

  /**
   * Computes N, K and T of every pattern at D.
   *
   * @param vechD float64, q(q+1)/2.
   * @param R float64, patterns × q × q.
   * @param size float64, levels a pattern.
   * @returns log |V| = Σ log |I + R_s D R_s'| over the levels.
   */
  update(vechD: Float64Array, R: Float64Array, size: Float64Array): number {
    if (this.q === 1) return this.updateIntercept(vechD[0], R, size);
    if (this.q === 2) return this.updatePair(vechD, R, size);
    return this.updateAny(vechD, R, size);
  }

  private updateIntercept(d: number, R: Float64Array, size: Float64Array): number {
    let logDetV = 0;
    for (let t = 0; t < this.patterns; t++) {
      const r = R[t];
      const v = 1 + r * r * d;
      logDetV += size[t] * Math.log(v);
      this.N[t] = 1 / v;
      this.K[t] = r / v;
      this.T[t] = (r * r) / v;
    }
    return logDetV;
  }

  private updatePair(vechD: Float64Array, R: Float64Array, size: Float64Array): number {
    const [d11, d21, d22] = vechD;
    const { N, K, T } = this;
    let logDetV = 0;
    for (let t = 0; t < this.patterns; t++) {
      const k = 4 * t;
      const a = R[k];
      const b = R[k + 1];
      const c = R[k + 3];
      // V = I + R D R' with R = [a b; 0 c].
      const x = a * d11 + b * d21;
      const y = a * d21 + b * d22;
      const v11 = 1 + x * a + y * b;
      const v12 = y * c;
      const v22 = 1 + c * c * d22;
      // |V| = 1 + tr(RDR') + |R|²|D|: no cancellation near a singular D.
      const det = v11 * v22 - v12 * v12;
      logDetV += size[t] * Math.log(det);
      const n11 = v22 / det;
      const n12 = -v12 / det;
      const n22 = v11 / det;
      N[k] = n11;
      N[k + 1] = n12;
      N[k + 2] = n12;
      N[k + 3] = n22;
      const k11 = n11 * a;
      const k12 = n11 * b + n12 * c;
      const k21 = n12 * a;
      const k22 = n12 * b + n22 * c;
      K[k] = k11;
      K[k + 1] = k12;
      K[k + 2] = k21;
      K[k + 3] = k22;
      T[k] = a * k11;
      T[k + 1] = a * k12;
      T[k + 2] = a * k12;
      T[k + 3] = b * k12 + c * k22;
    }
    return logDetV;
  }

  private updateAny(vechD: Float64Array, R: Float64Array, size: Float64Array): number {
    const { q, D, work, full } = this;
    unvech(vechD, q, D);
    let logDetV = 0;
    for (let t = 0; t < this.patterns; t++) {
      const base = t * q * q;
      const Rt = R.subarray(base, base + q * q);
      multiply(Rt, D, work, q, false);
      multiply(work, Rt, full, q, true);
      for (let a = 0; a < q; a++) full[a * q + a] += 1;
      logDetV += size[t] * choleskyInPlace(full, q);
      const N = this.N.subarray(base, base + q * q);
      choleskyInverse(full, q, N, this.scratch);
      multiply(N, Rt, this.K.subarray(base, base + q * q), q, false);
      for (let a = 0; a < q; a++) {
        for (let b = 0; b < q; b++) {
          let sum = 0;
          for (let c = 0; c < q; c++) sum += Rt[c * q + a] * this.K[base + c * q + b];
          this.T[base + a * q + b] = sum;
        }
      }
    }
    return logDetV;
  }
}

/** C = A B, or A B' when `transposed`; q × q, row-major. */
function multiply(A: Float64Array, B: Float64Array, C: Float64Array, q: number, transposed: boolean): void {
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < q; j++) {
      let sum = 0;
      for (let k = 0; k < q; k++) sum += A[i * q + k] * (transposed ? B[j * q + k] : B[k * q + j]);
      C[i * q + j] = sum;
    }
  }
}

/**
 * Gradient and Hessian of log |V| in vech(D): ∂_k = Σ tr(T E_k), ∂_kl = −Σ tr(T E_k T E_l), where
 * E_k = ∂D/∂D_k (both triangles).
 *
 * @param gradient float64, q(q+1)/2.
 * @param hessian float64, [q(q+1)/2]², row-major.
 */
export function logDetDerivatives(
  shrinkage: Shrinkage,
  size: Float64Array,
  row: Int32Array,
  column: Int32Array,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  const { q, T } = shrinkage;
  const m = vechLength(q);
  gradient.fill(0);
  hessian.fill(0);
  for (let t = 0; t < shrinkage.patterns; t++) {
    const base = t * q * q;
    const weight = size[t];
    for (let k = 0; k < m; k++) {
      const i = row[k];
      const j = column[k];
      gradient[k] += weight * (i === j ? 1 : 2) * T[base + i * q + j];
      for (let l = 0; l <= k; l++) {
        const g = row[l];
        const h = column[l];
        // tr(T E_k T E_l) with E_k = e_i e_j' + e_j e_i' (one term when i = j).
        let trace = T[base + j * q + g] * T[base + h * q + i];
        if (g !== h) trace += T[base + j * q + h] * T[base + g * q + i];
        if (i !== j) {
          trace += T[base + i * q + g] * T[base + h * q + j];
          if (g !== h) trace += T[base + i * q + h] * T[base + g * q + j];
        }
        hessian[k * m + l] -= weight * trace;
      }
    }
  }
  for (let k = 0; k < m; k++) for (let l = 0; l < k; l++) hessian[l * m + k] = hessian[k * m + l];
}
