import { vechLength } from "../matrix/vech.js";
import type { Estimates } from "../solver/estimates.js";

/** Degrees of freedom are reported up to this: beyond it t is normal to double precision. */
const LARGEST_DF = 1e9;

/**
 * L cov(β̂) L' and its derivatives in (σ², vech D) at one vertex after another.
 *
 * cov(β̂) = σ² C with C = (X'V⁻¹X)⁻¹, so S² = L cov L' has ∂S²/∂σ² = S²/σ² and ∂S²/∂D_k = σ² L ∂_kC L'.
 */
export class ContrastCovariance {
  /** For each pair a ≥ b of rows of L R⁻¹, L in the orthonormal basis of X: weights that give row a · C · row b from C packed. */
  private readonly weights: readonly Float64Array[];
  /** float64, r × r. */
  readonly S: Float64Array;
  /** float64, (m + 1) × r × r. */
  readonly dS: Float64Array;
  private readonly m: number;
  /** b C b' and its derivatives, pairs × (m + 1), of AHEAD vertices from `first` on. */
  private readonly sums: Float64Array;
  private first = Number.NEGATIVE_INFINITY;

  /** @param derivatives whether they are wanted: most of the work. */
  constructor(
    private readonly estimates: Estimates,
    inverseR: Float64Array,
    private readonly L: Float64Array,
    private readonly r: number,
    derivatives = true,
  ) {
    const { p } = estimates;
    this.m = derivatives ? vechLength(estimates.q) : 0;
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
    this.weights = weights;
    this.S = new Float64Array(r * r);
    this.dS = new Float64Array((this.m + 1) * r * r);
    this.sums = new Float64Array(weights.length * (this.m + 1) * AHEAD);
  }

  /** Lβ̂ of one row of the contrast. */
  effect(row: number, a: number): number {
    const { p, beta } = this.estimates;
    let sum = 0;
    for (let j = 0; j < p; j++) sum += this.L[a * p + j] * beta[row * p + j];
    return sum;
  }

  update(row: number): void {
    const { r, m, S, dS, sums } = this;
    if (!(row >= this.first && row < this.first + AHEAD)) this.sumFrom(row);
    const sigma2 = this.estimates.sigma2[row];
    let at = row - this.first;
    for (let a = 0; a < r; a++) {
      for (let b = 0; b <= a; b++) {
        const c = sums[at];
        at += AHEAD;
        S[a * r + b] = sigma2 * c;
        S[b * r + a] = sigma2 * c;
        dS[a * r + b] = c;
        dS[b * r + a] = c;
        for (let k = 0; k < m; k++, at += AHEAD) {
          const d = sigma2 * sums[at];
          dS[(k + 1) * r * r + a * r + b] = d;
          dS[(k + 1) * r * r + b * r + a] = d;
        }
      }
    }
  }

  /** Sums of `row` and of those after it. */
  private sumFrom(row: number): void {
    const { m, weights, sums, estimates } = this;
    const { p, basisCovariance, basisGradient } = estimates;
    const packed = vechLength(p);
    this.first = row;
    let to = 0;
    for (const pair of weights) {
      weighted64(pair, basisCovariance, row * packed, packed, sums, to);
      to += AHEAD;
      for (let k = 0; k < m; k++, to += AHEAD)
        weighted32(pair, basisGradient, (row * m + k) * packed, m * packed, sums, to);
    }
  }

  /** Satterthwaite df of a combination v of the rows with variance s2 = v'Sv: 2 s2² / (g' A g). */
  degreesOfFreedom(row: number, s2: number, v: (a: number) => number): number {
    const { r, m, dS } = this;
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

/** Vertices whose sums are taken side by side: each waits for its own last addition only. */
const AHEAD = 4;

/** Sums of AHEAD rows of A, `stride` numbers apart; where there are no more, of its end, as nothing asks for them. */
function weighted64(
  weights: Float64Array,
  A: Float64Array,
  from: number,
  stride: number,
  sums: Float64Array,
  to: number,
): void {
  const last = A.length - weights.length;
  let i0 = from;
  let i1 = Math.min(from + stride, last);
  let i2 = Math.min(from + 2 * stride, last);
  let i3 = Math.min(from + 3 * stride, last);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let k = 0; k < weights.length; k++) {
    const weight = weights[k];
    s0 += weight * A[i0++];
    s1 += weight * A[i1++];
    s2 += weight * A[i2++];
    s3 += weight * A[i3++];
  }
  sums[to] = s0;
  sums[to + 1] = s1;
  sums[to + 2] = s2;
  sums[to + 3] = s3;
}

/** The same of float32: code that meets one type of array alone runs twice as fast. */
function weighted32(
  weights: Float64Array,
  A: Float32Array,
  from: number,
  stride: number,
  sums: Float64Array,
  to: number,
): void {
  const last = A.length - weights.length;
  let i0 = from;
  let i1 = Math.min(from + stride, last);
  let i2 = Math.min(from + 2 * stride, last);
  let i3 = Math.min(from + 3 * stride, last);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let k = 0; k < weights.length; k++) {
    const weight = weights[k];
    s0 += weight * A[i0++];
    s1 += weight * A[i1++];
    s2 += weight * A[i2++];
    s3 += weight * A[i3++];
  }
  sums[to] = s0;
  sums[to + 1] = s1;
  sums[to + 2] = s2;
  sums[to + 3] = s3;
}
