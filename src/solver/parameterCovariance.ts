import { jacobiEigen } from "../matrix/eigen.js";
import { vechLength } from "../matrix/vech.js";
import type { CovarianceFactor } from "./covarianceFactor.js";

/** What the information of a vertex is made of: a likelihood with its derivatives at the optimum. */
export interface InformationSource {
  readonly q: number;
  readonly p: number;
  readonly parameters: number;
  readonly groups: { readonly n: number };
  readonly residual: number;
  readonly gradient: ArrayLike<number>;
  readonly dResidual: ArrayLike<number>;
  readonly ddResidual: ArrayLike<number>;
  readonly ddLogDet: ArrayLike<number>;
  readonly dLogDetV: ArrayLike<number>;
  readonly ddLogDetV: ArrayLike<number>;
}

/** Eigenvalues of the information under this share of the largest carry no information. */
const NO_INFORMATION = 1e-10;

/**
 * The asymptotic covariance of (log σ̂², vech(D̂)), D in the scaled coordinates: twice the inverse of the
 * Hessian of −2 × the restricted log-likelihood (the observed information), as lmerTest takes it from the
 * deviance function of lme4 (Kuznetsova, Brockhoff & Christensen 2017, J. Stat. Softw. 82(13)). At a
 * singular fit the rank of D is held fixed: the parameters are those that move D along its face.
 */
export class ParameterCovariance {
  /** float64, (m+1)(m+2)/2, lower triangle by rows. */
  readonly packed: Float64Array;
  private readonly size: number;
  private readonly information: Float64Array;
  private readonly vectors: Float64Array;
  private readonly curvature: Float64Array;
  private readonly cross: Float64Array;
  private readonly gradientL: Float64Array;
  private readonly curvatureL: Float64Array;

  constructor(private readonly likelihood: InformationSource) {
    const { q, parameters: m } = likelihood;
    this.size = Math.max(q * q, m) + 1;
    this.packed = new Float64Array(vechLength(m + 1));
    this.information = new Float64Array(this.size ** 2);
    this.vectors = new Float64Array(this.size ** 2);
    this.curvature = new Float64Array(m * m);
    this.cross = new Float64Array(m);
    this.gradientL = new Float64Array(q * q);
    this.curvatureL = new Float64Array(q ** 4);
  }

  /** From the observed information of the restricted likelihood, evaluated with derivatives at the optimum. */
  observed(factor: CovarianceFactor, J: Float64Array): void {
    const { likelihood, curvature, cross, gradientL, curvatureL, information } = this;
    const m = likelihood.parameters;
    const degrees = likelihood.groups.n - likelihood.p;
    const sigma2 = likelihood.residual / degrees;
    for (let k = 0; k < m; k++) {
      cross[k] = -likelihood.dResidual[k] / sigma2;
      for (let l = 0; l < m; l++) {
        curvature[k * m + l] = likelihood.ddLogDet[k * m + l] + likelihood.ddResidual[k * m + l] / sigma2;
      }
    }
    const P = factor.parameters;
    factor.pullBack(J, likelihood.gradient, curvature, gradientL, curvatureL);
    const size = P + 1;
    information[0] = degrees;
    for (let x = 0; x < P; x++) {
      let sum = 0;
      for (let k = 0; k < m; k++) sum += J[k * P + x] * cross[k];
      information[x + 1] = sum;
      information[(x + 1) * size] = sum;
      for (let y = 0; y < P; y++) information[(x + 1) * size + y + 1] = curvatureL[x * P + y];
    }
    this.invert(size, 2, (x, k) => (x === 0 ? (k === 0 ? 1 : 0) : k === 0 ? 0 : J[(k - 1) * P + x - 1]));
  }

  /** From the expected information of the (unrestricted) likelihood, as pyblmm has it. */
  expected(): void {
    const { likelihood, information } = this;
    const m = likelihood.parameters;
    const size = m + 1;
    information[0] = likelihood.groups.n / 2;
    for (let k = 0; k < m; k++) {
      const cross = likelihood.dLogDetV[k] / 2;
      information[k + 1] = cross;
      information[(k + 1) * size] = cross;
      for (let l = 0; l < m; l++) {
        information[(k + 1) * size + l + 1] = -likelihood.ddLogDetV[k * m + l] / 2;
      }
    }
    this.invert(size, 1, (x, k) => (x === k ? 1 : 0));
  }

  /** packed = scale · T' I⁺ T, where T[x, k] carries the information's parameter x to (log σ², vech D)[k]. */
  private invert(size: number, scale: number, transform: (x: number, k: number) => number): void {
    const { information, vectors, packed } = this;
    const m = this.likelihood.parameters;
    const work = information.slice(0, size * size);
    jacobiEigen(work, size, vectors);
    let largest = 0;
    for (let a = 0; a < size; a++) largest = Math.max(largest, work[a * size + a]);
    packed.fill(0);
    const moved = new Float64Array(m + 1);
    for (let a = 0; a < size; a++) {
      const eigenvalue = work[a * size + a];
      if (!(eigenvalue > NO_INFORMATION * largest)) continue;
      moved.fill(0);
      for (let x = 0; x < size; x++) {
        const v = vectors[x * size + a];
        for (let k = 0; k <= m; k++) moved[k] += v * transform(x, k);
      }
      for (let k = 0, index = 0; k <= m; k++) {
        for (let l = 0; l <= k; l++) packed[index++] += (scale * moved[k] * moved[l]) / eigenvalue;
      }
    }
  }
}
