import { choleskyInPlace, choleskyInverse, choleskySolve } from "../matrix/cholesky.js";
import { vechLength, vechPairs } from "../matrix/vech.js";
import type { CrossProduct } from "../model/crossProduct.js";
import type { Groups } from "../model/groups.js";
import { logDetDerivatives, Shrinkage } from "../model/shrinkage.js";
import type { VisitPatterns } from "../model/visitPatterns.js";
import type { Response } from "./response.js";
import { CrossProductWeights } from "./termWeights.js";

/**
 * The restricted likelihood of one vertex with σ² and β profiled out, as a function of vech(D):
 *   f(D) = log |V| + log |X'V⁻¹X| + (n − p) log r²(D)
 * which is −2 × the REML log-likelihood up to a constant (Bates, Mächler, Bolker & Walker 2015, J. Stat.
 * Softw. 67(1), eqs 39–41, in terms of D instead of θ), with its exact gradient and Hessian
 * (Gilmour, Thompson & Cullis 1995, Biometrics 51, for the derivatives of V = I + Z D Z').
 * X is the model's orthonormal basis and D is in the scaled coordinates of Z.
 */
export class RestrictedLikelihood {
  readonly parameters: number;
  /** γ̂(D) = (X'V⁻¹X)⁻¹ X'V⁻¹y; float64, p. */
  readonly gamma: Float64Array;
  /** (X'V⁻¹X)⁻¹; float64, p × p. */
  readonly C: Float64Array;
  /** ∂_k X'V⁻¹X; float64, m × p × p. */
  readonly dM: Float64Array;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  /** ∂_k r² and ∂_kl r², of which the joint information of (σ², D) is made. */
  readonly dResidual: Float64Array;
  readonly ddResidual: Float64Array;
  /** ∂_kl of log |V| + log |X'V⁻¹X|. */
  readonly ddLogDet: Float64Array;
  /** tr(V⁻¹ ∂_k V) and −tr(V⁻¹ ∂_k V V⁻¹ ∂_l V). */
  readonly dLogDetV: Float64Array;
  readonly ddLogDetV: Float64Array;
  residual = 0;
  logDetV = 0;
  logDetM = 0;
  evaluations = 0;
  /** Shrinkage of every visit pattern of the groups. */
  readonly shrinkage: Shrinkage;
  readonly weights: CrossProductWeights;

  private readonly termShrinkage: Shrinkage;
  private readonly L: Float64Array;
  private readonly packed: Float64Array;
  private readonly scratch: Float64Array;
  private readonly slope: Float64Array;
  private readonly products: Float64Array;
  private readonly traces: Float64Array;

  constructor(
    readonly groups: Groups,
    readonly patterns: VisitPatterns,
    readonly crossProduct: CrossProduct,
    readonly p: number,
    readonly q: number,
  ) {
    const m = vechLength(q);
    const { row, column } = vechPairs(q);
    this.parameters = m;
    this.row = row;
    this.column = column;
    this.shrinkage = new Shrinkage(patterns.count, q);
    this.termShrinkage =
      crossProduct.R === patterns.R ? this.shrinkage : new Shrinkage(crossProduct.patterns, q);
    this.weights = new CrossProductWeights(crossProduct, this.termShrinkage, row, column);
    this.unitSize = new Float64Array(crossProduct.patterns).fill(1);
    this.gamma = new Float64Array(p);
    this.C = new Float64Array(p * p);
    this.dM = new Float64Array(m * p * p);
    this.gradient = new Float64Array(m);
    this.hessian = new Float64Array(m * m);
    this.dResidual = new Float64Array(m);
    this.ddResidual = new Float64Array(m * m);
    this.ddLogDet = new Float64Array(m * m);
    this.dLogDetV = new Float64Array(m);
    this.ddLogDetV = new Float64Array(m * m);
    this.L = new Float64Array(p * p);
    this.packed = new Float64Array((p * (p + 1)) / 2);
    this.scratch = new Float64Array(p * p);
    this.slope = new Float64Array(m * p);
    this.products = new Float64Array(m * p * p);
    this.traces = new Float64Array(crossProduct.of.length);
  }

  readonly row: Int32Array;
  readonly column: Int32Array;
  private readonly unitSize: Float64Array;

  /** f(D), or Infinity where X'V⁻¹X or r² is not positive; sets gamma, residual and the log-determinants. */
  value(D: Float64Array, response: Response): number {
    const { p, L, gamma, weights, crossProduct, packed } = this;
    this.evaluations++;
    this.logDetV = this.shrinkage.update(D, this.patterns.R, this.patterns.size);
    if (this.termShrinkage !== this.shrinkage) this.termShrinkage.update(D, crossProduct.R, this.unitSize);
    weights.updateValues();
    packed.set(crossProduct.base);
    addTerms(packed, crossProduct.B, weights.value, 0, weights.terms);
    unpackLower(packed, p, L, 0);
    this.logDetM = choleskyInPlace(L, p, 1e-14);
    const yVy = response.sums(weights, gamma);
    if (!Number.isFinite(this.logDetM)) return Number.POSITIVE_INFINITY;
    let explained = 0;
    this.scratch.set(gamma, 0);
    choleskySolve(L, p, gamma);
    for (let i = 0; i < p; i++) explained += this.scratch[i] * gamma[i];
    this.residual = yVy - explained;
    if (!(this.residual > yVy * 1e-14)) return Number.POSITIVE_INFINITY;
    return this.logDetV + this.logDetM + (this.groups.n - p) * Math.log(this.residual);
  }

