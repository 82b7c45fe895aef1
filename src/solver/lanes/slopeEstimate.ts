import { vechPairs } from "../../matrix/vech.js";
import type { LevelDesign } from "../../model/levelDesign.js";
import type { Model } from "../../model/model.js";
import { CovarianceFactor } from "../covarianceFactor.js";
import type { Estimates } from "../estimates.js";
import { type InformationSource, ParameterCovariance } from "../parameterCovariance.js";
import { Status } from "../status.js";
import { covarianceInUnits } from "../writeEstimate.js";
import { LANE_BYTES, LANES } from "./kernel.js";
import type { SlopeMemory } from "./slopeMemory.js";
import type { Ended } from "./slopeOutcomes.js";
import type { SlopeSearch } from "./slopeSearch.js";

/** Writes certified vertices into the estimates, in the user's units of X and Z. */
export class SlopeEstimateWriter {
  private readonly factor: CovarianceFactor;
  private readonly J = new Float64Array(12);
  private readonly covariance: ParameterCovariance;
  private readonly source: InformationSource;
  /** β = T γ, γ the coefficients of the design's columns; float64, p × p, upper triangular. */
  private readonly T: Float64Array;

  constructor(
    private readonly memory: SlopeMemory,
    private readonly model: Model,
    private readonly information: "observed" | "expected",
  ) {
    const { row, column } = vechPairs(2);
    const { p } = model;
    this.factor = new CovarianceFactor(2, row, column);
    const empty: number[] = [];
    this.source = {
      q: 2,
      p,
      parameters: 3,
      groups: { n: 0 },
      residual: 0,
      gradient: empty,
      dResidual: empty,
      ddResidual: empty,
      ddLogDet: empty,
      dLogDetV: empty,
      ddLogDetV: empty,
    };
    this.covariance = new ParameterCovariance(this.source);
    this.T = coefficientsFrom(model, memory.design);
  }

  /**
   * ∂C = −C ∂M C of 8 evaluated vertices; brings C and its derivatives into the model's basis, C as it is after the
   * last Newton step, if any is certified.
   */
  prepare(searches: readonly SlopeSearch[]): void {
    if (!searches.some(({ ended }) => ended === "certified")) return;
    const { kernel, f64, design, K, U, D, whitened, basisU, rowWork, basisC } = this.memory;
    const { covarianceRows, gradientRows } = this.memory;
    const { p } = design;
    const size = (p * (p + 1)) / 2;
    const packed = size * LANE_BYTES;
    const full = p * p * LANE_BYTES;
    kernel.change(K, U, basisU, p);
    kernel.square(basisU, basisC, p);
    for (let k = 0; k < 3; k++) {
      kernel.congruence(basisU, whitened + k * full, rowWork, basisC + (k + 1) * packed, p);
    }
    for (let l = 0; l < LANES; l++) {
      const step = lastStep(searches[l]);
      for (let k = 0; k < 3; k++) f64[D / 8 + k * LANES + l] = step[k];
    }
    kernel.moveAlong(3, size, D, basisC);
    kernel.byLane(size, basisC, covarianceRows);
    kernel.byLane32(3 * size, basisC + packed, gradientRows, 1);
  }

