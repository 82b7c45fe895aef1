import { choleskyInPlace, choleskySolve } from "../matrix/cholesky.js";
import type { Groups } from "../model/groups.js";

/** Ordinary least squares on the images present, in the model's basis: what the vertices of a design share. */
export class LeastSquares {
  /** Whether X keeps its rank on the images present; without it nothing can be fitted. */
  readonly fullRank: boolean;
  private readonly L: Float64Array;

  constructor(
    { XX }: Groups,
    private readonly p: number,
  ) {
    this.L = new Float64Array(p * p);
    for (let i = 0, k = 0; i < p; i++) for (let j = 0; j <= i; j++) this.L[i * p + j] = XX[k++];
    this.fullRank = Number.isFinite(choleskyInPlace(this.L, p, 1e-10));
  }

  /** Solves X'X γ = X'y in place; float64, p. */
  solve(Xy: Float64Array): void {
    choleskySolve(this.L, this.p, Xy);
  }
}
