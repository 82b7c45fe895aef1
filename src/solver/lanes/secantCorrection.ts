import type { SlopeDerivatives } from "./slopeDerivatives.js";
import { type Covariance, copyNumbers } from "./slopePoint.js";

/** The gradient says nothing about the Hessian over a step that is a smaller share of D: float32 has no more digits. */
const SHORTEST_STEP = 1e-3;

/**
 * Learns from one evaluation to the next what is left out of the Hessian: the mean of the Hessians at both ends of a
 * step should turn the step into the change of the gradient. What is missing is corrected by the smallest symmetric
 * matrix that does (Powell 1970, the symmetric form of Broyden's update).
 */
export class SecantCorrection {
  private isStarted = false;
  private D: Covariance = [0, 0, 0];
  private readonly gradient: number[] = [0, 0, 0];
  private readonly hessian: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0];

  /** Takes up an evaluation at vech(D), and corrects its Hessian. */
  learn(D: Covariance, { gradient: g, hessian: H, correction: E }: SlopeDerivatives): void {
    const step = [D[0] - this.D[0], D[1] - this.D[1], D[2] - this.D[2]];
    const squared = step[0] ** 2 + step[1] ** 2 + step[2] ** 2;
    if (this.isStarted && squared > (SHORTEST_STEP * (D[0] + D[2])) ** 2) {
      const left = [0, 0, 0];
      let along = 0;
      for (let k = 0; k < 3; k++) {
        left[k] = g[k] - this.gradient[k];
        for (let l = 0; l < 3; l++) left[k] -= 0.5 * (H[3 * k + l] + this.hessian[3 * k + l]) * step[l];
        along += left[k] * step[k];
      }
      for (let k = 0; k < 3; k++) {
        for (let l = 0; l < 3; l++) {
          const both = left[k] * step[l] + step[k] * left[l];
          const change = (both - (along / squared) * step[k] * step[l]) / squared;
          E[3 * k + l] += change;
          H[3 * k + l] += change;
        }
      }
    }
    this.isStarted = true;
    this.D = D;
    copyNumbers(g, this.gradient);
    copyNumbers(H, this.hessian);
  }
}
