import { type ImageBlocks, runsInBlocks } from "../../images/blocks.js";
import { vechPairs } from "../../matrix/vech.js";
import type { InterceptDesign } from "../../model/interceptDesign.js";
import type { Model } from "../../model/model.js";
import { CovarianceFactor } from "../covarianceFactor.js";
import type { Estimates } from "../estimates.js";
import { NOTHING_LEFT } from "../fitVertices.js";
import { ParameterCovariance } from "../parameterCovariance.js";
import { Status } from "../status.js";
import { covarianceInUnits } from "../writeEstimate.js";
import type { GivenSums } from "./givenSums.js";
import { InterceptProfile, type InterceptSums } from "./interceptProfile.js";
import { reduceRing } from "./interceptRing.js";
import { type InterceptOptimum, searchIntercept, startOfIntercept } from "./interceptSearch.js";
import { LANE_BYTES, LANES } from "./kernel.js";
import { SlopeMemory } from "./slopeMemory.js";
import { SlopeReduction } from "./slopeReduction.js";

/** A vertex whose images are reduced. */
interface Reduced {
  readonly sums: InterceptSums;
  readonly gamma: Float64Array;
  readonly yy: number;
  readonly ee: number;
}

/**
 * Fits vertices of a design with one random effect. The images are reduced by the lane kernel, 8 vertices at a time,
 * to sums by pattern; the search for d then takes a few sums of p × p matrices, whatever the number of images.
 */
export class InterceptFitter {
  /** Vertices searched from more than one start so far, and those of them at which another start ended higher. */
  readonly outcomes = { searchedAgain: 0, foundBetter: 0 };
  private readonly memory: SlopeMemory;
  private readonly reduction: SlopeReduction;
  private readonly profile: InterceptProfile;
  private readonly covariance: ParameterCovariance;
  private readonly factor: CovarianceFactor;
  private readonly J = new Float64Array(1);
  private readonly EE: Float64Array;
  private left: number[] = [];

  constructor(
    private readonly model: Model,
    private readonly design: InterceptDesign,
    private readonly information: "observed" | "expected",
  ) {
    const { p } = model;
    const size = (p * (p + 1)) / 2;
    // The kernel's memory is laid out for two random effects; no term of theirs is used.
    const terms = {
      count: 1,
      G: new Float64Array(4),
      entry: new Int32Array(1),
      B: new Float64Array(size),
      error: 0,
      largestD: 0,
    };
    this.memory = new SlopeMemory(design.levels, terms);
    this.reduction = new SlopeReduction(this.memory);
    this.profile = new InterceptProfile(p);
    this.covariance = new ParameterCovariance(this.profile);
    const { row, column } = vechPairs(1);
    this.factor = new CovarianceFactor(1, row, column);
    this.EE = new Float64Array(size);
    for (let i = 0, k = 0; i < p; i++) {
      for (let j = 0; j <= i; j++) this.EE[k++] = design.levels.EE[i * p + j];
    }
  }

  /** Fits vertices with every image. */
  fitWhole(
    images: ImageBlocks,
    columns: Int32Array,
    rows: Int32Array,
    estimates: Estimates,
    afterVertices?: (count: number) => void,
    given?: GivenSums,
  ): void {
    for (const [from, to] of runsInBlocks(columns, LANES)) {
      const reduced = this.reduceWhole(images, columns.subarray(from, to), given);
      for (let l = 0; l < to - from; l++) this.fitOne(reduced[l], rows[from + l], estimates, afterVertices);
    }
  }

  /** Fits vertices some of whose images are missing. */
  fitRing(
    images: ImageBlocks,
    columns: Int32Array,
    rows: Int32Array,
    estimates: Estimates,
    afterVertices?: (count: number) => void,
  ): void {
    columns.forEach((vertex, k) => {
      const reduced = reduceRing(this.design, images, vertex);
      if (reduced === undefined) this.left.push(rows[k]);
      else this.fitOne(reduced, rows[k], estimates, afterVertices);
    });
  }

  /** Rows that ended without a certificate. */
  finish(_estimates?: Estimates): number[] {
    const { left } = this;
    this.left = [];
    return left;
  }

