import { jacobiEigen } from "../matrix/eigen.js";
import { vechLength } from "../matrix/vech.js";
import type { Estimates } from "../solver/estimates.js";
import { ContrastCovariance, pairWeights } from "./contrastCovariance.js";
import { ContrastSums } from "./contrastSums.js";
import { type Hypothesis, rankOfHypothesis } from "./hypothesis.js";
import { bothLog10, fUpperTail, minusLog10 } from "./tails.js";

/** A T contrast at every fitted vertex; float64, one value a row of the estimates. */
export interface TContrast {
  readonly estimate: Float64Array;
  readonly standardError: Float64Array;
  readonly t: Float64Array;
  /** Satterthwaite degrees of freedom. */
  readonly df: Float64Array;
  /** −log10 of the one-sided upper-tail p, as BLMM writes it. */
  readonly oneSided: Float64Array;
  /** −log10 of the two-sided p. */
  readonly twoSided: Float64Array;
}

/** An F contrast at every fitted vertex; float64, one value a row of the estimates. */
export interface FContrast {
  readonly F: Float64Array;
  /** Denominator degrees of freedom. */
  readonly df: Float64Array;
  /** Numerator degrees of freedom: the rank of L. */
  readonly rank: number;
  readonly log10p: Float64Array;
  /** Partial R² = rank·F / (rank·F + df). */
  readonly R2: Float64Array;
}

/** T at every fitted vertex and what it comes from, without degrees of freedom: a fraction of the work of `testT`. */
export function statisticT(
  estimates: Estimates,
  inverseR: Float64Array,
  hypothesis: Hypothesis,
): Pick<TContrast, "estimate" | "standardError" | "t"> {
  return contrastsT(estimates, inverseR, [hypothesis])[0];
}

/** F at every fitted vertex, without degrees of freedom: a fraction of the work of `testF`. */
export function statisticF(
  estimates: Estimates,
  inverseR: Float64Array,
  hypothesis: Hypothesis,
): Pick<FContrast, "F" | "rank"> {
  return contrastF(estimates, inverseR, hypothesis);
}

/**
 * Tests a T contrast at every fitted vertex, with Satterthwaite degrees of freedom as lmerTest has them
 * (Kuznetsova, Brockhoff & Christensen 2017, J. Stat. Softw. 82(13), eq. 6). T, df and p are NaN where the
 * variance of Lβ̂ is not a positive number.
 *
 * @param inverseR R⁻¹ of X = Q R; float64, p × p, upper triangular.
 * @param minlog the floor of log10 p.
 */
export function testT(
  estimates: Estimates,
  inverseR: Float64Array,
  hypothesis: Hypothesis,
  minlog: number,
): TContrast {
  return testTogether(estimates, inverseR, [hypothesis], minlog)[0];
}

/** Tests several T contrasts, as `testT` tests one, in one pass over the estimates. */
export function testTogether(
  estimates: Estimates,
  inverseR: Float64Array,
  hypotheses: readonly Hypothesis[],
  minlog: number,
): TContrast[] {
  return contrastsT(estimates, inverseR, hypotheses, minlog);
}

/** @param minlog without it df and p stay 0. */
function contrastsT(
  estimates: Estimates,
  inverseR: Float64Array,
  hypotheses: readonly Hypothesis[],
  minlog?: number,
): TContrast[] {
  const rows = estimates.vertices.length;
  const m = minlog === undefined ? 0 : vechLength(estimates.q);
  // T does not depend on the scale of L; squares of very large or small weights would leave the range of doubles.
  const sizes = hypotheses.map(({ L }) => sizeOf(L));
  const scaled = hypotheses.map(({ L }, c) => L.map((weight) => weight / sizes[c]));
  const weights = scaled.flatMap((L) => pairWeights(inverseR, L, 1));
  const sums = new ContrastSums(estimates, weights, m);
  const covariances = scaled.map((L, c) => new ContrastCovariance(estimates, sums, c, L, 1));
  const tests = hypotheses.map(() => emptyTest(rows));
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < tests.length; c++) {
      const [covariance, test, size] = [covariances[c], tests[c], sizes[c]];
      covariance.update(row);
      const s2 = covariance.S[0];
      const known = s2 > 0 && Number.isFinite(s2);
      const estimate = covariance.effect(row, 0);
      const standardError = known ? Math.sqrt(s2) : Number.NaN;
      const t = estimate / standardError;
      test.estimate[row] = estimate * size;
      test.standardError[row] = standardError * size;
      test.t[row] = t;
      if (minlog === undefined) continue;
      const df = known ? covariance.degreesOfFreedom(row, s2, () => 1) : Number.NaN;
      test.df[row] = df;
      const { oneSided, twoSided } = bothLog10(t, df, minlog);
      test.oneSided[row] = oneSided;
      test.twoSided[row] = twoSided;
    }
  }
  return tests;
}

