import { jacobiEigen } from "../matrix/eigen.js";

/** Directions whose curvature is below this share of the largest are flat: rotations of L, which leave D alone. */
const FLAT = 1e-11;

/**
 * The step that minimizes g's + ½ s'Hs within ‖s‖ ≤ radius, by the eigenvalues of H (Nocedal & Wright,
 * Numerical Optimization, 2nd ed., section 4.3). Directions without curvature or slope are left alone.
 */
export class TrustRegionStep {
  /** float64, P. */
  readonly step: Float64Array;
  /** How much f should fall. */
  predicted = 0;
  /** ½ g'H⁻¹g: what a full Newton step would gain; infinite where H has a negative eigenvalue. */
  decrement = 0;
  length = 0;
  private readonly work: Float64Array;
  private readonly vectors: Float64Array;
  private readonly slope: Float64Array;

  constructor(largest: number) {
    this.step = new Float64Array(largest);
    this.work = new Float64Array(largest * largest);
    this.vectors = new Float64Array(largest * largest);
    this.slope = new Float64Array(largest);
  }

  solve(g: Float64Array, H: Float64Array, P: number, radius: number): void {
    const { work, vectors, slope, step } = this;
    for (let k = 0; k < P * P; k++) work[k] = H[k];
    jacobiEigen(work, P, vectors);
    let largest = 0;
    let lowest = Number.POSITIVE_INFINITY;
    let steepest = 0;
    for (let a = 0; a < P; a++) {
      let sum = 0;
      for (let i = 0; i < P; i++) sum += vectors[i * P + a] * g[i];
      slope[a] = sum;
      steepest = Math.max(steepest, Math.abs(sum));
      largest = Math.max(largest, Math.abs(work[a * P + a]));
    }
    this.decrement = 0;
    for (let a = 0; a < P; a++) {
      const curvature = work[a * P + a];
      const flat = Math.abs(curvature) <= FLAT * largest && Math.abs(slope[a]) <= 1e-9 * (1 + steepest);
      if (flat) {
        slope[a] = 0;
        work[a * P + a] = largest;
        continue;
      }
      lowest = Math.min(lowest, curvature);
      this.decrement += curvature > 0 ? slope[a] ** 2 / (2 * curvature) : Number.POSITIVE_INFINITY;
    }
    let shift = Math.max(0, -lowest + 1e-6 * largest);
    if (lowest > 0) shift = 0;
    if (this.lengthAt(shift, P) > radius) shift = this.shiftFor(radius, shift, P);
    step.fill(0);
    this.predicted = 0;
    for (let a = 0; a < P; a++) {
      const curvature = work[a * P + a];
      const along = slope[a] === 0 ? 0 : -slope[a] / (curvature + shift);
      this.predicted -= slope[a] * along + 0.5 * curvature * along * along;
      for (let i = 0; i < P; i++) step[i] += along * vectors[i * P + a];
    }
    this.length = this.lengthAt(shift, P);
  }

  private lengthAt(shift: number, P: number): number {
    let sum = 0;
    for (let a = 0; a < P; a++) {
      if (this.slope[a] !== 0) sum += (this.slope[a] / (this.work[a * P + a] + shift)) ** 2;
    }
    return Math.sqrt(sum);
  }

  /** The shift at which the step is as long as the radius, by bisection on its logarithm. */
  private shiftFor(radius: number, smallest: number, P: number): number {
    let low = smallest;
    let high = Math.max(smallest, 1e-12) * 2 + 1e-6;
    while (this.lengthAt(high, P) > radius) high *= 4;
    for (let k = 0; k < 60 && high - low > 1e-3 * high; k++) {
      const middle = (low + high) / 2;
      if (this.lengthAt(middle, P) > radius) low = middle;
      else high = middle;
    }
    return high;
  }
}
