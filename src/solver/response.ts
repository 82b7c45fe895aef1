/** How one vertex's images enter its likelihood, once they are reduced to a few sums. */
export interface Response {
  /** Fills s = X'V⁻¹y (float64, p) at the current D and returns y'V⁻¹y. */
  sums(weights: TermWeights, s: Float64Array): number;
  /**
   * Takes Xγ out of the images, so that what remains is small where the mean is large and the search for D
   * deals with the residuals alone.
   *
   * @param gamma float64, p: the least-squares fit; X'(y − Xγ) is zero then.
   * @param residual Σ(y − Xγ)².
   */
  subtract(gamma: Float64Array, residual: number): void;
  /**
   * Derivatives of the residual sum of squares r² = min_β (y − Xβ)'V⁻¹(y − Xβ) in vech(D), β held at
   * its minimum.
   *
   * @param gradient float64, m; ∂_k r².
   * @param hessian float64, m × m; ∂_kl r² with β held fixed, both triangles.
   * @param slope float64, m × p; ∂_k X'V⁻¹(y − Xβ), through which a moving β enters the Hessian.
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
