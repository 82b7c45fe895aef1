/**
 * Eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations
 * (Golub & Van Loan, Matrix Computations, 4th ed., algorithm 8.5.3). For the q × q and
 * parameter-sized matrices of one vertex, where a call must not allocate.
 *
 * @param A float64, m × m, row-major, symmetric; overwritten, its diagonal becomes the eigenvalues.
 * @param vectors float64, m × m, row-major; column j becomes the eigenvector of eigenvalue A[j, j].
 */
export function jacobiEigen(A: Float64Array, m: number, vectors: Float64Array): void {
  vectors.fill(0, 0, m * m);
  let scale = 0;
  for (let i = 0; i < m; i++) {
    vectors[i * m + i] = 1;
    for (let j = 0; j < m; j++) scale = Math.max(scale, Math.abs(A[i * m + j]));
  }
  const negligible = scale * 1e-17;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let i = 0; i < m; i++) for (let j = 0; j < i; j++) off = Math.max(off, Math.abs(A[i * m + j]));
    if (off <= negligible) return;
    for (let i = 1; i < m; i++) {
      for (let j = 0; j < i; j++) rotate(A, m, vectors, j, i);
    }
  }
}

function rotate(A: Float64Array, m: number, vectors: Float64Array, i: number, j: number): void {
  const off = A[i * m + j];
  if (off === 0) return;
  const tau = (A[j * m + j] - A[i * m + i]) / (2 * off);
  const tangent = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.hypot(1, tau));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = tangent * cosine;
  for (let k = 0; k < m; k++) {
    const a = A[k * m + i];
    const b = A[k * m + j];
    A[k * m + i] = cosine * a - sine * b;
    A[k * m + j] = sine * a + cosine * b;
  }
  for (let k = 0; k < m; k++) {
    const a = A[i * m + k];
    const b = A[j * m + k];
    A[i * m + k] = cosine * a - sine * b;
    A[j * m + k] = sine * a + cosine * b;
  }
  A[i * m + j] = 0;
  A[j * m + i] = 0;
  for (let k = 0; k < m; k++) {
    const a = vectors[k * m + i];
    const b = vectors[k * m + j];
    vectors[k * m + i] = cosine * a - sine * b;
    vectors[k * m + j] = sine * a + cosine * b;
  }
}
