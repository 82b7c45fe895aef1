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
 * The search stops where the random effects' variance, averaged over the images, is this many times σ²: the
 * residual variance vanishes beside it, and the digits that tell how far are not in the images.
 */
const LARGEST_RATIO = 1e8;
/** From this ratio on, a search that gains no more than `CRAWLING` a step is tried at the largest one. */
const LARGE_RATIO = 1e3;
const CRAWLING = 1e-4;
/** A face of D is left when f falls by more than this for each unit of an eigenvalue off it. */
const INWARD_SLOPE = 1e-6;
/** How far a new column of L reaches at first when D leaves a face; a tenth of it is tried next, and so on. */
const LEAVING_SIZES = [0.3, 0.03, 3e-3, 3e-4];
/** A repeated search is given up when D is this close to an optimum that is known, relative to its size. */
const SAME_OPTIMUM = { share: 0.05, floor: 0.01 };

/** Where one search ended; `status` is undefined when it was given up near an optimum that is known. */
export interface Ended {
  readonly f: number;
  readonly status: number | undefined;
}

/**
 * Searches for an optimum of the restricted likelihood of one vertex: Newton steps with the exact Hessian in
 * the coordinates of D = LL', within a trust region. A small eigenvalue of D is tried at exactly zero and kept
 * there unless the likelihood falls or its gradient points inward (the Karush–Kuhn–Tucker condition), so that
 * singular fits are reached rather than approached.
 */
export class RemlSearch {
  /** vech(D) in the scaled coordinates; float64, m. */
  readonly D: Float64Array;
  readonly factor: CovarianceFactor;
  /** ∂vech(D)/∂L at D; float64, m × (q·rank). */
  readonly J: Float64Array;
  /** An optimum, as vech(D), near which a search is given up. */
  known: Float64Array | undefined;
  /** Whether the search needs the whole Hessian. */
  readonly whole: boolean;
  private readonly gradientL: Float64Array;
  private readonly curvatureL: Float64Array;
  private readonly trial: Float64Array;
  private readonly newton: TrustRegionStep;

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
   * Searches from a starting covariance; the likelihood is left evaluated, with derivatives, where it ends.
   *
   * @param start vech of a positive-definite D in the scaled coordinates; float64, m.
   */
  from(response: Response, start: Float64Array): Ended {
    const { likelihood, factor, D } = this;
    const { q } = likelihood;
    factor.setCovariance(start, 0);
    factor.covariance(D);
    let f = likelihood.value(D, response);
    if (!Number.isFinite(f)) return { f, status: Status.notConverged };
    likelihood.derivatives(response, this.whole);
    for (let round = 0; round < 6; round++) {
      const { f: lower, status } = this.descend(response, f);
      f = lower;
      if (status !== Status.converged) return { f, status };
      const snapped = this.toFace(response, f);
      if (snapped !== undefined) {
        f = snapped;
        continue;
      }
      const left = this.leaveFace(response, f);
      if (left === undefined) {
        if (q === 1 && factor.rank === 1) f = this.tryZero(response, f);
        return { f, status: factor.rank < q ? Status.singular : Status.converged };
      }
      f = left;
    }
    return { f, status: Status.notConverged };
  }

  /** Puts small eigenvalues of D to zero where that costs nothing and D would stay there; its f, if it does. */
  private toFace(response: Response, f: number): number | undefined {
    const { likelihood, factor, D, trial } = this;
    const { q } = likelihood;
    const small = factor.rank === 0 ? 0 : factor.countSmall(D, SMALL_EIGENVALUE) - (q - factor.rank);
    if (small <= 0) return undefined;
    const kept = { L: factor.L.slice(), rank: factor.rank };
    factor.setCovariance(D, SMALL_EIGENVALUE);
    factor.covariance(trial);
    const value = likelihood.value(trial, response);
    if (value <= f + 1e-11 * Math.abs(f)) {
      likelihood.derivatives(response, this.whole);
      if (!factor.pointsInward(trial, likelihood.gradient, INWARD_SLOPE)) {
        D.set(trial);
        return value;
      }
    }
    factor.L.set(kept.L);
    factor.rank = kept.rank;
    likelihood.value(D, response);
    likelihood.derivatives(response, this.whole);
    return undefined;
  }

  /** Leaves the face of D along the steepest direction inward where f falls that way; its f, if it does. */
  private leaveFace(response: Response, f: number): number | undefined {
    const { likelihood, factor, D, trial } = this;
    if (!factor.pointsInward(D, likelihood.gradient, INWARD_SLOPE)) return undefined;
    for (const size of LEAVING_SIZES) {
      factor.leaveFace(size);
      factor.covariance(trial);
      const value = likelihood.value(trial, response);
      if (value < f) {
        D.set(trial);
        likelihood.derivatives(response, this.whole);
        return value;
      }
      factor.rank--;
    }
    likelihood.value(D, response);
    likelihood.derivatives(response, this.whole);
    return undefined;
  }

