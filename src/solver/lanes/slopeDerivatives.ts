/** Where the sums of one lane lie in the kernel's memory, and how far apart. */
export interface LaneSums {
  readonly values: Float64Array | Float32Array;
  /** Index of the lane's first value of the second pass's sums. */
  readonly sums: number;
  /** Index of the weighed traces tr(C B_j); undefined where X'V⁻¹X was summed for the lane itself. */
  readonly weighed: number | undefined;
  /** Indices of tr(C∂_kM C∂_lM) and of the six z_k'C z_l; undefined while these are left out. */
  readonly cross: number | undefined;
  readonly moving: number | undefined;
  /** Values between two quantities of a lane: 8 in float64, 16 in float32. */
  readonly stride: number;
}

/** The (row, column) of each entry of a packed symmetric 3 × 3 matrix, and the place of each (row, column). */
const PLACE = [
  [0, 1, 3],
  [1, 2, 4],
  [3, 4, 5],
];

/**
 * f = −2 restricted log-likelihood and its first two derivatives in vech(D) at one D, for one vertex. There are many of
 * these, and plain arrays of numbers cost a tenth of what small typed arrays do.
 */
export class SlopeDerivatives {
  /** What is left of the residuals: min_β (e − Xβ)'V⁻¹(e − Xβ). */
  residual = 0;
  /** Images less fixed effects. */
  degrees = 0;
  /** Gradient and Hessian of f: 3 and 3 × 3. */
  readonly gradient: number[] = [0, 0, 0];
  readonly hessian: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  /**
   * What the terms left out on the way, tr(C∂_kM C∂_lM) and z_k'C z_l, add to the Hessian: from the last evaluation that
   * had them, or as far as the gradients tell (`SecantCorrection`). It hardly changes with D. 3 × 3.
   */
  readonly correction: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  /**
   * How much of tr(C∂²M) a Hessian has that is not whole. With residuals as D has it, what is left out takes
   * tr(C∂²M) − tr(C∂_kM C∂_lM) off on average, half of tr(C∂²M) or so; far from there nothing is known of it.
   */
  fixedShare: 0.5 | 1 = 0.5;
  /** Whether the Hessian is whole: `correction` is no part of it. */
  isWhole = false;
  /** Of the residual, of log|V| + log|X'V⁻¹X|, and of log|V| alone: 3 and 3 × 3. */
  readonly dResidual: number[] = [0, 0, 0];
  readonly ddResidual: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  readonly ddLogDet: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  readonly dLogDetV: number[] = [0, 0, 0];
  readonly ddLogDetV: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0];

  /** Takes the correction out of the Hessian. */
  forgetCorrection(): void {
    const { hessian, correction } = this;
    for (let k = 0; k < 9; k++) hessian[k] -= correction[k];
    correction.fill(0);
  }

  /** Takes the derivatives from the sums of the kernel's second pass. */
  gather({ values: F, sums: at, weighed, cross, moving, stride: S }: LaneSums, residual: number): void {
    const { gradient, hessian, correction, dResidual, ddResidual, ddLogDet, dLogDetV, ddLogDetV, degrees } =
      this;
    this.residual = residual;
    this.isWhole = cross !== undefined && moving !== undefined;
    const weight = degrees / residual;
    for (let k = 0; k < 3; k++) {
      const twice = k === 1 ? 2 : 1;
      dResidual[k] = -twice * F[at + k * S];
      dLogDetV[k] = twice * F[at + (3 + k) * S];
      const fixed = weighed === undefined ? -twice * F[at + (18 + k) * S] : F[weighed + k * S];
      gradient[k] = dLogDetV[k] + fixed + weight * dResidual[k];
    }
    for (let k = 0; k < 3; k++) {
      for (let l = 0; l <= k; l++) {
        const e = PLACE[k][l];
        let second = 2 * F[at + (12 + e) * S];
        let logDet = secondOfLogDetV(F, at, S, e);
        ddLogDetV[3 * k + l] = logDet;
        const fixed = weighed === undefined ? 2 * F[at + (21 + e) * S] : F[weighed + (3 + e) * S];
        logDet += this.isWhole ? fixed : this.fixedShare * fixed;
        const known = -(dResidual[k] * dResidual[l]) / residual;
        const added = correction[3 * k + l];
        if (cross !== undefined && moving !== undefined) {
          logDet -= F[cross + e * S];
          second -= 2 * F[moving + e * S];
          correction[3 * k + l] =
            (1 - this.fixedShare) * fixed - F[cross + e * S] - 2 * weight * F[moving + e * S];
          correction[3 * l + k] = correction[3 * k + l];
        }
        const curvature = logDet + weight * (second + known) + (this.isWhole ? 0 : added);
        ddResidual[3 * k + l] = second;
        ddLogDet[3 * k + l] = logDet;
        hessian[3 * k + l] = curvature;
        ddLogDetV[3 * l + k] = ddLogDetV[3 * k + l];
        ddResidual[3 * l + k] = second;
        ddLogDet[3 * l + k] = logDet;
        hessian[3 * l + k] = curvature;
      }
    }
  }
}

/** −Σ tr(T E_k T E_l) from the sums of products of T. */
function secondOfLogDetV(F: Float64Array | Float32Array, at: number, S: number, e: number): number {
  if (e === 0) return -F[at + 6 * S];
  if (e === 1) return -2 * F[at + 7 * S];
  if (e === 2) return -2 * (F[at + 9 * S] + F[at + 8 * S]);
  if (e === 3) return -F[at + 8 * S];
  if (e === 4) return -2 * F[at + 10 * S];
  return -F[at + 11 * S];
}
