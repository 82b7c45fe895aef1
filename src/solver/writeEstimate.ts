import { unvech, vechPairs } from "../matrix/vech.js";
import type { Model } from "../model/model.js";
import type { Estimates } from "./estimates.js";
import type { RemlMaximizer } from "./maximizeReml.js";
import type { ParameterCovariance } from "./parameterCovariance.js";
import type { RestrictedLikelihood } from "./restrictedLikelihood.js";

/** Writes one fitted vertex into row `row` of the estimates, back in the user's units of X and Z. */
export function writeEstimate(
  estimates: Estimates,
  row: number,
  model: Model,
  likelihood: RestrictedLikelihood,
  maximizer: RemlMaximizer,
  covariance: ParameterCovariance,
  status: number,
): void {
  const { p } = model;
  const m = likelihood.parameters;
  const n = likelihood.groups.n;
  const degrees = n - p;
  const sigma2 = likelihood.residual / degrees;
  estimates.n[row] = n;
  estimates.status[row] = status;
  estimates.sigma2[row] = sigma2;
  estimates.certificate[row] = maximizer.decrement;
  // γ = R β.
  for (let i = 0; i < p; i++) {
    let sum = 0;
    for (let j = i; j < p; j++) sum += model.inverseR[i * p + j] * likelihood.gamma[j];
    estimates.beta[row * p + i] = sum;
  }
  estimates.llh[row] =
    -0.5 *
    (degrees * (Math.log(2 * Math.PI * sigma2) + 1) +
      likelihood.logDetV +
      likelihood.logDetM +
      model.logDetXX);
  covarianceInUnits(maximizer.D, model, estimates.D.subarray(row * m, (row + 1) * m));
  const length = covariance.packed.length;
  for (let k = 0, index = 0; k <= m; k++) {
    for (let l = 0; l <= k; l++, index++) {
      const unit = (k === 0 ? sigma2 : 1) * (l === 0 ? sigma2 : 1);
      estimates.parameterCovariance[row * length + index] = covariance.packed[index] * unit;
    }
  }
  const packed = (p * (p + 1)) / 2;
  for (let i = 0, index = row * packed; i < p; i++) {
    for (let j = 0; j <= i; j++) estimates.basisCovariance[index++] = likelihood.C[i * p + j];
  }
  writeGradient(estimates, row, likelihood);
}

/** vech of zFactor⁻¹ D zFactor⁻ᵀ: the covariance of the user's random effects. */
export function covarianceInUnits(
  scaled: Float64Array,
  { q, inverseZFactor: T }: Model,
  into: Float64Array,
): void {
  const D = new Float64Array(q * q);
  unvech(scaled, q, D);
  const { row, column } = vechPairs(q);
  for (let k = 0; k < into.length; k++) {
    let sum = 0;
    for (let a = 0; a < q; a++) {
      for (let b = 0; b < q; b++) sum += T[row[k] * q + a] * D[a * q + b] * T[column[k] * q + b];
    }
    into[k] = sum;
  }
}

/** ∂C/∂D_k = −C (∂_k X'V⁻¹X) C. */
function writeGradient(estimates: Estimates, row: number, likelihood: RestrictedLikelihood): void {
  const { p, C, dM, parameters: m } = likelihood;
  const packed = (p * (p + 1)) / 2;
  const product = new Float64Array(p * p);
  for (let k = 0; k < m; k++) {
    product.fill(0);
    for (let i = 0; i < p; i++) {
      for (let a = 0; a < p; a++) {
        const c = C[i * p + a];
        for (let j = 0; j < p; j++) product[i * p + j] += c * dM[k * p * p + a * p + j];
      }
    }
    let index = (row * m + k) * packed;
    for (let i = 0; i < p; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let a = 0; a < p; a++) sum += product[i * p + a] * C[a * p + j];
        estimates.basisGradient[index++] = -sum;
      }
    }
  }
}
