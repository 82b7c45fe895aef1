/** What was made of the images of whole vertices beforehand, in float32: where their searches begin. */
export interface GivenSums {
  /** The least-squares fit in the columns of the lane design; float64, vertices × p, shared between threads. */
  readonly gamma: Float64Array;
  /** The four forms of the residuals from which a search of two random effects starts; float64, vertices × 4, shared. */
  readonly forms: Float64Array | undefined;
}