  /**
   * The gradient and Hessian of f at the D of the last call of `value`, and what inference needs.
   *
   * @param whole whether the Hessian holds what the fixed effects add to it; the gradient always does.
   */
  derivatives(response: Response, whole = true): void {
    const { p, C, weights, crossProduct, packed, traces, products, gradient, hessian, slope } = this;
    const m = this.parameters;
    choleskyInverse(this.L, p, C, this.scratch);
    if (m === 0) return;
    weights.updateDerivatives();
    logDetDerivatives(
      this.shrinkage,
      this.patterns.size,
      this.row,
      this.column,
      this.dLogDetV,
      this.ddLogDetV,
    );
    // tr(C B_j): C packed with its off-diagonal entries doubled.
    for (let i = 0, k = 0; i < p; i++) {
      for (let j = 0; j <= i; j++) packed[k++] = (i === j ? 1 : 2) * C[i * p + j];
    }
    const size = packed.length;
    for (let j = 0; j < weights.terms; j++) {
      let sum = 0;
      const term = j * size;
      for (let k = 0; k < size; k++) sum += packed[k] * crossProduct.B[term + k];
      traces[j] = sum;
    }
    for (let k = 0; k < m && whole; k++) {
      packed.fill(0);
      addTerms(packed, crossProduct.B, weights.first, k * weights.terms, weights.terms);
      unpackFull(packed, p, this.dM, k * p * p);
      multiplySquare(C, this.dM, k * p * p, p, products);
    }
    response.derivatives(weights, this.gamma, this.dResidual, this.ddResidual, slope, whole);
    const degrees = this.groups.n - p;
    const r2 = this.residual;
    for (let k = 0; k < m; k++) {
      let trace = 0;
      for (let j = 0; j < weights.terms; j++) trace += weights.first[k * weights.terms + j] * traces[j];
      gradient[k] = this.dLogDetV[k] + trace + (degrees * this.dResidual[k]) / r2;
      this.scratch.set(slope.subarray(k * p, (k + 1) * p), 0);
      const solved = this.scratch.subarray(0, p);
      choleskySolve(this.L, p, solved);
      for (let l = 0; l <= k; l++) {
        // β moves with D: −2 z_k' C z_l.
        let moving = 0;
        for (let i = 0; i < p && whole; i++) moving += solved[i] * slope[l * p + i];
        const second = this.ddResidual[k * m + l] - 2 * moving;
        let logDet = this.ddLogDetV[k * m + l];
        if (whole) logDet -= traceOfProduct(products, k * p * p, l * p * p, p);
        for (let j = 0; j < weights.terms; j++) {
          logDet += weights.second[(k * m + l) * weights.terms + j] * traces[j];
        }
        this.ddResidual[k * m + l] = second;
        this.ddResidual[l * m + k] = second;
        this.ddLogDet[k * m + l] = logDet;
        this.ddLogDet[l * m + k] = logDet;
        const curvature =
          logDet + degrees * (second / r2 - (this.dResidual[k] * this.dResidual[l]) / (r2 * r2));
        hessian[k * m + l] = curvature;
        hessian[l * m + k] = curvature;
      }
    }
  }
}

/** packed += Σ_j weights[from + j] B_j. */
function addTerms(
  packed: Float64Array,
  B: Float64Array,
  weights: Float64Array,
  from: number,
  terms: number,
): void {
  const size = packed.length;
  let j = 0;
  // Four terms at a time: one read and write of the sum for four of B.
  for (; j + 4 <= terms; j += 4) {
    const w0 = weights[from + j];
    const w1 = weights[from + j + 1];
    const w2 = weights[from + j + 2];
    const w3 = weights[from + j + 3];
    const b0 = j * size;
    const b1 = b0 + size;
    const b2 = b1 + size;
    const b3 = b2 + size;
    for (let k = 0; k < size; k++) {
      packed[k] += w0 * B[b0 + k] + w1 * B[b1 + k] + w2 * B[b2 + k] + w3 * B[b3 + k];
    }
  }
  for (; j < terms; j++) {
    const w = weights[from + j];
    const b = j * size;
    for (let k = 0; k < size; k++) packed[k] += w * B[b + k];
  }
}

function unpackLower(packed: Float64Array, p: number, A: Float64Array, offset: number): void {
  for (let i = 0, k = 0; i < p; i++) for (let j = 0; j <= i; j++) A[offset + i * p + j] = packed[k++];
}

function unpackFull(packed: Float64Array, p: number, A: Float64Array, offset: number): void {
  for (let i = 0, k = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      A[offset + i * p + j] = packed[k];
      A[offset + j * p + i] = packed[k++];
    }
  }
}

/** products[offset …] = C A[offset …]; both p × p, row-major. */
function multiplySquare(
  C: Float64Array,
  A: Float64Array,
  offset: number,
  p: number,
  products: Float64Array,
): void {
  products.fill(0, offset, offset + p * p);
  for (let i = 0; i < p; i++) {
    for (let k = 0; k < p; k++) {
      const c = C[i * p + k];
      for (let j = 0; j < p; j++) products[offset + i * p + j] += c * A[offset + k * p + j];
    }
  }
}

/** tr(A B) of two p × p matrices stored in one array. */
function traceOfProduct(values: Float64Array, a: number, b: number, p: number): number {
  let trace = 0;
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) trace += values[a + i * p + j] * values[b + j * p + i];
  }
  return trace;
}
