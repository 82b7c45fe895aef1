import type { CovarianceFactor } from "./covarianceFactor.js";
import type { Response } from "./response.js";
import type { RestrictedLikelihood } from "./restrictedLikelihood.js";
import { type Ended, RemlSearch } from "./searchReml.js";
import { Status } from "./status.js";

/** Another start has found a better optimum when −2 log-likelihood is lower by more than this. */
const BETTER = 1e-6;
/** An optimum inside is doubted when −2 log-likelihood rises by less than this on the way to the boundary. */
const NEAR_BOUNDARY = 4;
/** Where to search for D: vech of positive-definite matrices in the scaled coordinates, float64, m. */
export interface Starts {
  readonly first: Float64Array;
  /** Where to search again when the first search ends on the boundary, or not at all. */
  readonly far: readonly Float64Array[];
  /** Where to search again also when it ends inside but close to the boundary. */
  readonly near: readonly Float64Array[];
}

/** An optimum, to return to. */
interface Optimum {
  readonly f: number;
  readonly status: number;
  readonly D: Float64Array;
  readonly L: Float64Array;
  readonly rank: number;
}

/**
 * Finds the D that maximizes the restricted likelihood of one vertex. The likelihood may have several optima,
 * most often one on the boundary of D and one inside: a search that does not end well inside is repeated from
 * other starts, and the best end is kept.
 */
export class RemlMaximizer {
  /** vech(D̂) in the scaled coordinates; float64, m. */
  readonly D: Float64Array;
  readonly factor: CovarianceFactor;
  /** ∂vech(D)/∂L at D̂; float64, m × (q·rank). */
  readonly J: Float64Array;
  /** Searches from further starts in the last call of `maximize`, and whether one of them ended higher. */
  retries = 0;
  /** ½g'H⁻¹g at D̂, in the coordinates of L. */
  decrement = 0;
  retryWasBetter = false;
  private readonly search: RemlSearch;

  constructor(
    private readonly likelihood: RestrictedLikelihood,
    maxIterations: number,
  ) {
    this.search = new RemlSearch(likelihood, maxIterations);
    this.D = this.search.D;
    this.factor = this.search.factor;
    this.J = this.search.J;
  }

  /**
   * Maximizes from a starting covariance, and from others where that may not be enough; the likelihood is left
   * evaluated, with derivatives, at D̂.
   *
   * @returns a value of `Status`.
   */
  maximize(response: Response, starts: Starts): number {
    const { likelihood, search, D } = this;
    this.retries = 0;
    this.retryWasBetter = false;
    this.decrement = 0;
    if (likelihood.q === 0) {
      const f = likelihood.value(D, response);
      likelihood.derivatives(response);
      return Number.isFinite(f) ? Status.converged : Status.notConverged;
    }
    search.known = undefined;
    let best = this.endedAt(search.from(response, starts.first));
    const inside = best.status === Status.converged;
    if (!inside || this.nearBoundary()) {
      for (const start of inside ? starts.near : [...starts.far, ...starts.near]) {
        search.known = best.status === Status.notConverged ? undefined : best.D;
        const ended = search.from(response, start);
        this.retries++;
        if (!improves(ended, best)) continue;
        this.retryWasBetter ||= ended.f < best.f - BETTER;
        best = this.endedAt(ended);
      }
      this.returnTo(best, response);
    }
    if (Number.isFinite(best.f)) {
      if (!search.whole) likelihood.derivatives(response, true);
      search.linearize();
      this.decrement = search.decrement();
    }
    return best.status;
  }

  private endedAt({ f, status }: Ended): Optimum {
    const { D, factor } = this;
    return { f, status: status ?? Status.notConverged, D: D.slice(), L: factor.L.slice(), rank: factor.rank };
  }

  private returnTo(best: Optimum, response: Response): void {
    const { likelihood, factor, D } = this;
    D.set(best.D);
    factor.L.set(best.L);
    factor.rank = best.rank;
    likelihood.value(D, response);
    if (Number.isFinite(best.f)) likelihood.derivatives(response, this.search.whole);
  }

  /**
   * Whether f hardly rises, by its curvature at an optimum inside, on the way to where the smallest eigenvalue
   * of D is zero: then a second optimum may lie there.
   */
  private nearBoundary(): boolean {
    const { likelihood, factor, D } = this;
    const direction = new Float64Array(D.length);
    const eigenvalue = factor.smallestDirection(D, direction);
    let curvature = 0;
    for (let k = 0; k < D.length; k++) {
      for (let l = 0; l < D.length; l++) {
        curvature += direction[k] * likelihood.hessian[k * D.length + l] * direction[l];
      }
    }
    return 0.5 * curvature * eigenvalue ** 2 < NEAR_BOUNDARY;
  }
}

/** Whether a repeated search ended higher, or as high and converged where the best so far has not. */
function improves({ f, status }: Ended, best: Optimum): boolean {
  if (status === undefined) return false;
  if (f < best.f - BETTER) return true;
  return best.status === Status.notConverged && status !== Status.notConverged && f <= best.f + BETTER;
}
