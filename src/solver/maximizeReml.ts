import { CovarianceFactor } from "./covarianceFactor.js";
import type { Response } from "./response.js";
import type { RestrictedLikelihood } from "./restrictedLikelihood.js";
import { Status } from "./status.js";
import { TrustRegionStep } from "./trustRegion.js";

/** A Newton step that gains less than this in −2 log-likelihood is the last one. */
const LAST_GAIN = 1e-10;
/** Eigenvalues of the scaled D under this are tried at zero. */
const SMALL_EIGENVALUE = 1e-4;
/** How far the trust region reaches at first, in units of the scaled L. */
const FIRST_RADIUS = 1;
/**
 * From this many levels a fixed effect on, the search leaves out what the fixed effects add to the Hessian:
 * a share of it of the order of p over the levels, but half of an evaluation's time. The gradient stays exact,
 * so the optimum is the same, and inference gets the whole Hessian there.
 */
const LEVELS_A_COLUMN = 40;

/**
 * Finds the D that maximizes the restricted likelihood of one vertex: Newton steps with the exact Hessian
 * in the coordinates of D = LL', within a trust region. A small eigenvalue of D is tried at exactly
 * zero and kept there unless the likelihood falls, and is let out again if the gradient points inward
 * (the Karush–Kuhn–Tucker condition), so that singular fits are reached rather than approached.
 */
export class RemlMaximizer {
  /** vech(D̂) in the scaled coordinates; float64, m. */
  readonly D: Float64Array;
  readonly factor: CovarianceFactor;
  /** ∂vech(D)/∂L at D̂; float64, m × (q·rank). */
  readonly J: Float64Array;
  readonly gradientL: Float64Array;
  readonly curvatureL: Float64Array;
  private readonly trial: Float64Array;
  private readonly newton: TrustRegionStep;
  /** Whether the search needs the whole Hessian. */
  private readonly whole: boolean;

  constructor(
    private readonly likelihood: RestrictedLikelihood,
    private readonly maxIterations: number,
  ) {
    const { q, parameters: m, row, column } = likelihood;
    this.whole = likelihood.groups.levels < LEVELS_A_COLUMN * likelihood.p;
    this.D = new Float64Array(m);
    this.trial = new Float64Array(m);
    this.factor = new CovarianceFactor(q, row, column);
    this.newton = new TrustRegionStep(q * q);
    this.J = new Float64Array(m * q * q);
    this.gradientL = new Float64Array(q * q);
    this.curvatureL = new Float64Array(q ** 4);
  }

  /**
   * Maximizes from a starting covariance; the likelihood is left evaluated, with derivatives, at D̂.
   *
   * @param start vech of a positive-definite D in the scaled coordinates; float64, m.
   * @returns a value of `Status`.
   */
  maximize(response: Response, start: Float64Array): number {
    const { likelihood, factor, D, trial } = this;
    const q = likelihood.q;
    if (q === 0) {
      const f = likelihood.value(D, response);
      likelihood.derivatives(response);
      return Number.isFinite(f) ? Status.converged : Status.notConverged;
    }
    factor.setCovariance(start, 0);
    factor.covariance(D);
    let f = likelihood.value(D, response);
    if (!Number.isFinite(f)) return Status.notConverged;
    likelihood.derivatives(response, this.whole);
    let converged = false;
    for (let round = 0; round < 6; round++) {
      ({ f, converged } = this.descend(response, f));
      if (!converged) break;
      if (factor.rank > 0 && factor.countSmall(D, SMALL_EIGENVALUE) > q - factor.rank) {
        const kept = D.slice();
        factor.setCovariance(D, SMALL_EIGENVALUE);
        factor.covariance(trial);
        const snapped = likelihood.value(trial, response);
        if (snapped <= f + 1e-11 * Math.abs(f)) {
          D.set(trial);
          f = snapped;
          likelihood.derivatives(response, this.whole);
          continue;
        }
        factor.setCovariance(kept, 0);
        likelihood.value(D, response);
        likelihood.derivatives(response, this.whole);
      }
      if (!factor.leaveFace(D, likelihood.gradient, 1e-6, 0.3)) break;
      factor.covariance(D);
      f = likelihood.value(D, response);
      likelihood.derivatives(response, this.whole);
    }
    if (q === 1 && factor.rank === 1) this.tryZero(response, f);
    if (!this.whole) likelihood.derivatives(response, true);
    this.linearize();
    if (!converged) return Status.notConverged;
    return factor.rank < q ? Status.singular : Status.converged;
  }

  /** With one variance a second optimum may lie at zero: take it when it is the higher one. */
  private tryZero(response: Response, f: number): void {
    const { likelihood, factor, D, trial } = this;
    trial.fill(0);
    if (likelihood.value(trial, response) < f) {
      D.fill(0);
      factor.rank = 0;
    } else {
      likelihood.value(D, response);
    }
    likelihood.derivatives(response, this.whole);
  }

  /** Newton steps at the current rank until one gains next to nothing. */
  private descend(response: Response, start: number): { f: number; converged: boolean } {
    const { likelihood, factor, newton, D, trial } = this;
    let f = start;
    let radius = FIRST_RADIUS;
    for (let iteration = 0; iteration < this.maxIterations; iteration++) {
      const P = factor.parameters;
      if (P === 0) return { f, converged: true };
      this.linearize();
      newton.solve(this.gradientL, this.curvatureL, P, radius);
      const last = newton.decrement < LAST_GAIN;
      factor.covariance(trial, newton.step);
      const value = likelihood.value(trial, response);
      // Under this the difference of two likelihoods is rounding.
      const rounding = 1e-13 * Math.abs(f);
      const ratio = newton.predicted > rounding ? (f - value) / newton.predicted : 1;
      if (!(value <= f + rounding * 10) || ratio < 0.05) {
        if (last) {
          // The gain is below what the likelihood resolves: stay.
          likelihood.value(D, response);
          likelihood.derivatives(response, this.whole);
          return { f, converged: true };
        }
        // The derivatives are still those at D, so a shorter step costs one value only.
        radius = Math.min(radius, newton.length) / 4;
        if (radius < 1e-12) break;
        continue;
      }
      factor.add(newton.step);
      D.set(trial);
      f = value;
      likelihood.derivatives(response, this.whole);
      if (last) return { f, converged: true };
      if (ratio > 0.75 && newton.length > 0.9 * radius) radius *= 3;
      else if (ratio < 0.25) radius = Math.min(radius, newton.length) / 2;
    }
    likelihood.value(D, response);
    likelihood.derivatives(response, this.whole);
    return { f, converged: false };
  }

  private linearize(): void {
    const { likelihood, factor } = this;
    factor.jacobian(this.J);
    factor.pullBack(this.J, likelihood.gradient, likelihood.hessian, this.gradientL, this.curvatureL);
  }
}
