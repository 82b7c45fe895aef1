import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { thinQR } from "../matrix/qr.js";
import { vechLength, vechPairs } from "../matrix/vech.js";
import { Shrinkage } from "./shrinkage.js";

/**
 * An interpolative decomposition of W_s(D) over a family of levels: every entry of every W_s(D) as a
 * fixed combination of a few entries at a few representative levels, for all D at once
 * (Cheng, Gimbutas, Martinsson & Rokhlin 2005, "On the compression of low rank matrices"). The rows
 * of the decomposed matrix are sampled D, its columns the entries of W.
 */
export interface Interpolation {
  readonly q: number;
  /** R of the representative levels; float64, representatives × q × q. */
  readonly R: Float64Array;
  readonly representatives: number;
  /** The skeleton: which representative, and which entry (row ≤ column) of its W; int32, rank. */
  readonly of: Int32Array;
  readonly row: Int32Array;
  readonly column: Int32Array;
  /** Orthonormal basis of the skeleton's columns over the samples; float64, samples × rank. */
  readonly Q: Float64Array;
  /** Triangular factor of the same; float64, rank × rank, upper. */
  readonly triangle: Float64Array;
  /** The sampled vech(D), in the scaled coordinates of the model, then those held out; float64, × q(q+1)/2. */
  readonly samples: Float64Array;
  /** Largest eigenvalue of D that was sampled: the range over which the decomposition holds. */
  readonly largestD: number;
}

const SAMPLED_RANGE = { smallest: 1e-3, largest: 100 };
const TOLERANCE = 1e-12;
/** Sampled D for each term: fewer, and the D between them are missed. */
const SAMPLES_A_TERM = 4;
const FIRST_SAMPLES = 300;
/** Further D at which the decomposition of each level is checked. */
const HELD_OUT = 40;

/**
 * Decomposes W over the given patterns.
 *
 * @param R float64, patterns × q × q.
 * @param maxRank give up (return undefined) when more entries than this are needed.
 */
export function interpolateShrinkage(R: Float64Array, q: number, maxRank: number): Interpolation | undefined {
  const entries = entryPairs(q);
  const patterns = R.length / (q * q);
  for (let sampleCount = FIRST_SAMPLES; ; ) {
    const samples = sampleCovariances(sampleCount + HELD_OUT, q);
    const A = sampledEntries(R, patterns, q, samples, sampleCount);
    const chosen = pivotColumns(A, patterns * entries.length, sampleCount, maxRank);
    if (chosen === undefined) return undefined;
    if (sampleCount >= SAMPLES_A_TERM * chosen.length) {
      return assemble(chosen, R, q, samples, sampleCount, entries);
    }
    sampleCount = Math.ceil(1.1 * SAMPLES_A_TERM * chosen.length);
  }
}

/** Every entry of every W at the sampled D: one row an entry, so that the elimination runs over contiguous memory. */
function sampledEntries(
  R: Float64Array,
  patterns: number,
  q: number,
  samples: Float64Array,
  sampleCount: number,
): Float64Array {
  const m = vechLength(q);
  const entries = entryPairs(q);
  const A = new Float64Array(patterns * entries.length * sampleCount);
  const size = new Float64Array(patterns).fill(1);
  const shrinkage = new Shrinkage(patterns, q);
  for (let k = 0; k < sampleCount; k++) {
    shrinkage.update(samples.subarray(k * m, (k + 1) * m), R, size);
    for (let t = 0; t < patterns; t++) {
      entries.forEach(([a, b], e) => {
        const identity = a === b ? 1 : 0;
        A[(t * entries.length + e) * sampleCount + k] = identity - shrinkage.N[(t * q + a) * q + b];
      });
    }
  }
  return A;
}

/** The entries (a, b), a ≤ b, of a symmetric q × q matrix. */
export function entryPairs(q: number): (readonly [number, number])[] {
  const { row, column } = vechPairs(q);
  return Array.from(row, (i, k) => [column[k], i] as const);
}

/** Column-pivoted Gram–Schmidt; returns the chosen columns in order, or undefined past `maxRank`. */
function pivotColumns(A: Float64Array, columns: number, rows: number, maxRank: number): number[] | undefined {
  const norms = new Float64Array(columns);
  let largest = 0;
  for (let c = 0; c < columns; c++) {
    for (let k = 0; k < rows; k++) norms[c] += A[c * rows + k] ** 2;
    largest = Math.max(largest, norms[c]);
  }
  const chosen: number[] = [];
  const direction = new Float64Array(rows);
  for (;;) {
    let best = 0;
    for (let c = 1; c < columns; c++) if (norms[c] > norms[best]) best = c;
    if (!(norms[best] > TOLERANCE ** 2 * largest)) return chosen;
    if (chosen.length >= maxRank) return undefined;
    chosen.push(best);
    const length = Math.sqrt(norms[best]);
    for (let k = 0; k < rows; k++) direction[k] = A[best * rows + k] / length;
    for (let c = 0; c < columns; c++) {
      if (norms[c] === 0) continue;
      const offset = c * rows;
      let dot = 0;
      for (let k = 0; k < rows; k++) dot += direction[k] * A[offset + k];
      let norm = 0;
      for (let k = 0; k < rows; k++) {
        const value = A[offset + k] - dot * direction[k];
        A[offset + k] = value;
        norm += value * value;
      }
      norms[c] = norm;
    }
    norms[best] = 0;
  }
}

