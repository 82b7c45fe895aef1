import type { ReducedImages } from "./reduceImages.js";

/**
 * How one vertex's images enter its likelihood, once they are reduced to a few sums. The images are the
 * residuals r of their least-squares fit, so X'r = 0 and nothing large cancels where the mean is large.
 */
export interface Response {
  /** Takes up vertex k of a block of `count`; the block itself is only read. */
  take(reduced: ReducedImages, count: number, k: number): void;
  /** Fills s = X'V⁻¹r (float64, p) at the current D and returns r'V⁻¹r. */
  sums(weights: TermWeights, s: Float64Array): number;
  /**
   * Derivatives of the residual sum of squares min_β (r − Xβ)'V⁻¹(r − Xβ) in vech(D), β held at
   * its minimum.
   *
   * @param gradient float64, m; ∂_k of it.
   * @param hessian float64, m × m; ∂_kl of it with β held fixed, both triangles.
   * @param slope float64, m × p; ∂_k X'V⁻¹(r − Xβ), through which a moving β enters the Hessian.
   */
  derivatives(
    weights: TermWeights,
    beta: Float64Array,
    gradient: Float64Array,
    hessian: Float64Array,
    slope: Float64Array,
    withSlope: boolean,
  ): void;
}

/** The weights w_j(D) of the terms of X'V⁻¹X, with their first and second derivatives. */
export interface TermWeights {
  readonly terms: number;
  /** float64, terms. */
  readonly value: Float64Array;
  /** float64, m × terms. */
  readonly first: Float64Array;
  /** float64, m × m × terms; both triangles of (k, l). */
  readonly second: Float64Array;
}
