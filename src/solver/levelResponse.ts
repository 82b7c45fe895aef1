import type { Shrinkage } from "../model/shrinkage.js";
import type { ReducedImages } from "./reduceImages.js";
import type { Response, TermWeights } from "./response.js";
import type { RestrictedLikelihood } from "./restrictedLikelihood.js";

/** A response kept level by level, for factors whose levels all differ: the rotated c_s = Q_s'y_s. */
export class LevelResponse implements Response {
  private ee = 0;
  /** c_s of the vertex taken; float64, levels × q. */
  private c: Float64Array;
  private readonly h: Float64Array;
  private readonly a: Float64Array;
  private readonly x: Float64Array;
  private readonly p: number;
  private readonly q: number;
  private readonly levels: number;
  /** U_s; float64, levels × q × p. */
  private readonly U: Float64Array;
  /** int32, levels: the visit pattern of each level, −1 for none. */
  private readonly ofLevel: Int32Array;
  private readonly shrinkage: Shrinkage;
  private readonly row: Int32Array;
  private readonly column: Int32Array;

  constructor({ p, q, groups, patterns, shrinkage, row, column }: RestrictedLikelihood) {
    this.p = p;
    this.q = q;
    this.levels = patterns.ofLevel.length;
    this.U = groups.U;
    this.ofLevel = patterns.ofLevel;
    this.shrinkage = shrinkage;
    this.row = row;
    this.column = column;
    this.c = new Float64Array(this.levels * q);
    this.h = new Float64Array(q);
    this.a = new Float64Array(q);
    this.x = new Float64Array(row.length * q);
  }

  take(reduced: ReducedImages, _count: number, k: number): void {
    const length = this.c.length;
    this.ee = reduced.ee[k];
    this.c = reduced.rotated.subarray(k * length, (k + 1) * length);
  }

  sums(_weights: TermWeights, s: Float64Array): number {
    s.fill(0);
    return this.q === 2 ? this.sumsOfPairs(s) : this.sumsOfAny(s);
  }

  private sumsOfPairs(s: Float64Array): number {
    const { p, levels, U, c, ofLevel } = this;
    const { N } = this.shrinkage;
    let t = this.ee;
    for (let level = 0; level < levels; level++) {
      const pattern = ofLevel[level];
      if (pattern < 0) continue;
      const n = 4 * pattern;
      const c0 = c[2 * level];
      const c1 = c[2 * level + 1];
      const n0 = N[n] * c0 + N[n + 1] * c1;
      const n1 = N[n + 2] * c0 + N[n + 3] * c1;
      t += c0 * n0 + c1 * n1;
      const w0 = c0 - n0;
      const w1 = c1 - n1;
      const u = 2 * level * p;
      const v = u + p;
      for (let i = 0; i < p; i++) s[i] -= w0 * U[u + i] + w1 * U[v + i];
    }
    return t;
  }

  private sumsOfAny(s: Float64Array): number {
    const { p, q, levels, U, c, ofLevel } = this;
    const { N } = this.shrinkage;
    let t = this.ee;
    for (let level = 0; level < levels; level++) {
      const pattern = ofLevel[level];
      if (pattern < 0) continue;
      for (let a = 0; a < q; a++) {
        let left = 0;
        for (let b = 0; b < q; b++) left += N[(pattern * q + a) * q + b] * c[level * q + b];
        t += left * c[level * q + a];
        const w = c[level * q + a] - left;
        const u = (level * q + a) * p;
        for (let i = 0; i < p; i++) s[i] -= w * U[u + i];
      }
    }
    return t;
  }

  derivatives(
    _weights: TermWeights,
    beta: Float64Array,
    gradient: Float64Array,
    hessian: Float64Array,
    slope: Float64Array,
    withSlope: boolean,
  ): void {
    gradient.fill(0);
    hessian.fill(0);
    slope.fill(0);
    if (this.q === 2) this.derivativesOfPairs(beta, gradient, hessian, slope, withSlope);
    else this.derivativesOfAny(beta, gradient, hessian, slope);
    const m = gradient.length;
    for (let k = 0; k < m; k++) for (let l = 0; l < k; l++) hessian[l * m + k] = hessian[k * m + l];
  }