function assemble(
  chosen: readonly number[],
  R: Float64Array,
  q: number,
  samples: Float64Array,
  sampleCount: number,
  entries: readonly (readonly [number, number])[],
): Interpolation {
  const rank = chosen.length;
  const owners = [...new Set(chosen.map((c) => Math.floor(c / entries.length)))];
  const skeletonR = new Float64Array(owners.length * q * q);
  owners.forEach((t, k) => {
    skeletonR.set(R.subarray(t * q * q, (t + 1) * q * q), k * q * q);
  });
  const of = Int32Array.from(chosen, (c) => owners.indexOf(Math.floor(c / entries.length)));
  const row = Int32Array.from(chosen, (c) => entries[c % entries.length][0]);
  const column = Int32Array.from(chosen, (c) => entries[c % entries.length][1]);
  const skeleton = { q, R: skeletonR, representatives: owners.length, of, row, column };
  const fitted = skeletonValues(skeleton, samples.subarray(0, sampleCount * vechLength(q)));
  const { Q, R: triangle } = thinQR(fitted, sampleCount, rank);
  return { ...skeleton, Q, triangle, samples, largestD: SAMPLED_RANGE.largest };
}

/** Computes the coefficients of one level's W in the skeleton; reuse one for many levels. */
export class Interpolator {
  private readonly shrinkage: Shrinkage;
  private readonly one = Float64Array.of(1);
  private readonly values: Float64Array;
  private readonly entries: readonly (readonly [number, number])[];
  private readonly sampleCount: number;
  /** The skeleton's values at the D held out; float64, held out × rank. */
  private readonly heldOut: Float64Array;
  /** float64, q(q+1)/2 entries (a ≤ b) × rank. */
  readonly coefficients: Float64Array;

  constructor(private readonly interpolation: Interpolation) {
    const { q, samples, of } = interpolation;
    this.entries = entryPairs(q);
    const m = vechLength(q);
    this.sampleCount = samples.length / m - HELD_OUT;
    this.shrinkage = new Shrinkage(1, q);
    this.values = new Float64Array(this.entries.length * (this.sampleCount + HELD_OUT));
    this.heldOut = skeletonValues(interpolation, samples.subarray(this.sampleCount * m));
    this.coefficients = new Float64Array(this.entries.length * of.length);
  }

  /**
   * Fills `coefficients` for a level's R.
   *
   * @param R float64, q × q.
   * @returns the largest error of any entry of W at D that the decomposition has not seen.
   */
  solve(R: Float64Array): number {
    const { interpolation, entries, sampleCount, values, coefficients, shrinkage } = this;
    const { q, Q, triangle, samples } = interpolation;
    const m = vechLength(q);
    const rank = interpolation.of.length;
    const rows = sampleCount + HELD_OUT;
    for (let k = 0; k < rows; k++) {
      shrinkage.update(samples.subarray(k * m, (k + 1) * m), R, this.one);
      for (let e = 0; e < entries.length; e++) {
        const [a, b] = entries[e];
        values[e * rows + k] = (a === b ? 1 : 0) - shrinkage.N[a * q + b];
      }
    }
    let worst = 0;
    for (let e = 0; e < entries.length; e++) {
      const solution = coefficients.subarray(e * rank, (e + 1) * rank);
      solution.fill(0);
      for (let k = 0; k < sampleCount; k++) {
        const value = values[e * rows + k];
        for (let j = 0; j < rank; j++) solution[j] += Q[k * rank + j] * value;
      }
      for (let j = rank - 1; j >= 0; j--) {
        let sum = solution[j];
        for (let k = j + 1; k < rank; k++) sum -= triangle[j * rank + k] * solution[k];
        solution[j] = sum / triangle[j * rank + j];
      }
      for (let k = 0; k < HELD_OUT; k++) {
        let fitted = 0;
        for (let j = 0; j < rank; j++) fitted += this.heldOut[k * rank + j] * solution[j];
        worst = Math.max(worst, Math.abs(values[e * rows + sampleCount + k] - fitted));
      }
    }
    return worst;
  }
}

/** The entries of W in the skeleton at the given D; float64, D × rank. */
function skeletonValues(
  skeleton: Pick<Interpolation, "q" | "R" | "representatives" | "of" | "row" | "column">,
  samples: Float64Array,
): Float64Array {
  const { q, R, representatives, of, row, column } = skeleton;
  const m = vechLength(q);
  const rank = of.length;
  const count = samples.length / m;
  const values = new Float64Array(count * rank);
  const shrinkage = new Shrinkage(representatives, q);
  const size = new Float64Array(representatives).fill(1);
  for (let k = 0; k < count; k++) {
    shrinkage.update(samples.subarray(k * m, (k + 1) * m), R, size);
    for (let j = 0; j < rank; j++) {
      const identity = row[j] === column[j] ? 1 : 0;
      values[k * rank + j] = identity - shrinkage.N[(of[j] * q + row[j]) * q + column[j]];
    }
  }
  return values;
}

/** Random covariances over many orders of magnitude, every fifth of them nearly singular; from a fixed seed. */
function sampleCovariances(count: number, q: number): Float64Array {
  const random = xoroshiro128plus(20260717);
  const m = vechLength(q);
  const samples = new Float64Array(count * m);
  const { row, column } = vechPairs(q);
  const { smallest, largest } = SAMPLED_RANGE;
  const directions = new Float64Array(q * q);
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < q * q; i++) directions[i] = uniformFloat64(random) - 0.5;
    const { Q } = thinQR(directions, q, q);
    const eigenvalues = Float64Array.from({ length: q }, () => {
      return smallest * (largest / smallest) ** uniformFloat64(random);
    });
    if (k % 5 === 0) eigenvalues[q - 1] = 0;
    for (let e = 0; e < m; e++) {
      let sum = 0;
      for (let a = 0; a < q; a++) sum += Q[row[e] * q + a] * eigenvalues[a] * Q[column[e] * q + a];
      samples[k * m + e] = sum;
    }
  }
  return samples;
}
