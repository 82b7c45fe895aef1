import { jacobiEigen } from "../matrix/eigen.js";

/**
 * D = L L' with L q × r: the coordinates in which D stays positive semidefinite and a singular D is an
 * ordinary point. L is not triangular: every entry is free, so no direction within rank r is lost where
 * a diagonal entry of a Cholesky factor would vanish; the rotations that leave D alone have no curvature.
 */
export class CovarianceFactor {
  /** float64, q × q, row-major; the first `rank` columns are used. */
  readonly L: Float64Array;
  rank: number;
  private readonly work: Float64Array;
  private readonly vectors: Float64Array;
  private readonly inward: Float64Array;

  constructor(
    readonly q: number,
    private readonly row: Int32Array,
    private readonly column: Int32Array,
  ) {
    this.L = new Float64Array(q * q);
    this.work = new Float64Array(q * q);
    this.vectors = new Float64Array(q * q);
    this.inward = new Float64Array(q);
    this.rank = q;
  }

  /** Free entries of L. */
  get parameters(): number {
    return this.q * this.rank;
  }

  /** vech(L L'), with `step` (float64, q × rank, row-major) added to L where given. */
  covariance(vechD: Float64Array, step?: Float64Array): void {
    const { q, rank, L } = this;
    for (let k = 0; k < vechD.length; k++) {
      const i = this.row[k];
      const j = this.column[k];
      let sum = 0;
      for (let a = 0; a < rank; a++) {
        const x = L[i * q + a] + (step === undefined ? 0 : step[i * rank + a]);
        const y = L[j * q + a] + (step === undefined ? 0 : step[j * rank + a]);
        sum += x * y;
      }
      vechD[k] = sum;
    }
  }

  /** L = scale (L + step). */
  add(step: Float64Array, scale: number): void {
    const { q, rank, L } = this;
    for (let i = 0; i < q; i++) {
      for (let a = 0; a < rank; a++) L[i * q + a] = scale * (L[i * q + a] + step[i * rank + a]);
    }
  }

  trace(vechD: Float64Array): number {
    let sum = 0;
    for (let k = 0; k < vechD.length; k++) if (this.row[k] === this.column[k]) sum += vechD[k];
    return sum;
  }

  /** ∂D_k/∂L[i, a]: one row a parameter k of vech(D); float64, m × (q·rank). */
  jacobian(J: Float64Array): void {
    const { q, rank, L, row, column } = this;
    const P = q * rank;
    J.fill(0);
    for (let k = 0; k < row.length; k++) {
      for (let a = 0; a < rank; a++) {
        J[k * P + row[k] * rank + a] += L[column[k] * q + a];
        J[k * P + column[k] * rank + a] += L[row[k] * q + a];
      }
    }
  }

  /**
   * Carries a gradient and a Hessian in vech(D) over to L: J'g and J'HJ + Σ_k g_k ∂²D_k.
   *
   * @param J float64, m × P, from `jacobian`.
   * @param curvatureL float64, P × P, filled.
   */
  pullBack(
    J: Float64Array,
    gradient: ArrayLike<number>,
    curvature: Float64Array,
    gradientL: Float64Array,
    curvatureL: Float64Array,
  ): void {
    const { rank, row, column } = this;
    const m = row.length;
    const P = this.parameters;
    for (let x = 0; x < P; x++) {
      let sum = 0;
      for (let k = 0; k < m; k++) sum += J[k * P + x] * gradient[k];
      gradientL[x] = sum;
      for (let y = 0; y <= x; y++) {
        let second = 0;
        for (let k = 0; k < m; k++) {
          for (let l = 0; l < m; l++) second += J[k * P + x] * curvature[k * m + l] * J[l * P + y];
        }
        curvatureL[x * P + y] = second;
        curvatureL[y * P + x] = second;
      }
    }
    for (let k = 0; k < m; k++) {
      for (let a = 0; a < rank; a++) {
        const x = row[k] * rank + a;
        const y = column[k] * rank + a;
        curvatureL[x * P + y] += gradient[k];
        curvatureL[y * P + x] += gradient[k];
      }
    }
  }

