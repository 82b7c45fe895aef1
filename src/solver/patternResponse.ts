import type { ReducedImages } from "./reduceImages.js";
import type { Response, TermWeights } from "./response.js";
import type { RestrictedLikelihood } from "./restrictedLikelihood.js";

/**
 * A response summed over the levels that share a visit pattern: y is one more column of X, so with w_j the
 * entries of N, X'V⁻¹r = Σ_j (w_j − δ_j) g_j and r'V⁻¹r = e'e + Σ_j w_j c_j, δ_j being 1 on the diagonal.
 */
export class PatternResponse implements Response {
  /** g_j; float64, terms × p. */
  private readonly g: Float64Array;
  /** Σ E_s-residuals squared: the part of r'r that no random effect reaches. */
  private ee = 0;
  /** c_j; float64, terms. */
  private readonly c: Float64Array;
  private readonly p: number;
  private readonly terms: number;
  /** B_j; float64, terms × packed lower triangle by rows. */
  private readonly B: Float64Array;
  /** 1 for the terms on the diagonal of their pattern; float64, terms. */
  private readonly diagonal: Float64Array;
  private readonly residual: Float64Array;
  private readonly product: Float64Array;

  constructor({ p, crossProduct }: RestrictedLikelihood) {
    const { B, row, column } = crossProduct;
    const terms = row.length;
    this.p = p;
    this.terms = terms;
    this.B = B;
    this.diagonal = Float64Array.from(row, (a, j) => (a === column[j] ? 1 : 0));
    this.g = new Float64Array(terms * p);
    this.c = new Float64Array(terms);
    this.residual = new Float64Array(terms);
    this.product = new Float64Array(p);
  }

  take(reduced: ReducedImages, count: number, k: number): void {
    this.ee = reduced.ee[k];
    for (let j = 0; j < this.c.length; j++) this.c[j] = reduced.c[j * count + k];
    for (let j = 0; j < this.g.length; j++) this.g[j] = reduced.g[j * count + k];
  }

  sums(weights: TermWeights, s: Float64Array): number {
    const { p, g, c, diagonal } = this;
    s.fill(0);
    let t = this.ee;
    for (let j = 0; j < this.terms; j++) {
      const w = weights.value[j];
      t += w * c[j];
      const shrunk = diagonal[j] - w;
      for (let i = 0; i < p; i++) s[i] -= shrunk * g[j * p + i];
    }
    return t;
  }

  derivatives(
    weights: TermWeights,
    beta: Float64Array,
    gradient: Float64Array,
    hessian: Float64Array,
    slope: Float64Array,
  ): void {
    const { p, terms, g, c, B, residual, product } = this;
    const m = gradient.length;
    slope.fill(0);
    for (let j = 0; j < terms; j++) {
      multiplyPacked(B, j * ((p * (p + 1)) / 2), beta, p, product);
      let sum = c[j];
      for (let i = 0; i < p; i++) {
        sum += beta[i] * (product[i] - 2 * g[j * p + i]);
        product[i] = g[j * p + i] - product[i];
      }
      residual[j] = sum;
      for (let k = 0; k < m; k++) {
        const w = weights.first[k * terms + j];
        for (let i = 0; i < p; i++) slope[k * p + i] += w * product[i];
      }
    }
    for (let k = 0; k < m; k++) {
      let sum = 0;
      for (let j = 0; j < terms; j++) sum += weights.first[k * terms + j] * residual[j];
      gradient[k] = sum;
      for (let l = 0; l <= k; l++) {
        let second = 0;
        for (let j = 0; j < terms; j++) second += weights.second[(k * m + l) * terms + j] * residual[j];
        hessian[k * m + l] = second;
        hessian[l * m + k] = second;
      }
    }
  }
}

/** product = A x, A symmetric, packed lower triangle by rows from `offset`. */
function multiplyPacked(
  A: Float64Array,
  offset: number,
  x: Float64Array,
  p: number,
  product: Float64Array,
): void {
  let k = offset;
  for (let i = 0; i < p; i++) {
    let sum = 0;
    const xi = x[i];
    for (let j = 0; j < i; j++) {
      const a = A[k++];
      sum += a * x[j];
      product[j] += a * xi;
    }
    product[i] = sum + A[k++] * xi;
  }
}
