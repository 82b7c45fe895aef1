/** Eigenvalues of D, in the model's coordinates, under this are tried at zero. */
export const SMALL_EIGENVALUE = 1e-6;
/** The larger eigenvalue never falls under this while D is searched. */
const SMALLEST_VARIANCE = 1e-3;

/** vech of a 2 × 2 covariance: D11, D21, D22. */
export type Covariance = readonly [number, number, number];

/** Math.hypot minds overflow, which these numbers are far from, and takes ten times as long. */
export function lengthOf(a: number, b: number): number {
  return Math.sqrt(a * a + b * b);
}

/** Copies numbers over others, as many. */
export function copyNumbers(from: readonly number[], into: number[]): void {
  for (let k = 0; k < from.length; k++) into[k] = from[k];
}

/** The smaller eigenvalue. */
export function smallestEigenvalue([d11, d21, d22]: Covariance): number {
  return (d11 + d22) / 2 - lengthOf((d11 - d22) / 2, d21);
}

/** The larger eigenvalue. */
export function largestEigenvalue([d11, d21, d22]: Covariance): number {
  return (d11 + d22) / 2 + lengthOf((d11 - d22) / 2, d21);
}

/** A point of the search: D = LL' with L lower triangular (rank 2), or D = vv' on the face (rank 1). */
export class SlopePoint {
  rank: 1 | 2 = 2;
  /** L11, L21, L22; or v1, v2, 0. */
  readonly x: number[] = [0, 0, 0];

  /** D here. */
  get covariance(): Covariance {
    const a = this.x[0];
    const b = this.x[1];
    const c = this.rank === 2 ? this.x[2] : 0;
    return [a * a, a * b, b * b + c * c];
  }

  /** |D|, without cancellation. */
  get determinant(): number {
    return this.rank === 2 ? (this.x[0] * this.x[2]) ** 2 : 0;
  }

  /** Moves to a covariance; an eigenvalue not above `small` is zero from now on, but one stays. */
  moveTo([d11, d21, d22]: Covariance, small: number): void {
    const mean = (d11 + d22) / 2;
    const half = lengthOf((d11 - d22) / 2, d21);
    const larger = Math.max(mean + half, SMALLEST_VARIANCE);
    const smaller = mean - half;
    let v1 = d21;
    let v2 = mean + half - d11;
    if (Math.abs(v1) + Math.abs(v2) < 1e-14) {
      v1 = d11 >= d22 ? 1 : 0;
      v2 = 1 - v1;
    }
    const length = lengthOf(v1, v2);
    v1 /= length;
    v2 /= length;
    if (smaller < small) {
      this.rank = 1;
      this.x[0] = Math.sqrt(larger) * v1;
      this.x[1] = Math.sqrt(larger) * v2;
      this.x[2] = 0;
      return;
    }
    this.rank = 2;
    const a = Math.sqrt(larger * v1 * v1 + smaller * v2 * v2);
    this.x[0] = a;
    this.x[1] = ((larger - smaller) * v1 * v2) / a;
    this.x[2] = Math.sqrt(larger * smaller) / a;
  }

  copy(other: SlopePoint): void {
    this.rank = other.rank;
    copyNumbers(other.x, this.x);
  }
}

/** Solves (K + shift·I) x = −g by Cholesky into `x`; whether K + shift·I is positive definite. */
export function solveShifted(
  K: readonly number[],
  g: readonly number[],
  size: number,
  shift: number,
  x: number[],
): boolean {
  for (let k = 0; k < size * size; k++) factor[k] = K[k];
  for (let i = 0; i < size; i++) factor[i * size + i] += shift;
  for (let j = 0; j < size; j++) {
    const diagonal = factor[j * size + j];
    let pivot = diagonal;
    for (let k = 0; k < j; k++) pivot -= factor[j * size + k] ** 2;
    if (!(pivot > 1e-12 * Math.abs(diagonal))) return false;
    factor[j * size + j] = Math.sqrt(pivot);
    for (let i = j + 1; i < size; i++) {
      let sum = factor[i * size + j];
      for (let k = 0; k < j; k++) sum -= factor[i * size + k] * factor[j * size + k];
      factor[i * size + j] = sum / factor[j * size + j];
    }
  }
  for (let i = 0; i < size; i++) {
    let sum = -g[i];
    for (let k = 0; k < i; k++) sum -= factor[i * size + k] * x[k];
    x[i] = sum / factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i];
    for (let k = i + 1; k < size; k++) sum -= factor[k * size + i] * x[k];
    x[i] = sum / factor[i * size + i];
  }
  return true;
}

const factor = new Float64Array(9);

/** How far apart two points are, in the coordinates of the search at the first. */
export function distance(a: SlopePoint, b: SlopePoint): number {
  const x = a.rank === 2 ? a.covariance : a.x;
  const y = a.rank === 2 ? b.covariance : b.x;
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}
