/**
 * Cholesky factor of a symmetric positive-definite matrix, in place: A = L L'.
 *
 * @param A float64, p × p, row-major; only the lower triangle is read, and L replaces it.
 * @returns log |A|, or NaN when A is not numerically positive definite (a pivot under `tolerance` times its diagonal).
 */
export function choleskyInPlace(A: Float64Array, p: number, tolerance = 0): number {
  let logDeterminant = 0;
  for (let j = 0; j < p; j++) {
    const rowJ = j * p;
    const diagonal = A[rowJ + j];
    let pivot = diagonal;
    for (let k = 0; k < j; k++) pivot -= A[rowJ + k] * A[rowJ + k];
    if (!(pivot > tolerance * diagonal) || pivot <= 0) return Number.NaN;
    logDeterminant += Math.log(pivot);
    const root = Math.sqrt(pivot);
    A[rowJ + j] = root;
    for (let i = j + 1; i < p; i++) {
      const rowI = i * p;
      let sum = A[rowI + j];
      for (let k = 0; k < j; k++) sum -= A[rowI + k] * A[rowJ + k];
      A[rowI + j] = sum / root;
    }
  }
  return logDeterminant;
}

/** Solves L L' x = b in place; L float64, p × p, row-major, lower; b and x float64, p. */
export function choleskySolve(L: Float64Array, p: number, x: Float64Array): void {
  for (let i = 0; i < p; i++) {
    let sum = x[i];
    const row = i * p;
    for (let k = 0; k < i; k++) sum -= L[row + k] * x[k];
    x[i] = sum / L[row + i];
  }
  for (let i = p - 1; i >= 0; i--) {
    let sum = x[i];
    for (let k = i + 1; k < p; k++) sum -= L[k * p + i] * x[k];
    x[i] = sum / L[i * p + i];
  }
}

/** The inverse of L L' into `inverse`, both triangles; float64, p × p, row-major. `scratch` holds p × p. */
export function choleskyInverse(
  L: Float64Array,
  p: number,
  inverse: Float64Array,
  scratch: Float64Array,
): void {
  // scratch = L⁻¹ (lower), then inverse = L⁻ᵀ L⁻¹.
  for (let j = 0; j < p; j++) {
    scratch[j * p + j] = 1 / L[j * p + j];
    for (let i = j + 1; i < p; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= L[i * p + k] * scratch[k * p + j];
      scratch[i * p + j] = sum / L[i * p + i];
    }
  }
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < p; k++) sum += scratch[k * p + i] * scratch[k * p + j];
      inverse[i * p + j] = sum;
      inverse[j * p + i] = sum;
    }
  }
}