  /**
   * Writes a certified vertex. The last Newton step is taken on paper: D, β, C and the residual move along their
   * first derivatives in D, and f falls by the decrement.
   */
  write(estimates: Estimates, { search, row, lane, reduced, reducedLane: of }: Ended): void {
    const { memory, model, T } = this;
    const { f64, f32, beta, moved, covarianceRows, gradientRows } = memory;
    const { p } = model;
    const { degrees } = search;
    const d = lastStep(search);
    const { dResidual } = search;
    const residual = search.residual + dResidual[0] * d[0] + dResidual[1] * d[1] + dResidual[2] * d[2];
    const sigma2 = residual / degrees;
    estimates.n[row] = degrees + p;
    estimates.status[row] = search.point.rank === 2 ? Status.converged : Status.singular;
    estimates.sigma2[row] = sigma2;
    estimates.certificate[row] = Math.max(0, search.decrement);
    estimates.evaluations[row] += search.evaluations;
    estimates.resms[row] = reduced.ee[of] / degrees;
    const f = search.f - search.decrement - 2 * memory.design.logDetK + model.logDetXX;
    estimates.llh[row] = -0.5 * (degrees * (Math.log((2 * Math.PI) / degrees) + 1) + f);
    const gamma = new Float64Array(p);
    for (let i = 0; i < p; i++) {
      let sum = reduced.gamma[i * LANES + of] + f64[beta / 8 + i * LANES + lane];
      for (let k = 0; k < 3; k++) sum -= f64[moved / 8 + (k * p + i) * LANES + lane] * d[k];
      gamma[i] = sum;
    }
    for (let i = 0; i < p; i++) {
      let sum = 0;
      for (let j = i; j < p; j++) sum += T[i * p + j] * gamma[j];
      estimates.beta[row * p + i] = sum;
    }
    const packed = (p * (p + 1)) / 2;
    const at = covarianceRows / 8 + lane * packed;
    estimates.basisCovariance.set(f64.subarray(at, at + packed), row * packed);
    const slopes = gradientRows / 4 + lane * 3 * packed;
    estimates.basisGradient.set(f32.subarray(slopes, slopes + 3 * packed), 3 * row * packed);
    covarianceInUnits(Float64Array.from(search.moved), model, estimates.D.subarray(3 * row, 3 * row + 3));
    this.writeParameterCovariance(estimates, row, search, sigma2);
  }

  private writeParameterCovariance(
    estimates: Estimates,
    row: number,
    search: SlopeSearch,
    sigma2: number,
  ): void {
    const { covariance, factor, J } = this;
    Object.assign(this.source, {
      groups: { n: search.degrees + this.model.p },
      residual: search.residual,
      gradient: search.gradient,
      dResidual: search.dResidual,
      ddResidual: search.ddResidual,
      ddLogDet: search.ddLogDet,
      dLogDetV: search.dLogDetV,
      ddLogDetV: search.ddLogDetV,
    });
    const { point } = search;
    const [a, b, c] = point.x;
    factor.L.set(point.rank === 2 ? [a, 0, b, c] : [a, 0, b, 0]);
    factor.rank = point.rank === 2 ? 2 : a === 0 && b === 0 ? 0 : 1;
    if (this.information === "observed") {
      factor.jacobian(J);
      covariance.observed(factor, J);
    } else covariance.expected();
    for (let k = 0, index = 0; k <= 3; k++) {
      for (let l = 0; l <= k; l++, index++) {
        const unit = (k === 0 ? sigma2 : 1) * (l === 0 ? sigma2 : 1);
        estimates.parameterCovariance[row * 10 + index] = covariance.packed[index] * unit;
      }
    }
  }
}

/** By how much vech(D) changes with the last Newton step, which is taken on paper. */
function lastStep({ point, moved }: SlopeSearch): readonly [number, number, number] {
  const [d11, d21, d22] = point.covariance;
  return [moved[0] - d11, moved[1] - d21, moved[2] - d22];
}

/** T with β = T γ, γ the coefficients of the design's columns; float64, p × p, upper triangular. */
export function coefficientsFrom({ p, inverseR }: Model, { K }: LevelDesign): Float64Array {
  const T = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let j = i; j < p; j++) {
      for (let a = i; a <= j; a++) T[i * p + j] += inverseR[i * p + a] * K[a * p + j];
      // What R⁻¹R leaves beside the diagonal is rounding.
      if (Math.abs(T[i * p + j]) < 1e-13 * Math.abs(T[i * p + i]) && i !== j) T[i * p + j] = 0;
    }
  }
  return T;
}