  /** The same as `derivativesOfAny`, written out for an intercept and a slope: the time of a fit is spent here. */
  private derivativesOfPairs(
    beta: Float64Array,
    gradient: Float64Array,
    hessian: Float64Array,
    slope: Float64Array,
    withSlope: boolean,
  ): void {
    const { p, levels, U, c, ofLevel } = this;
    const { K, T } = this.shrinkage;
    for (let level = 0; level < levels; level++) {
      const pattern = ofLevel[level];
      if (pattern < 0) continue;
      const k = 4 * pattern;
      const u = 2 * level * p;
      const v = u + p;
      let a0 = c[2 * level];
      let a1 = c[2 * level + 1];
      for (let i = 0; i < p; i++) {
        a0 -= U[u + i] * beta[i];
        a1 -= U[v + i] * beta[i];
      }
      const k00 = K[k];
      const k01 = K[k + 1];
      const k10 = K[k + 2];
      const k11 = K[k + 3];
      const h0 = k00 * a0 + k10 * a1;
      const h1 = k01 * a0 + k11 * a1;
      gradient[0] -= h0 * h0;
      gradient[1] -= 2 * h0 * h1;
      gradient[2] -= h1 * h1;
      const t00 = T[k];
      const t01 = T[k + 1];
      const t11 = T[k + 3];
      // 2 (E_k h)' T (E_l h), with E_0 h = (h0, 0), E_1 h = (h1, h0), E_2 h = (0, h1).
      const th0 = t00 * h1 + t01 * h0;
      const th1 = t01 * h1 + t11 * h0;
      hessian[0] += 2 * t00 * h0 * h0;
      hessian[3] += 2 * h0 * th0;
      hessian[4] += 2 * (h1 * th0 + h0 * th1);
      hessian[6] += 2 * t01 * h0 * h1;
      hessian[7] += 2 * h1 * th1;
      hessian[8] += 2 * t11 * h1 * h1;
      if (!withSlope) continue;
      const x00 = k00 * h0;
      const x01 = k10 * h0;
      const x10 = k00 * h1 + k01 * h0;
      const x11 = k10 * h1 + k11 * h0;
      const x20 = k01 * h1;
      const x21 = k11 * h1;
      for (let i = 0; i < p; i++) {
        const u0 = U[u + i];
        const u1 = U[v + i];
        slope[i] -= u0 * x00 + u1 * x01;
        slope[p + i] -= u0 * x10 + u1 * x11;
        slope[2 * p + i] -= u0 * x20 + u1 * x21;
      }
    }
  }

  private derivativesOfAny(
    beta: Float64Array,
    gradient: Float64Array,
    hessian: Float64Array,
    slope: Float64Array,
  ): void {
    const { p, q, levels, U, c, ofLevel, row, column, a, h, x } = this;
    const { K, T } = this.shrinkage;
    const m = row.length;
    const Eh = new Float64Array(m * q);
    for (let level = 0; level < levels; level++) {
      const pattern = ofLevel[level];
      if (pattern < 0) continue;
      const base = pattern * q * q;
      for (let r = 0; r < q; r++) {
        let sum = c[level * q + r];
        for (let i = 0; i < p; i++) sum -= U[(level * q + r) * p + i] * beta[i];
        a[r] = sum;
      }
      for (let i = 0; i < q; i++) {
        h[i] = 0;
        for (let r = 0; r < q; r++) h[i] += K[base + r * q + i] * a[r];
      }
      Eh.fill(0);
      for (let k = 0; k < m; k++) {
        const i = row[k];
        const j = column[k];
        Eh[k * q + i] = h[j];
        Eh[k * q + j] = h[i];
        gradient[k] -= (i === j ? 1 : 2) * h[i] * h[j];
        for (let r = 0; r < q; r++) {
          let sum = 0;
          for (let b = 0; b < q; b++) sum += K[base + r * q + b] * Eh[k * q + b];
          x[k * q + r] = sum;
        }
      }
      for (let k = 0; k < m; k++) {
        for (let l = 0; l <= k; l++) {
          let sum = 0;
          for (let i = 0; i < q; i++) {
            for (let j = 0; j < q; j++) sum += Eh[k * q + i] * T[base + i * q + j] * Eh[l * q + j];
          }
          hessian[k * m + l] += 2 * sum;
        }
        for (let r = 0; r < q; r++) {
          const weight = x[k * q + r];
          const u = (level * q + r) * p;
          for (let i = 0; i < p; i++) slope[k * p + i] -= weight * U[u + i];
        }
      }
    }
  }
}