  /** Starts again from a covariance, keeping only eigenvalues above `smallest`. */
  setCovariance(vechD: Float64Array, smallest: number): void {
    const { q, L, vectors } = this;
    this.decompose(vechD);
    let rank = 0;
    L.fill(0);
    for (let a = 0; a < q; a++) {
      const eigenvalue = this.work[a * q + a];
      if (!(eigenvalue > smallest)) continue;
      for (let i = 0; i < q; i++) L[i * q + rank] = Math.sqrt(eigenvalue) * vectors[i * q + a];
      rank++;
    }
    this.rank = rank;
  }

  /** The smallest eigenvalue of D, and its direction as the vech of vv'. */
  smallestDirection(vechD: Float64Array, direction: Float64Array): number {
    const { q, work, vectors } = this;
    this.decompose(vechD);
    let smallest = 0;
    for (let a = 1; a < q; a++) if (work[a * q + a] < work[smallest * q + smallest]) smallest = a;
    for (let k = 0; k < direction.length; k++) {
      direction[k] = vectors[this.row[k] * q + smallest] * vectors[this.column[k] * q + smallest];
    }
    return work[smallest * q + smallest];
  }

  /** The number of eigenvalues of D not above `smallest`. */
  countSmall(vechD: Float64Array, smallest: number): number {
    this.decompose(vechD);
    let count = 0;
    for (let a = 0; a < this.q; a++) if (!(this.work[a * this.q + a] > smallest)) count++;
    return count;
  }

  /**
   * Whether f falls when D grows out of its face: the smallest eigenvalue of the gradient on D's null space
   * is below −tolerance. Its direction is kept for `leaveFace`.
   */
  pointsInward(vechD: Float64Array, gradient: Float64Array, tolerance: number): boolean {
    const { q, vectors, work, rank, inward } = this;
    if (rank === q) return false;
    this.decompose(vechD);
    const free = Array.from({ length: q }, (_, a) => a)
      .sort((a, b) => work[a * q + a] - work[b * q + b])
      .slice(0, q - rank);
    const r = free.length;
    const projected = new Float64Array(r * r);
    for (let x = 0; x < r; x++) {
      for (let y = 0; y < r; y++) {
        let sum = 0;
        for (let k = 0; k < this.row.length; k++) {
          const i = this.row[k];
          const j = this.column[k];
          const u = vectors[i * q + free[x]] * vectors[j * q + free[y]];
          const v = vectors[j * q + free[x]] * vectors[i * q + free[y]];
          sum += (gradient[k] * (u + v)) / 2;
        }
        projected[x * r + y] = sum;
      }
    }
    const directions = new Float64Array(r * r);
    jacobiEigen(projected, r, directions);
    let lowest = 0;
    for (let x = 1; x < r; x++) if (projected[x * r + x] < projected[lowest * r + lowest]) lowest = x;
    for (let i = 0; i < q; i++) {
      inward[i] = 0;
      for (let x = 0; x < r; x++) inward[i] += vectors[i * q + free[x]] * directions[x * r + lowest];
    }
    return projected[lowest * r + lowest] < -tolerance;
  }

  /** Adds a column of length `size` to L along the direction that `pointsInward` found. */
  leaveFace(size: number): void {
    for (let i = 0; i < this.q; i++) this.L[i * this.q + this.rank] = size * this.inward[i];
    this.rank++;
  }

  private decompose(vechD: Float64Array): void {
    const { q, work } = this;
    for (let k = 0; k < vechD.length; k++) {
      work[this.row[k] * q + this.column[k]] = vechD[k];
      work[this.column[k] * q + this.row[k]] = vechD[k];
    }
    jacobiEigen(work, q, this.vectors);
  }
}
