import type { Response, TermWeights } from "./response.js";

/**
 * A response summed over the levels that share a visit pattern: y is one more column of X, so
 * X'V⁻¹y = X'y − Σ_j w_j g_j and y'V⁻¹y = y'y − Σ_j w_j c_j with the weights of X'V⁻¹X.
 */
export class PatternResponse implements Response {
  /** X'y; float64, p. */
  readonly Xy: Float64Array;
  yy = 0;
  /** g_j; float64, terms × p. */
  readonly g: Float64Array;
  /** c_j; float64, terms. */
  readonly c: Float64Array;
  private readonly residual: Float64Array;
  private readonly product: Float64Array;

  constructor(
    private readonly p: number,
    private readonly terms: number,
    /** B_j; float64, terms × packed lower triangle by rows. */
    private readonly B: Float64Array,
  ) {
    this.Xy = new Float64Array(p);
    this.g = new Float64Array(terms * p);
    this.c = new Float64Array(terms);
    this.residual = new Float64Array(terms);
    this.product = new Float64Array(p);
  }

  subtract(gamma: Float64Array, residual: number): void {
    const { p, g, c, B, product } = this;
    for (let j = 0; j < this.terms; j++) {
      multiplyPacked(B, j * ((p * (p + 1)) / 2), gamma, p, product);
      for (let i = 0; i < p; i++) {
        c[j] += gamma[i] * (product[i] - 2 * g[j * p + i]);
      }
      for (let i = 0; i < p; i++) g[j * p + i] -= product[i];
    }
    this.Xy.fill(0);
    this.yy = residual;
  }

  sums(weights: TermWeights, s: Float64Array): number {
    const { p, g, c } = this;
    s.set(this.Xy);
    let t = this.yy;
    for (let j = 0; j < this.terms; j++) {
      const w = weights.value[j];
      t -= w * c[j];
      for (let i = 0; i < p; i++) s[i] -= w * g[j * p + i];
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
        for (let i = 0; i < p; i++) slope[k * p + i] -= w * product[i];
      }
    }
    for (let k = 0; k < m; k++) {
      let sum = 0;
      for (let j = 0; j < terms; j++) sum -= weights.first[k * terms + j] * residual[j];
      gradient[k] = sum;
      for (let l = 0; l <= k; l++) {
        let second = 0;
        for (let j = 0; j < terms; j++) second -= weights.second[(k * m + l) * terms + j] * residual[j];
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
