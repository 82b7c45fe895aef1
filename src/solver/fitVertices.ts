import { choleskyInPlace, choleskySolve } from "../matrix/cholesky.js";
import { jacobiEigen } from "../matrix/eigen.js";
import { unvech, vechLength, vechPairs } from "../matrix/vech.js";
import { exactCrossProduct } from "../model/crossProduct.js";
import type { Plan, VertexDesign } from "../model/plan.js";
import type { Estimates } from "./estimates.js";
import { LevelResponse } from "./levelResponse.js";
import { RemlMaximizer } from "./maximizeReml.js";
import { ParameterCovariance } from "./parameterCovariance.js";
import { PatternResponse } from "./patternResponse.js";
import { type ReducedImages, reduceImages, sumsByPattern } from "./reduceImages.js";
import { RestrictedLikelihood } from "./restrictedLikelihood.js";
import { writeEstimate } from "./writeEstimate.js";

/** How each vertex is fitted. */
export interface SolverOptions {
  /** Newton steps at most. */
  readonly maxIterations: number;
  /** Which information Satterthwaite degrees of freedom rest on. */
  readonly information: "observed" | "expected";
  /** Where the search for vech(D) starts, in the scaled coordinates; float64, m. */
  readonly start: Float64Array;
}

/** The start of a search about which nothing is known: half of a typical vertex's variance is between subjects. */
export function defaultStart(q: number): Float64Array {
  const { row, column } = vechPairs(q);
  return Float64Array.from(row, (i, k) => (i === column[k] ? 0.3 : 0));
}

/** Residuals under this share of the images' sum of squares are rounding: X explains the images entirely. */
export const NOTHING_LEFT = 1e-12;

/** Vertices reduced together: enough to amortize a row of X, few enough to stay in the cache. */
const TOGETHER = 32;

/** Fits vertices that share a design; reuse one for many blocks. */
export class VertexFitter {
  private readonly likelihood: RestrictedLikelihood;
  private readonly maximizer: RemlMaximizer;
  private readonly covariance: ParameterCovariance;
  private readonly byPattern: PatternResponse | undefined;
  private readonly byLevel: LevelResponse | undefined;
  private readonly ols: Float64Array;
  private readonly gamma: Float64Array;
  private exact: VertexFitter | undefined;

  constructor(
    private readonly plan: Plan,
    private readonly design: VertexDesign,
    private readonly options: SolverOptions,
  ) {
    const { p, q, levels } = plan.model;
    const { groups, patterns, crossProduct } = design;
    const likelihood = new RestrictedLikelihood(groups, patterns, crossProduct, p, q);
    this.likelihood = likelihood;
    this.maximizer = new RemlMaximizer(likelihood, options.maxIterations);
    this.covariance = new ParameterCovariance(likelihood);
    if (q === 0 || sumsByPattern(design, levels, q)) {
      this.byPattern = new PatternResponse(p, crossProduct.of.length, crossProduct.B);
    } else {
      const { shrinkage, row, column } = likelihood;
      this.byLevel = new LevelResponse(p, q, levels, groups.U, patterns.ofLevel, shrinkage, row, column);
    }
    this.gamma = new Float64Array(p);
    this.ols = new Float64Array(p * p);
    for (let i = 0, k = 0; i < p; i++) for (let j = 0; j <= i; j++) this.ols[i * p + j] = groups.XX[k++];
    this.fullRank = Number.isFinite(choleskyInPlace(this.ols, p, 1e-10));
  }

  /** Whether X keeps its rank on the images present; without it nothing can be fitted here. */
  readonly fullRank: boolean;

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
      const reduced = reduceImages(this.plan, this.design, Y, width, block);
      for (let k = 0; k < block.length; k++) {
        this.fitOne(reduced, block.length, k, rows[from + k], estimates);
      }
      afterVertices?.(block.length);
    }
  }

  private fitOne(reduced: ReducedImages, count: number, k: number, row: number, estimates: Estimates): void {
    const { likelihood, maximizer, design, plan } = this;
    const response = this.respond(reduced, count, k);
    const total = response.yy;
    const residual = this.leastSquares(response.Xy, total);
    if (!(residual > NOTHING_LEFT * total)) return;
    response.subtract(this.gamma, residual);
    likelihood.evaluations = 0;
    const status = maximizer.maximize(response, this.options.start);
    estimates.evaluations[row] += likelihood.evaluations;
    if (!(likelihood.residual > 0) || !Number.isFinite(likelihood.logDetM)) return;
    if (largestEigenvalue(maximizer.D, plan.model.q) > design.crossProduct.largestD) {
      this.fitExactly(reduced, count, k, row, estimates);
      return;
    }
    if (this.options.information === "observed") this.covariance.observed(maximizer.factor, maximizer.J);
    else this.covariance.expected();
    for (let j = 0; j < likelihood.p; j++) likelihood.gamma[j] += this.gamma[j];
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
      this.exact = new VertexFitter(this.plan, { groups, patterns, crossProduct }, this.options);
    }
    this.exact.fitOne(reduced, count, k, row, estimates);
  }

  private respond(reduced: ReducedImages, count: number, k: number): PatternResponse | LevelResponse {
    const response = this.byPattern ?? this.byLevel;
    if (response === undefined) throw new Error("a fitter holds one kind of response");
    const { p } = this.plan.model;
    for (let j = 0; j < p; j++) response.Xy[j] = reduced.Xy[j * count + k];
    response.yy = reduced.yy[k];
    if (response instanceof PatternResponse) {
      for (let j = 0; j < response.c.length; j++) response.c[j] = reduced.c[j * count + k];
      for (let j = 0; j < response.g.length; j++) response.g[j] = reduced.g[j * count + k];
    } else {
      const length = response.c.length;
      response.c = reduced.rotated.subarray(k * length, (k + 1) * length);
    }
    return response;
  }

  /** Sets gamma to the least-squares fit of the images present and returns its residual sum of squares. */
  private leastSquares(Xy: Float64Array, yy: number): number {
    this.gamma.set(Xy);
    choleskySolve(this.ols, Xy.length, this.gamma);
    let explained = 0;
    for (let j = 0; j < Xy.length; j++) explained += this.gamma[j] * Xy[j];
    return yy - explained;
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