  private reduceWhole(images: ImageBlocks, columns: Int32Array, given: GivenSums | undefined): Reduced[] {
    const { memory, design, EE } = this;
    const { kernel, f64, A, S } = memory;
    const { p } = design.levels;
    const T = design.g.length;
    const { ee, rss, yy, gamma } = this.reduction.reduce(images, columns, false, 0, given);
    const of = (at: number, count: number, l: number) =>
      Float64Array.from({ length: count }, (_, k) => f64[at / 8 + k * LANES + l]);
    const lanes = Array.from({ length: LANES }, (_, l) => ({
      G: new Float64Array(T * p),
      c: new Float64Array(T),
      Ee: of(memory.xe[0], p, l),
    }));
    for (let t = 0; t < T; t++) {
      const first = design.start[t];
      const count = design.start[t + 1] - first;
      memory.clear(S, p);
      const z = memory.z[0] + first * 2 * LANE_BYTES;
      kernel.applyA(count, A[0] + 8 * first, A[1], A[2], z, S);
      for (let l = 0; l < LANES; l++) {
        let squares = 0;
        for (let s = 0; s < count; s++) squares += f64[z / 8 + 2 * s * LANES + l] ** 2;
        lanes[l].c[t] = squares / design.g[t];
        lanes[l].G.set(of(S, p, l), t * p);
      }
    }
    const { g, count, B } = design;
    return lanes.map((lane, l) => {
      const within = lane.c.reduce((left, part) => left - part, ee[l]);
      const sums = { ...lane, g, count, B, EE, within, n: design.levels.n };
      const own = Float64Array.from({ length: p }, (_, i) => gamma[i * LANES + l]);
      return { sums, gamma: own, yy: yy[l], ee: rss[l] };
    });
  }

  private fitOne(
    { sums, gamma, yy, ee }: Reduced,
    row: number,
    estimates: Estimates,
    afterVertices?: (count: number) => void,
  ): void {
    if (!(ee > NOTHING_LEFT * yy)) {
      afterVertices?.(1);
      return;
    }
    const { profile, outcomes } = this;
    profile.evaluations = 0;
    const optimum = searchIntercept(profile, sums, startOfIntercept(sums, this.model.p));
    if (optimum === undefined || !(profile.residual > 0)) {
      this.left.push(row);
      return;
    }
    if (optimum.isAgain) outcomes.searchedAgain++;
    if (optimum.isBetter) outcomes.foundBetter++;
    this.write(estimates, row, optimum, gamma);
    estimates.resms[row] = ee / (sums.n - this.model.p);
    afterVertices?.(1);
  }

  private write(estimates: Estimates, row: number, optimum: InterceptOptimum, gamma: Float64Array): void {
    const { model, profile, factor, J, design, covariance } = this;
    const { p, inverseR, logDetXX } = model;
    const { K, logDetK } = design.levels;
    const degrees = profile.groups.n - p;
    const sigma2 = profile.residual / degrees;
    estimates.n[row] = profile.groups.n;
    estimates.status[row] = optimum.d > 0 ? Status.converged : Status.singular;
    estimates.sigma2[row] = sigma2;
    estimates.certificate[row] = optimum.decrement;
    estimates.evaluations[row] += profile.evaluations;
    const f = profile.f - 2 * logDetK + logDetXX;
    estimates.llh[row] = -0.5 * (degrees * (Math.log((2 * Math.PI) / degrees) + 1) + f);
    covarianceInUnits(Float64Array.of(optimum.d), model, estimates.D.subarray(row, row + 1));
    // γ in the model's basis, then β = R⁻¹γ.
    const basis = new Float64Array(p);
    for (let i = 0; i < p; i++) {
      for (let j = i; j < p; j++) basis[i] += K[i * p + j] * (gamma[j] + profile.beta[j]);
    }
    for (let i = 0; i < p; i++) {
      let sum = 0;
      for (let j = i; j < p; j++) sum += inverseR[i * p + j] * basis[j];
      estimates.beta[row * p + i] = sum;
    }
    profile.differentiate();
    const packed = (p * (p + 1)) / 2;
    congruence(K, profile.C, p, 1, estimates.basisCovariance.subarray(row * packed, (row + 1) * packed));
    congruence(K, profile.dC, p, -1, estimates.basisGradient.subarray(row * packed, (row + 1) * packed));
    factor.L[0] = Math.sqrt(optimum.d);
    factor.rank = optimum.d > 0 ? 1 : 0;
    factor.jacobian(J);
    if (this.information === "observed") covariance.observed(factor, J);
    else covariance.expected();
    const [a, b, c] = covariance.packed;
    estimates.parameterCovariance.set([a * sigma2 * sigma2, b * sigma2, c], 3 * row);
  }
}

/** Lower triangle by rows of sign · K A K', K upper triangular. */
function congruence(
  K: Float64Array,
  A: Float64Array,
  p: number,
  sign: number,
  into: Float64Array | Float32Array,
): void {
  const half = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let c = i; c < p; c++) {
      const k = K[i * p + c];
      if (k !== 0) for (let j = 0; j < p; j++) half[i * p + j] += k * A[c * p + j];
    }
  }
  for (let i = 0, m = 0; i < p; i++) {
    for (let j = 0; j <= i; j++, m++) {
      let sum = 0;
      for (let c = j; c < p; c++) sum += half[i * p + c] * K[j * p + c];
      into[m] = sign * sum;
    }
  }
}
