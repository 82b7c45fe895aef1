import { choleskyInPlace, choleskyInverse } from "../../matrix/cholesky.js";
import type { InformationSource } from "../parameterCovariance.js";

/** What the images of one vertex are reduced to, and the design that they belong to, pattern by pattern. */
export interface InterceptSums {
  /** g and levels of each pattern; float64, T. */
  readonly g: Float64Array;
  readonly count: Float64Array;
  /** Σ g A'A of each pattern, and Σ E'E; float64, T × p(p+1)/2 and p(p+1)/2. */
  readonly B: Float64Array;
  readonly EE: Float64Array;
  /** Σ A'z of each pattern, z = Z_s'e_s; float64, T × p. */
  readonly G: Float64Array;
  /** Σ z²/g of each pattern; float64, T. */
  readonly c: Float64Array;
  /** E'e; float64, p. */
  readonly Ee: Float64Array;
  /** e'e, less Σ z²/g: what no random effect reaches. */
  readonly within: number;
  /** Images present. */
  readonly n: number;
}

/**
 * f = −2 restricted log-likelihood of one vertex as a function of d alone: with ν = 1/(1 + d g) for each pattern,
 *   X'V⁻¹X = E'E + Σ ν B,  X'V⁻¹e = E'e + Σ ν G,  e'V⁻¹e = within + Σ ν c,  log|V| = −Σ count log ν.
 */
export class InterceptProfile implements InformationSource {
  readonly q = 1;
  readonly parameters = 1;
  f = Number.POSITIVE_INFINITY;
  residual = 0;
  logDetM = 0;
  readonly gradient = new Float64Array(1);
  readonly hessian = new Float64Array(1);
  readonly dResidual = new Float64Array(1);
  readonly ddResidual = new Float64Array(1);
  readonly ddLogDet = new Float64Array(1);
  readonly dLogDetV = new Float64Array(1);
  readonly ddLogDetV = new Float64Array(1);
  /** β̂ of e, C = (X'V⁻¹X)⁻¹ and −∂C/∂d = C ∂M C; float64, p and p × p. */
  readonly beta: Float64Array;
  readonly C: Float64Array;
  readonly dC: Float64Array;
  groups = { n: 0 };
  evaluations = 0;
  private readonly L: Float64Array;
  private readonly dM: Float64Array;
  private readonly product: Float64Array;
  private readonly scratch: Float64Array;
  private readonly vectors: readonly [Float64Array, Float64Array, Float64Array];

  constructor(readonly p: number) {
    const square = () => new Float64Array(p * p);
    const vector = () => new Float64Array(p);
    [this.L, this.dM, this.product, this.scratch] = [square(), square(), square(), square()];
    [this.C, this.dC] = [square(), square()];
    this.beta = vector();
    this.vectors = [vector(), vector(), vector()];
  }

  /** Evaluates f and its first two derivatives at d ≥ 0. */
  evaluate(sums: InterceptSums, d: number): void {
    const { p, L, C, dM, product, scratch, beta } = this;
    const [S, dS, ddS] = this.vectors;
    const size = (p * (p + 1)) / 2;
    this.evaluations++;
    this.groups = { n: sums.n };
    S.set(sums.Ee);
    dS.fill(0);
    ddS.fill(0);
    let y = sums.within;
    let [dy, ddy, logDetV, first, second] = [0, 0, 0, 0, 0];
    for (let i = 0, k = 0; i < p; i++) {
      for (let j = 0; j <= i; j++, k++) {
        L[i * p + j] = sums.EE[k];
        dM[i * p + j] = 0;
        product[i * p + j] = 0;
      }
    }
    for (let t = 0; t < sums.g.length; t++) {
      const g = sums.g[t];
      const nu = 1 / (1 + d * g);
      const [d1, d2] = [-g * nu * nu, 2 * g * g * nu * nu * nu];
      for (let i = 0; i < p; i++) {
        const G = sums.G[t * p + i];
        S[i] += nu * G;
        dS[i] += d1 * G;
        ddS[i] += d2 * G;
      }
      for (let i = 0, k = t * size; i < p; i++) {
        for (let j = 0; j <= i; j++, k++) {
          const B = sums.B[k];
          L[i * p + j] += nu * B;
          dM[i * p + j] += d1 * B;
          product[i * p + j] += d2 * B;
        }
      }
      y += nu * sums.c[t];
      dy += d1 * sums.c[t];
      ddy += d2 * sums.c[t];
      logDetV -= sums.count[t] * Math.log(nu);
      first += sums.count[t] * g * nu;
      second -= sums.count[t] * (g * nu) ** 2;
    }
    this.f = Number.POSITIVE_INFINITY;
    this.logDetM = choleskyInPlace(L, p, 1e-14);
    if (!Number.isFinite(this.logDetM)) return;
    choleskyInverse(L, p, C, scratch);
    for (let i = 0; i < p; i++) {
      let sum = 0;
      for (let j = 0; j < p; j++) sum += C[i * p + j] * S[j];
      beta[i] = sum;
      y -= sum * S[i];
    }
    // tr(C ∂²M), then what β adds: v = ∂S − ∂M β.
    let [trace, trace2, dr, ddr] = [0, 0, dy, ddy];
    for (let i = 0; i < p; i++) {
      for (let j = 0; j <= i; j++) {
        const twice = i === j ? 1 : 2;
        trace += twice * C[i * p + j] * dM[i * p + j];
        trace2 += twice * C[i * p + j] * product[i * p + j];
        dr += twice * beta[i] * dM[i * p + j] * beta[j];
        ddr += twice * beta[i] * product[i * p + j] * beta[j];
        dM[j * p + i] = dM[i * p + j];
      }
      dr -= 2 * beta[i] * dS[i];
      ddr -= 2 * beta[i] * ddS[i];
    }
    for (let i = 0; i < p; i++) {
      let v = dS[i];
      for (let j = 0; j < p; j++) v -= dM[i * p + j] * beta[j];
      ddS[i] = v;
    }
    for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) ddr -= 2 * ddS[i] * C[i * p + j] * ddS[j];
    multiply(C, dM, product, p);
    for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) trace2 -= product[i * p + j] * product[j * p + i];
    const degrees = sums.n - p;
    this.residual = y;
    this.dResidual[0] = dr;
    this.ddResidual[0] = ddr;
    this.dLogDetV[0] = first;
    this.ddLogDetV[0] = second;
    this.ddLogDet[0] = second + trace2;
    this.gradient[0] = first + trace + (degrees * dr) / y;
    this.hessian[0] = second + trace2 + degrees * (ddr / y - (dr / y) ** 2);
    if (y > 0) this.f = logDetV + this.logDetM + degrees * Math.log(y);
  }

  /** Fills dC = C ∂M C from the last evaluation. */
  differentiate(): void {
    multiply(this.product, this.C, this.dC, this.p);
  }
}

function multiply(A: Float64Array, B: Float64Array, into: Float64Array, p: number): void {
  into.fill(0);
  for (let i = 0; i < p; i++) {
    for (let k = 0; k < p; k++) {
      const a = A[i * p + k];
      for (let j = 0; j < p; j++) into[i * p + j] += a * B[k * p + j];
    }
  }
}
