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
  /** The sampled vech(D), in the scaled coordinates of the model; float64, samples × q(q+1)/2. */
  readonly samples: Float64Array;
  /** Largest eigenvalue of D that was sampled: the range over which the decomposition holds. */
  readonly largestD: number;
}

const SAMPLED_RANGE = { smallest: 1e-4, largest: 300 };
const TOLERANCE = 1e-10;

/**
 * Decomposes W over the given patterns.
 *
 * @param R float64, patterns × q × q.
 * @param maxRank give up (return undefined) when more entries than this are needed.
 */
export function interpolateShrinkage(
  R: Float64Array,
  patterns: number,
  q: number,
  maxRank: number,
): Interpolation | undefined {
  const m = vechLength(q);
  const sampleCount = Math.min(maxRank, 80 * m) + 40;
  const samples = sampleCovariances(sampleCount, q);
  const entries = entryPairs(q);
  const columns = patterns * entries.length;
  // One row a column of the matrix, so that the elimination below runs over contiguous memory.
  const A = new Float64Array(columns * sampleCount);
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
  const chosen = pivotColumns(A, columns, sampleCount, maxRank);
  if (chosen === undefined) return undefined;
  return assemble(chosen, R, q, samples, sampleCount, entries);
}

/** The entries (a, b), a ≤ b, of a symmetric q × q matrix. */
export function entryPairs(q: number): (readonly [number, number])[] {
  const { row, column } = vechPairs(q);
  return Array.from(row, (i, k) => [column[k], i] as const);
}

/** Column-pivoted Gram–Schmidt; returns the chosen columns in order, or undefined past `maxRank`. */
function pivotColumns(
  A: Float64Array,
  columns: number,
  rows: number,
  maxRank: number,
): number[] | undefined {
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
  const m = vechLength(q);
  const values = new Float64Array(sampleCount * rank);
  const shrinkage = new Shrinkage(owners.length, q);
  const size = new Float64Array(owners.length).fill(1);
  for (let k = 0; k < sampleCount; k++) {
    shrinkage.update(samples.subarray(k * m, (k + 1) * m), skeletonR, size);
    for (let j = 0; j < rank; j++) {
      const identity = row[j] === column[j] ? 1 : 0;
      values[k * rank + j] = identity - shrinkage.N[(of[j] * q + row[j]) * q + column[j]];
    }
  }
  const { Q, R: triangle } = thinQR(values, sampleCount, rank);
  return {
    q,
    R: skeletonR,
    representatives: owners.length,
    of,
    row,
    column,
    Q,
    triangle,
    samples,
    largestD: SAMPLED_RANGE.largest,
  };
}

/** Computes the coefficients of one level's W in the skeleton; reuse one for many levels. */
export class Interpolator {
  private readonly shrinkage: Shrinkage;
  private readonly one = Float64Array.of(1);
  private readonly values: Float64Array;
  private readonly entries: readonly (readonly [number, number])[];
  private readonly sampleCount: number;
  /** float64, q(q+1)/2 entries (a ≤ b) × rank. */
  readonly coefficients: Float64Array;

  constructor(private readonly interpolation: Interpolation) {
    const { q, samples, of } = interpolation;
    this.entries = entryPairs(q);
    this.sampleCount = samples.length / vechLength(q);
    this.shrinkage = new Shrinkage(1, q);
    this.values = new Float64Array(this.entries.length * this.sampleCount);
    this.coefficients = new Float64Array(this.entries.length * of.length);
  }

  /**
   * Fills `coefficients` for a level's R.
   *
   * @param R float64, q × q.
   * @returns the largest error of any entry of W over the sampled D.
   */
  solve(R: Float64Array): number {
    const { interpolation, entries, sampleCount, values, coefficients, shrinkage } = this;
    const { q, Q, triangle, samples } = interpolation;
    const m = vechLength(q);
    const rank = interpolation.of.length;
    for (let k = 0; k < sampleCount; k++) {
      shrinkage.update(samples.subarray(k * m, (k + 1) * m), R, this.one);
      for (let e = 0; e < entries.length; e++) {
        const [a, b] = entries[e];
        values[e * sampleCount + k] = (a === b ? 1 : 0) - shrinkage.N[a * q + b];
      }
    }
    let worst = 0;
    const projected = new Float64Array(rank);
    for (let e = 0; e < entries.length; e++) {
      const column = values.subarray(e * sampleCount, (e + 1) * sampleCount);
      projected.fill(0);
      for (let k = 0; k < sampleCount; k++) {
        const value = column[k];
        for (let j = 0; j < rank; j++) projected[j] += Q[k * rank + j] * value;
      }
      for (let k = 0; k < sampleCount; k++) {
        let fitted = 0;
        for (let j = 0; j < rank; j++) fitted += Q[k * rank + j] * projected[j];
        worst = Math.max(worst, Math.abs(column[k] - fitted));
      }
      const solution = coefficients.subarray(e * rank, (e + 1) * rank);
      for (let j = rank - 1; j >= 0; j--) {
        let sum = projected[j];
        for (let k = j + 1; k < rank; k++) sum -= triangle[j * rank + k] * solution[k];
        solution[j] = sum / triangle[j * rank + j];
      }
    }
    return worst;
  }
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
