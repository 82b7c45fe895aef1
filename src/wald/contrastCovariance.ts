import { vechLength } from "../matrix/vech.js";
import type { Estimates } from "../solver/estimates.js";
import type { ContrastSums } from "./contrastSums.js";

/** Degrees of freedom are reported up to this: beyond it t is normal to double precision. */
const LARGEST_DF = 1e9;

/**
 * L cov(β̂) L' and its derivatives in (σ², vech D) at one vertex after another.
 *
 * cov(β̂) = σ² C with C = (X'V⁻¹X)⁻¹, so S² = L cov L' has ∂S²/∂σ² = S²/σ² and ∂S²/∂D_k = σ² L ∂_kC L'.
 */
export class ContrastCovariance {
  /** float64, r × r. */
  readonly S: Float64Array;
  /** float64, (m + 1) × r × r. */
  readonly dS: Float64Array;

  /**
   * @param sums of the estimates with `pairWeights` of L among their weights, from `firstPair` on; without derivatives
   * where these are not wanted, which are most of the work.
   * @param L float64, r × p.
   */
  constructor(
    private readonly estimates: Estimates,
    private readonly sums: ContrastSums,
    private readonly firstPair: number,
    private readonly L: Float64Array,
    private readonly r: number,
  ) {
    this.S = new Float64Array(r * r);
    this.dS = new Float64Array((sums.m + 1) * r * r);
  }

  /** Lβ̂ of one row of the contrast. */
  effect(row: number, a: number): number {
    const { p, beta } = this.estimates;
    let sum = 0;
    for (let j = 0; j < p; j++) sum += this.L[a * p + j] * beta[row * p + j];
    return sum;
  }

  update(row: number): void {
    const { r, S, dS, sums } = this;
    sums.prepare(row);
    const sigma2 = this.estimates.sigma2[row];
    let pair = this.firstPair;
    for (let a = 0; a < r; a++) {
      for (let b = 0; b <= a; b++, pair++) {
        const c = sums.at(row, pair, 0);
        S[a * r + b] = sigma2 * c;
        S[b * r + a] = sigma2 * c;
        dS[a * r + b] = c;
        dS[b * r + a] = c;
        for (let k = 1; k <= sums.m; k++) {
          const d = sigma2 * sums.at(row, pair, k);
          dS[k * r * r + a * r + b] = d;
          dS[k * r * r + b * r + a] = d;
        }
      }
    }
  }

  /** Satterthwaite df of a combination v of the rows with variance s2 = v'Sv: 2 s2² / (g' A g). */
  degreesOfFreedom(row: number, s2: number, v: (a: number) => number): number {
    const { r, dS } = this;
    const { m } = this.sums;
    const { parameterCovariance } = this.estimates;
    const g = new Float64Array(m + 1);
    for (let k = 0; k <= m; k++) {
      for (let a = 0; a < r; a++) {
        for (let b = 0; b < r; b++) g[k] += v(a) * dS[k * r * r + a * r + b] * v(b);
      }
    }
    let variance = 0;
    let index = row * vechLength(m + 1);
    for (let k = 0; k <= m; k++) {
      for (let l = 0; l <= k; l++) {
        variance += (k === l ? 1 : 2) * g[k] * parameterCovariance[index++] * g[l];
      }
    }
    const df = (2 * s2 * s2) / variance;
    return Math.min(df, LARGEST_DF);
  }
}

/**
 * For each pair a ≥ b of rows of L R⁻¹, L in the orthonormal basis of X: weights that give row a · C · row b from C
 * packed; float64, p(p+1)/2 each.
 *
 * @param inverseR R⁻¹ of X = Q R; float64, p × p, upper triangular.
 * @param L float64, r × p.
 */
export function pairWeights(inverseR: Float64Array, L: Float64Array, r: number): Float64Array[] {
  const p = L.length / r;
  const basisL = new Float64Array(r * p);
  for (let a = 0; a < r; a++) {
    for (let j = 0; j < p; j++) {
      let sum = 0;
      for (let i = 0; i <= j; i++) sum += L[a * p + i] * inverseR[i * p + j];
      basisL[a * p + j] = sum;
    }
  }
  const weights: Float64Array[] = [];
  for (let a = 0; a < r; a++) {
    for (let b = 0; b <= a; b++) {
      const pair = new Float64Array(vechLength(p));
      for (let i = 0, k = 0; i < p; i++) {
        for (let j = 0; j <= i; j++, k++) {
          const [ai, bj] = [basisL[a * p + i], basisL[b * p + j]];
          pair[k] = i === j ? ai * bj : ai * bj + basisL[a * p + j] * basisL[b * p + i];
        }
      }
      weights.push(pair);
    }
  }
  return weights;
}