function emptyTest(rows: number): TContrast {
  const values = () => new Float64Array(rows);
  return {
    estimate: values(),
    standardError: values(),
    t: values(),
    df: values(),
    oneSided: values(),
    twoSided: values(),
  };
}

/**
 * Tests an F contrast at every fitted vertex. L cov L' is rotated to its eigenvectors, each rotated row
 * has its own Satterthwaite df, and these are combined as Fai & Cornelius (1996, J. Stat. Comput. Simul.
 * 54) do, which is what lmerTest's contestMD returns. Rows that follow from others are tested at their rank:
 * only the directions that L spans are kept. F, df and p are NaN where a variance is not a positive number.
 *
 * @param inverseR R⁻¹ of X = Q R; float64, p × p, upper triangular.
 * @param minlog the floor of log10 p.
 */
export function testF(
  estimates: Estimates,
  inverseR: Float64Array,
  hypothesis: Hypothesis,
  minlog: number,
): FContrast {
  return contrastF(estimates, inverseR, hypothesis, minlog);
}

/** @param minlog without it df, p and R² stay 0. */
function contrastF(
  estimates: Estimates,
  inverseR: Float64Array,
  hypothesis: Hypothesis,
  minlog?: number,
): FContrast {
  const rows = estimates.vertices.length;
  const r = hypothesis.rows;
  const rank = rankOfHypothesis(hypothesis);
  const L = evenRows(hypothesis);
  const m = minlog === undefined ? 0 : vechLength(estimates.q);
  const sums = new ContrastSums(estimates, pairWeights(inverseR, L, r), m);
  const covariance = new ContrastCovariance(estimates, sums, 0, L, r);
  const test: FContrast = {
    F: new Float64Array(rows),
    df: new Float64Array(rows),
    rank,
    log10p: new Float64Array(rows),
    R2: new Float64Array(rows),
  };
  const work = new Float64Array(r * r);
  const vectors = new Float64Array(r * r);
  for (let row = 0; row < rows; row++) {
    covariance.update(row);
    work.set(covariance.S);
    jacobiEigen(work, r, vectors);
    const directions = Array.from({ length: r }, (_, a) => a)
      .sort((a, b) => work[b * r + b] - work[a * r + a])
      .slice(0, rank);
    let sum = 0;
    const degrees: number[] = [];
    for (const a of directions) {
      const s2 = work[a * r + a];
      const known = s2 > 0 && Number.isFinite(s2);
      let effect = 0;
      for (let b = 0; b < r; b++) effect += vectors[b * r + a] * covariance.effect(row, b);
      sum += known ? effect ** 2 / s2 : Number.NaN;
      if (minlog === undefined) continue;
      degrees.push(known ? covariance.degreesOfFreedom(row, s2, (b) => vectors[b * r + a]) : Number.NaN);
    }
    const F = sum / rank;
    test.F[row] = F;
    if (minlog === undefined) continue;
    const df = combineDegrees(degrees);
    test.df[row] = df;
    test.log10p[row] = minusLog10(fUpperTail(F, rank, df), minlog);
    test.R2[row] = (rank * F) / (rank * F + df);
  }
  return test;
}

/** Rows whose sizes differ more than this would be lost beside one another in L cov L'. */
const UNEVEN = 1e4;

/**
 * The rows of L on one scale, which changes no hypothesis: divided by the largest size of all, so that df are
 * lmerTest's for the same L; each by its own where the sizes differ so much that digits would be lost.
 */
function evenRows({ rows, L }: Hypothesis): Float64Array {
  const p = L.length / rows;
  const sizes = Array.from({ length: rows }, (_, a) => largestOf(L.subarray(a * p, (a + 1) * p)));
  if (Math.max(...sizes) > UNEVEN * Math.min(...sizes))
    return L.map((weight, k) => weight / sizes[Math.floor(k / p)]);
  const size = sizeOf(L);
  return L.map((weight) => weight / size);
}

/** The largest weight rounded down to a power of two, by which dividing is exact. */
function sizeOf(weights: Float64Array): number {
  return 2 ** Math.floor(Math.log2(largestOf(weights)));
}

function largestOf(weights: Float64Array): number {
  return weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
}

/** Denominator df of a sum of squared t's: E/(E − rank)·2 with E = Σ ν/(ν − 2) (Fai & Cornelius 1996). */
function combineDegrees(degrees: readonly number[]): number {
  const rank = degrees.length;
  if (rank === 1) return degrees[0];
  const mean = degrees.reduce((sum, df) => sum + df, 0) / rank;
  if (Number.isNaN(mean)) return Number.NaN;
  if (degrees.every((df) => Math.abs(df - mean) < 1e-8)) return mean;
  if (degrees.some((df) => df <= 2)) return 2;
  const E = degrees.reduce((sum, df) => sum + df / (df - 2), 0);
  return (2 * E) / (E - rank);
}