  /** With one variance a second optimum may lie at zero: take it when it is the higher one. */
  private tryZero(response: Response, f: number): number {
    const { likelihood, factor, D, trial } = this;
    trial.fill(0);
    const atZero = likelihood.value(trial, response);
    const better = atZero < f;
    if (better) {
      D.fill(0);
      factor.rank = 0;
    } else {
      likelihood.value(D, response);
    }
    likelihood.derivatives(response, this.whole);
    return better ? atZero : f;
  }

  /** Newton steps at the current rank until one gains next to nothing. */
  private descend(response: Response, start: number): Ended {
    const { likelihood, factor, newton, D, trial } = this;
    let f = start;
    let radius = FIRST_RADIUS;
    let triedLargest = false;
    for (let iteration = 0; iteration < this.maxIterations; iteration++) {
      const P = factor.parameters;
      if (P === 0) return { f, status: Status.converged };
      this.linearize();
      newton.solve(this.gradientL, this.curvatureL, P, radius);
      const last = newton.decrement < LAST_GAIN;
      if (!last && newton.predicted < CRAWLING && !triedLargest && factor.trace(D) > LARGE_RATIO) {
        triedLargest = true;
        const atLargest = this.toLargest(response, f);
        if (atLargest !== undefined) return { f: atLargest, status: Status.noResidual };
      }
      factor.covariance(trial, newton.step);
      const shrink = Math.min(1, LARGEST_RATIO / factor.trace(trial));
      if (shrink < 1) for (let k = 0; k < trial.length; k++) trial[k] *= shrink;
      const value = likelihood.value(trial, response);
      // Under this the difference of two likelihoods is rounding.
      const rounding = 1e-13 * Math.abs(f);
      const ratio = shrink === 1 && newton.predicted > rounding ? (f - value) / newton.predicted : 1;
      if (!(value <= f + rounding * 10) || ratio < 0.05) {
        if (last) {
          // The gain is below what the likelihood resolves: stay.
          likelihood.value(D, response);
          likelihood.derivatives(response, this.whole);
          return { f, status: Status.converged };
        }
        // The derivatives are still those at D, so a shorter step costs one value only.
        radius = Math.min(radius, newton.length) / 4;
        if (radius < 1e-12) break;
        continue;
      }
      factor.add(newton.step, Math.sqrt(shrink));
      D.set(trial);
      f = value;
      likelihood.derivatives(response, this.whole);
      if (shrink < 1) return { f, status: Status.noResidual };
      if (last) return { f, status: Status.converged };
      if (this.isKnown()) return { f, status: undefined };
      if (ratio > 0.75 && newton.length > 0.9 * radius) radius *= 3;
      else if (ratio < 0.25) radius = Math.min(radius, newton.length) / 2;
    }
    likelihood.value(D, response);
    likelihood.derivatives(response, this.whole);
    return { f, status: Status.notConverged };
  }

  /**
   * Goes to the largest ratio at once where f falls all the way to it, which it does ever more slowly; its f, if
   * it does.
   */
  private toLargest(response: Response, f: number): number | undefined {
    const { likelihood, factor, D, trial } = this;
    const scale = LARGEST_RATIO / factor.trace(D);
    for (let k = 0; k < D.length; k++) trial[k] = scale * D[k];
    const value = likelihood.value(trial, response);
    const falls = value < f;
    if (falls) {
      D.set(trial);
      for (let k = 0; k < factor.L.length; k++) factor.L[k] *= Math.sqrt(scale);
    } else {
      likelihood.value(D, response);
    }
    likelihood.derivatives(response, this.whole);
    return falls ? value : undefined;
  }

  /** ½g'H⁻¹g where the likelihood was linearized last; 0 where no entry of L is free. */
  decrement(): number {
    const { newton, factor } = this;
    if (factor.parameters === 0) return 0;
    newton.solve(this.gradientL, this.curvatureL, factor.parameters, FIRST_RADIUS);
    return Math.max(0, newton.decrement);
  }

  /** Carries the derivatives at D over to L: J, gradientL and curvatureL. */
  linearize(): void {
    const { likelihood, factor } = this;
    factor.jacobian(this.J);
    factor.pullBack(this.J, likelihood.gradient, likelihood.hessian, this.gradientL, this.curvatureL);
  }

  private isKnown(): boolean {
    const { known, D } = this;
    if (known === undefined) return false;
    let distance = 0;
    let size = 0;
    for (let k = 0; k < D.length; k++) {
      distance = Math.max(distance, Math.abs(D[k] - known[k]));
      size = Math.max(size, Math.abs(known[k]));
    }
    return distance < SAME_OPTIMUM.share * (size + SAME_OPTIMUM.floor);
  }
}
