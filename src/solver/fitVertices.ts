import { jacobiEigen } from "../matrix/eigen.js";
import { unvech, vechLength, vechPairs } from "../matrix/vech.js";
import { exactCrossProduct } from "../model/crossProduct.js";
import type { Plan, VertexDesign } from "../model/plan.js";
import type { Estimates } from "./estimates.js";
import { LeastSquares } from "./leastSquares.js";
import { LevelResponse } from "./levelResponse.js";
import { RemlMaximizer, type Starts } from "./maximizeReml.js";
import { ParameterCovariance } from "./parameterCovariance.js";
import { PatternResponse } from "./patternResponse.js";
import { type ReducedImages, reduceImages, sumsByPattern } from "./reduceImages.js";
import type { Response } from "./response.js";
import { RestrictedLikelihood } from "./restrictedLikelihood.js";
import { Status } from "./status.js";
import { writeEstimate } from "./writeEstimate.js";

/** How each vertex is fitted. */
export interface SolverOptions {
  /** Newton steps at most. */
  readonly maxIterations: number;
  /** Which information Satterthwaite degrees of freedom rest on. */
  readonly information: "observed" | "expected";
  readonly starts: Starts;
}

/**
 * The starts of a search about which nothing is known: half of a typical vertex's variance is between
 * subjects. The others come from far out, past a local optimum at the boundary, and from close to zero, past
 * one inside.
 */
export function defaultStarts(q: number): Starts {
  const { row, column } = vechPairs(q);
  const diagonal = (size: number) => Float64Array.from(row, (i, k) => (i === column[k] ? size : 0));
  return { first: diagonal(0.3), far: [diagonal(3), diagonal(30)], near: [diagonal(1e-3)] };
}

/**
 * Residuals under this share of the images' sum of squares are what storing the images as float32 leaves
 * behind: their last bit has a variance of at most 2⁻⁴⁶/12 of their square.
 */
export const NOTHING_LEFT = 2 ** -46 / 12;

/** Vertices reduced together: enough to amortize a row of X, few enough to stay in the cache. */
const TOGETHER = 32;

/** Fits vertices that share a design; reuse one for many blocks. */
export class VertexFitter {
  private readonly likelihood: RestrictedLikelihood;
  private readonly maximizer: RemlMaximizer;
  private readonly covariance: ParameterCovariance;
  private readonly response: Response;
  private readonly leastSquares: LeastSquares;
  private exact: VertexFitter | undefined;
  /** Vertices searched from more than one start so far, and those of them at which another start ended higher. */
  searchedAgain = 0;
  foundBetter = 0;

  /** @param byPattern whether the images come summed by visit pattern, as `reduceImages` decides for a design. */
  constructor(
    private readonly plan: Plan,
    private readonly design: VertexDesign,
    private readonly options: SolverOptions,
    byPattern = plan.model.q === 0 || sumsByPattern(design, plan.model.levels, plan.model.q),
  ) {
    const { p, q } = plan.model;
    const { groups, patterns, crossProduct } = design;
    const likelihood = new RestrictedLikelihood(groups, patterns, crossProduct, p, q);
    this.likelihood = likelihood;
    this.maximizer = new RemlMaximizer(likelihood, options.maxIterations);
    this.covariance = new ParameterCovariance(likelihood);
    this.response = byPattern ? new PatternResponse(likelihood) : new LevelResponse(likelihood);
    this.leastSquares = new LeastSquares(groups, p);
  }

  /** Whether X keeps its rank on the images present; without it nothing can be fitted here. */
  get fullRank(): boolean {
    return this.leastSquares.fullRank;
  }

  /**
   * Fits the given columns of the images and writes their estimates.
   *
   * @param Y float32, n × width, row-major, missing values zero.
   * @param columns int32: columns of Y; `rows`: where in the estimates each goes.
   */
  fit(
    Y: Float32Array,
    width: number,
    columns: Int32Array,
    rows: Int32Array,
    estimates: Estimates,
    afterVertices?: (count: number) => void,
  ): void {
    for (let from = 0; from < columns.length; from += TOGETHER) {
      const to = Math.min(columns.length, from + TOGETHER);
      const block = columns.subarray(from, to);
      const reduced = reduceImages(this.plan, this.design, this.leastSquares, Y, width, block);
      for (let k = 0; k < block.length; k++) {
        this.fitOne(reduced, block.length, k, rows[from + k], estimates);
      }
      afterVertices?.(block.length);
    }
  }

  private fitOne(reduced: ReducedImages, count: number, k: number, row: number, estimates: Estimates): void {
    const { likelihood, maximizer, response, design, plan } = this;
    const residual = reduced.rr[k];
    if (!(residual > NOTHING_LEFT * reduced.yy[k])) return;
    response.take(reduced, count, k);
    likelihood.evaluations = 0;
    const status = maximizer.maximize(response, this.options.starts);
    estimates.evaluations[row] += likelihood.evaluations;
    const { largestD } = design.crossProduct;
    if (Number.isFinite(largestD)) {
      const settled = status === Status.converged || status === Status.singular;
      if (!settled || largestEigenvalue(maximizer.D, plan.model.q) > largestD) {
        this.fitExactly(reduced, count, k, row, estimates);
        return;
      }
    }
    if (maximizer.retries > 0) this.searchedAgain++;
    if (maximizer.retryWasBetter) this.foundBetter++;
    if (!(likelihood.residual > 0) || !Number.isFinite(likelihood.logDetM)) return;
    if (this.options.information === "observed") this.covariance.observed(maximizer.factor, maximizer.J);
    else this.covariance.expected();
    for (let j = 0; j < likelihood.p; j++) likelihood.gamma[j] += reduced.gamma[j * count + k];
    writeEstimate(estimates, row, plan.model, likelihood, maximizer, this.covariance, status);
    estimates.resms[row] = residual / (design.groups.n - likelihood.p);
  }

  /** Fits again with the exact sum over levels, for a D beyond the range in which interpolation was checked. */
  private fitExactly(
    reduced: ReducedImages,
    count: number,
    k: number,
    row: number,
    estimates: Estimates,
  ): void {
    if (this.exact === undefined) {
      const { groups, patterns } = this.design;
      const crossProduct = exactCrossProduct(this.plan.model, groups, patterns);
      const byPattern = this.response instanceof PatternResponse;
      this.exact = new VertexFitter(this.plan, { groups, patterns, crossProduct }, this.options, byPattern);
    }
    this.exact.fitOne(reduced, count, k, row, estimates);
    this.searchedAgain += this.exact.searchedAgain;
    this.foundBetter += this.exact.foundBetter;
    this.exact.searchedAgain = 0;
    this.exact.foundBetter = 0;
  }
}

function largestEigenvalue(vechD: Float64Array, q: number): number {
  if (vechLength(q) !== vechD.length || q === 0) return 0;
  const D = new Float64Array(q * q);
  unvech(vechD, q, D);
  jacobiEigen(D, q, new Float64Array(q * q));
  let largest = 0;
  for (let a = 0; a < q; a++) largest = Math.max(largest, D[a * q + a]);
  return largest;
}
