import { expect, test } from "vitest";
import { SecantCorrection } from "../../../src/solver/lanes/secantCorrection.js";
import { SlopeDerivatives } from "../../../src/solver/lanes/slopeDerivatives.js";
import { type Covariance, copyNumbers } from "../../../src/solver/lanes/slopePoint.js";

/** f = ½ (D − c)'H (D − c), of whose Hessian only the diagonal is known. */
const H = [4, 1, 0.5, 1, 3, 0.7, 0.5, 0.7, 5];
const center = [0.5, 0.1, 0.3];
function evaluationAt(D: Covariance, correction: readonly number[]): SlopeDerivatives {
  const at = new SlopeDerivatives();
  copyNumbers(correction, at.correction);
  for (let k = 0; k < 3; k++) {
    for (let l = 0; l < 3; l++) at.gradient[k] += H[3 * k + l] * (D[l] - center[l]);
    at.hessian[4 * k] = H[4 * k];
  }
  for (let k = 0; k < 9; k++) at.hessian[k] += correction[k];
  return at;
}

const points: readonly Covariance[] = [
  [0.3, 0, 0.3],
  [0.5, 0, 0.3],
  [0.5, 0.1, 0.35],
  [0.45, 0.12, 0.2],
  [0.3, -0.1, 0.3],
];

test("the corrected Hessian explains each step, and comes closer to the true one", () => {
  const secant = new SecantCorrection();
  let [correction, before] = [new Array<number>(9).fill(0), undefined as SlopeDerivatives | undefined];
  const errors: number[] = [];
  points.forEach((D, k) => {
    const [plain, at] = [evaluationAt(D, correction), evaluationAt(D, correction)];
    secant.learn(D, at);
    for (let a = 0; a < 3 && before !== undefined; a++) {
      let change = 0;
      for (let b = 0; b < 3; b++) {
        const e = 3 * a + b;
        const mean = 0.5 * (before.hessian[e] + plain.hessian[e]) + at.hessian[e] - plain.hessian[e];
        change += mean * (D[b] - points[k - 1][b]);
      }
      expect(change).toBeCloseTo(at.gradient[a] - before.gradient[a], 12);
    }
    [correction, before] = [at.correction, at];
    errors.push(Math.hypot(...at.hessian.map((value, e) => value - H[e])));
  });
  expect(errors.at(-1)).toBeLessThan(0.4 * errors[0]);
});

test("a step too short for float32 teaches nothing", () => {
  const secant = new SecantCorrection();
  const none = new Array<number>(9).fill(0);
  secant.learn([0.3, 0, 0.3], evaluationAt([0.3, 0, 0.3], none));
  const near: Covariance = [0.3001, 0, 0.3];
  const at = evaluationAt(near, none);
  secant.learn(near, at);
  expect([...at.correction]).toEqual([...none]);
});
