/** A thin QR factorization A = Q R with a non-negative diagonal of R. */
export interface ThinQR {
  /** float64, n × m, row-major: orthonormal columns. */
  readonly Q: Float64Array;
  /** float64, m × m, row-major, upper triangular. */
  readonly R: Float64Array;
}

/**
 * Thin QR by Householder reflections (Golub & Van Loan, algorithm 5.2.1). With fewer rows than
 * columns the missing rows of R, and the matching columns of Q, are zero.
 *
 * @param A float64, n × m, row-major; not changed.
 */
export function thinQR(A: Float64Array, n: number, m: number): ThinQR {
  const work = Float64Array.from(A);
  const steps = Math.min(n, m);
  const tau = new Float64Array(steps);
  for (let j = 0; j < steps; j++) {
    let norm = 0;
    for (let i = j; i < n; i++) norm = Math.hypot(norm, work[i * m + j]);
    if (norm === 0) continue;
    const alpha = work[j * m + j] > 0 ? -norm : norm;
    const head = work[j * m + j] - alpha;
    tau[j] = -head / alpha;
    work[j * m + j] = alpha;
    // The reflector is (1, work[j+1.., j]) once divided by its head.
    for (let i = j + 1; i < n; i++) work[i * m + j] /= head;
    for (let k = j + 1; k < m; k++) {
      let dot = work[j * m + k];
      for (let i = j + 1; i < n; i++) dot += work[i * m + j] * work[i * m + k];
      dot *= tau[j];
      work[j * m + k] -= dot;
      for (let i = j + 1; i < n; i++) work[i * m + k] -= dot * work[i * m + j];
    }
  }
  const R = new Float64Array(m * m);
  for (let i = 0; i < steps; i++) for (let k = i; k < m; k++) R[i * m + k] = work[i * m + k];
  const Q = new Float64Array(n * m);
  for (let k = 0; k < steps; k++) {
    Q[k * m + k] = 1;
    for (let j = k; j >= 0; j--) {
      let dot = Q[j * m + k];
      for (let i = j + 1; i < n; i++) dot += work[i * m + j] * Q[i * m + k];
      dot *= tau[j];
      Q[j * m + k] -= dot;
      for (let i = j + 1; i < n; i++) Q[i * m + k] -= dot * work[i * m + j];
    }
    if (R[k * m + k] < 0) {
      for (let j = k; j < m; j++) R[k * m + j] = -R[k * m + j];
      for (let i = 0; i < n; i++) Q[i * m + k] = -Q[i * m + k];
    }
  }
  return { Q, R };
}

/** Replaces b, the first m numbers of `x`, by the solution of R x = b for an upper-triangular R; float64, m × m, row-major. */
export function solveUpperInPlace(R: Float64Array, x: Float64Array, m: number): void {
  for (let i = m - 1; i >= 0; i--) {
    let sum = x[i];
    for (let j = i + 1; j < m; j++) sum -= R[i * m + j] * x[j];
    x[i] = sum / R[i * m + i];
  }
}

/** The inverse of an upper-triangular matrix; float64, m × m, row-major. */
export function invertUpper(R: Float64Array, m: number): Float64Array {
  const inverse = new Float64Array(m * m);
  for (let j = 0; j < m; j++) {
    inverse[j * m + j] = 1 / R[j * m + j];
    for (let i = j - 1; i >= 0; i--) {
      let sum = 0;
      for (let k = i + 1; k <= j; k++) sum -= R[i * m + k] * inverse[k * m + j];
      inverse[i * m + j] = sum / R[i * m + i];
    }
  }
  return inverse;
}
