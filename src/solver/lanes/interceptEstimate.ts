import { vechPairs } from "../../matrix/vech.js";
import type { Model } from "../../model/model.js";
import { CovarianceFactor } from "../covarianceFactor.js";
import type { Estimates } from "../estimates.js";
import { type InformationSource, ParameterCovariance } from "../parameterCovariance.js";
import { Status } from "../status.js";
import { covarianceInUnits } from "../writeEstimate.js";
import type { InterceptPoint } from "./interceptEvaluation.js";
import type { InterceptMemory } from "./interceptMemory.js";
import type { InterceptOptimum } from "./interceptSearch.js";
import type { ReducedVertex } from "./interceptVertex.js";
import { LANE_BYTES, LANES } from "./kernel.js";
import { coefficientsFrom } from "./slopeEstimate.js";

/** Writes vertices with one random effect into the estimates, in the user's units of X and Z. */
export class InterceptEstimateWriter {
  private readonly factor: CovarianceFactor;
  private readonly J = new Float64Array(1);
  private readonly covariance: ParameterCovariance;
  private readonly source: {
    -readonly [K in keyof InformationSource]: InformationSource[K] extends ArrayLike<number>
      ? number[]
      : InformationSource[K];
  };
  private readonly T: Float64Array;

  constructor(
    private readonly memory: InterceptMemory,
    private readonly model: Model,
    private readonly information: "observed" | "expected",
  ) {
    const { row, column } = vechPairs(1);
    this.factor = new CovarianceFactor(1, row, column);
    const one = () => [0];
    this.source = {
      q: 1,
      p: model.p,
      parameters: 1,
      groups: { n: 0 },
      residual: 0,
      gradient: one(),
      dResidual: one(),
      ddResidual: one(),
      ddLogDet: one(),
      dLogDetV: one(),
      ddLogDetV: one(),
    };
    this.covariance = new ParameterCovariance(this.source);
    this.T = coefficientsFrom(model, memory.design);
  }

  /**
   * Brings C and ∂C/∂d of 8 evaluated vertices into the model's basis, C as it is after the last step, if any is to be
   * written.
   *
   * @param optima of the lanes; where there is none nothing is made of the lane.
   */
  prepare(optima: readonly (InterceptOptimum | undefined)[]): void {
    if (optima.every((optimum) => optimum === undefined)) return;
    const { kernel, f64, design, K, U, D, whitened, basisU, rowWork, basisC } = this.memory;
    const { covarianceRows, gradientRows } = this.memory;
    const { p } = design;
    const size = (p * (p + 1)) / 2;
    const slope = basisC + size * LANE_BYTES;
    kernel.change(K, U, basisU, p);
    kernel.square(basisU, basisC, p);
    kernel.congruence(basisU, whitened, rowWork, slope, p);
    // What lies there is −∂C/∂d.
    for (let l = 0; l < LANES; l++) f64[D / 8 + l] = -(optima[l]?.step ?? 0);
    kernel.moveAlong(1, size, D, basisC);
    kernel.byLane(size, basisC, covarianceRows);
    kernel.byLane32(size, slope, gradientRows, -1);
  }

  /**
   * Writes a vertex whose last evaluation was next to its optimum, in lane `l`. The last step is taken on paper: β, C
   * and the residual move along their derivatives in d, and f falls by the decrement.
   */
  write(
    estimates: Estimates,
    vertex: ReducedVertex,
    l: number,
    { optimum, point }: { optimum: InterceptOptimum; point: InterceptPoint },
  ): void {
    const { memory, model, T, covariance, factor, J } = this;
    const { f64, f32, beta, Cv, covarianceRows, gradientRows, design } = memory;
    const { p } = model;
    const { row, gamma, first, stride } = vertex;
    const degrees = vertex.n - p;
    const { step } = optimum;
    const d = optimum.d + step;
    const residual = point.residual + step * (point.dResidual + 0.5 * step * point.ddResidual);
    const sigma2 = residual / degrees;
    estimates.n[row] = vertex.n;
    estimates.status[row] = d > 0 ? Status.converged : Status.singular;
    estimates.sigma2[row] = sigma2;
    estimates.certificate[row] = optimum.decrement;
    estimates.resms[row] = vertex.rss / degrees;
    const f = point.f - optimum.decrement - 2 * design.logDetK + model.logDetXX;
    estimates.llh[row] = -0.5 * (degrees * (Math.log((2 * Math.PI) / degrees) + 1) + f);
    covarianceInUnits(Float64Array.of(d), model, estimates.D.subarray(row, row + 1));
    for (let i = 0; i < p; i++) {
      let sum = 0;
      for (let j = i; j < p; j++) {
        const at = j * LANES + l;
        sum += T[i * p + j] * (gamma[first + j * stride] + f64[beta / 8 + at] + step * f64[Cv / 8 + at]);
      }
      estimates.beta[row * p + i] = sum;
    }
    const packed = (p * (p + 1)) / 2;
    const at = covarianceRows / 8 + l * packed;
    estimates.basisCovariance.set(f64.subarray(at, at + packed), row * packed);
    const slopes = gradientRows / 4 + l * packed;
    estimates.basisGradient.set(f32.subarray(slopes, slopes + packed), row * packed);
    this.take(point, vertex.n);
    factor.L[0] = Math.sqrt(d);
    factor.rank = d > 0 ? 1 : 0;
    factor.jacobian(J);
    if (this.information === "observed") covariance.observed(factor, J);
    else covariance.expected();
    const [a, b, c] = covariance.packed;
    estimates.parameterCovariance.set([a * sigma2 * sigma2, b * sigma2, c], 3 * row);
  }

  private take(point: InterceptPoint, n: number): void {
    const { source } = this;
    source.groups = { n };
    source.residual = point.residual;
    source.gradient[0] = point.gradient;
    source.dResidual[0] = point.dResidual;
    source.ddResidual[0] = point.ddResidual;
    source.ddLogDet[0] = point.ddLogDet;
    source.dLogDetV[0] = point.dLogDetV;
    source.ddLogDetV[0] = point.ddLogDetV;
  }
}
