import { solveUpperInPlace } from "../matrix/qr.js";
import type { LevelDesign } from "./levelDesign.js";
import { orthonormalColumns, pivotColumns } from "./pivotedColumns.js";

/**
 * Σ A_s'T_s(D)A_s as Σ_j w_j(D) B_j, where w_j is one entry of T at one G: the part of X'V⁻¹X that D moves,
 * for vertices with every image. With few distinct G every entry of T has a term of its own; with many, the
 * entries are combinations of a few (an interpolative decomposition over sampled D; Cheng, Gimbutas,
 * Martinsson & Rokhlin 2005, "On the compression of low rank matrices").
 */
export interface LevelTerms {
  readonly count: number;
  /** The G of each term as g11, g12, g22, |G|; float64, terms × 4. */
  readonly G: Float64Array;
  /** Which entry of T each term is: 0 for T11, 1 for T21, 2 for T22; int32, terms. */
  readonly entry: Int32Array;
  /** B_j; float64, p(p+1)/2 (lower triangle by rows) × terms. */
  readonly B: Float64Array;
  /** Largest error of an entry of Σ A_s'T_sA_s = M, as a share of √(M_ii M_jj), at D that the terms were not made from. */
  readonly error: number;
  /** Eigenvalues of D, in the model's coordinates, up to which the terms hold. */
  readonly largestD: number;
}

/** No terms: Σ A_s'T_s(D)A_s is summed over the levels wherever it is wanted, at any D. */
export const NO_TERMS: LevelTerms = {
  count: 0,
  G: new Float64Array(0),
  entry: new Int32Array(0),
  B: new Float64Array(0),
  error: 0,
  largestD: Number.POSITIVE_INFINITY,
};

/** So many terms, about, are found where there are many G. */
const USUAL_RANK = 100;

/** Whether the sum over the levels takes fewer multiplications than that over the terms would. */
export function areLevelsFewer({ p, levels, A: { start } }: LevelDesign): boolean {
  let pairs = 0;
  for (let s = 0; s < levels; s++) {
    const entries = start[2 * s + 2] - start[2 * s];
    pairs += (entries * (entries + 1)) / 2;
  }
  return pairs < (USUAL_RANK * p * (p + 1)) / 2;
}

/** So many distinct G at most have all their entries as terms. */
const FEW = 40;
const TOLERANCE = 1e-11;
const SAMPLES = 400;
const HELD_OUT = 20;
const LARGEST_RANK = 200;
const CANDIDATES = 150;
const PATTERNS_A_STEP = 100;
const SAMPLED = { smallest: 1e-3, largest: 20 };
const CHECKED = { smallest: 1e-4, largest: 10 };

/** Finds the terms of a design in steps of some hundredths of a second, between which other things may be done. */
export function* termsInSteps(design: LevelDesign): Generator<undefined, LevelTerms> {
  const { levels, G } = design;
  const byKey = new Map<string, number>();
  const first: number[] = [];
  const ofLevel = new Int32Array(levels);
  for (let s = 0; s < levels; s++) {
    const key = Array.from(G.subarray(4 * s, 4 * s + 3), (value) => value.toPrecision(13)).join();
    const known = byKey.get(key) ?? first.length;
    if (known === first.length) {
      byKey.set(key, known);
      first.push(s);
    }
    ofLevel[s] = known;
  }
  const Gs = new Float64Array(4 * first.length);
  first.forEach((s, t) => {
    Gs.set(G.subarray(4 * s, 4 * s + 4), 4 * t);
  });
  if (first.length <= FEW) {
    const count = 3 * first.length;
    const identity = new Float64Array(count * count);
    for (let j = 0; j < count; j++) identity[j * count + j] = 1;
    return {
      count,
      G: Float64Array.from({ length: 4 * count }, (_, k) => Gs[4 * Math.floor(k / 12) + (k % 4)]),
      entry: Int32Array.from({ length: count }, (_, j) => j % 3),
      B: weightedSums(design, ofLevel, identity, count),
      error: 0,
      largestD: Number.POSITIVE_INFINITY,
    };
  }
  return yield* interpolate(design, Gs, ofLevel);
}

function* interpolate(
  design: LevelDesign,
  Gs: Float64Array,
  ofLevel: Int32Array,
): Generator<undefined, LevelTerms> {
  const patterns = Gs.length / 4;
  const rows = SAMPLES + HELD_OUT;
  const samples = sampleCovariances();
  const candidates = farthestPoints(Gs, Math.min(CANDIDATES, patterns));
  const values = new Float64Array(3 * candidates.length * rows);
  candidates.forEach((t, c) => {
    sampleEntries(Gs, t, samples, values, 3 * c * rows);
  });
  yield;
  const sampled = { rows, used: SAMPLES };
  const pivots = pivotColumns(values, 3 * candidates.length, sampled, {
    tolerance: TOLERANCE,
    most: LARGEST_RANK,
  });
  yield;
  const rank = pivots.length;
  const { Q, R } = orthonormalColumns(values, pivots, sampled);
  const coefficients = new Float64Array(3 * patterns * rank);
  const column = new Float64Array(3 * rows);
  for (let t = 0; t < patterns; t++) {
    if (t % PATTERNS_A_STEP === 0) yield;
    sampleEntries(Gs, t, samples, column, 0);
    const first = 3 * t * rank;
    alongColumns(Q, column, rows, coefficients.subarray(first, first + 3 * rank));
    for (let e = 0; e < 3; e++) {
      const x = coefficients.subarray(first + e * rank, first + (e + 1) * rank);
      solveUpperInPlace(R, x, rank);
    }
  }
  const G = new Float64Array(4 * rank);
  pivots.forEach((c, j) => {
    const t = candidates[Math.floor(c / 3)];
    G.set(Gs.subarray(4 * t, 4 * t + 4), 4 * j);
  });
  yield;
  const B = weightedSums(design, ofLevel, coefficients, rank);
  yield;
  const skeleton = pivots.map((c) => values.subarray(c * rows + SAMPLES, (c + 1) * rows));
  return {
    count: rank,
    G,
    entry: Int32Array.from(pivots, (c) => c % 3),
    B,
    error: largestError(design, ofLevel, Gs, samples, skeleton, B),
    largestD: CHECKED.largest,
  };
}

/**
 * Products of three columns of samples with each column of Q; out: 3 × rank. Two columns of Q at a time: sums that do not
 * wait for one another take a third of the time.
 */
function alongColumns(Q: Float64Array, columns: Float64Array, rows: number, out: Float64Array): void {
  const rank = out.length / 3;
  for (let j = 0; j < rank; j += 2) {
    const a = j * SAMPLES;
    const b = Math.min(j + 1, rank - 1) * SAMPLES;
    let a0 = 0;
    let a1 = 0;
    let a2 = 0;
    let b0 = 0;
    let b1 = 0;
    let b2 = 0;
    for (let k = 0; k < SAMPLES; k++) {
      const x = Q[a + k];
      const y = Q[b + k];
      const c0 = columns[k];
      const c1 = columns[rows + k];
      const c2 = columns[2 * rows + k];
      a0 += x * c0;
      a1 += x * c1;
      a2 += x * c2;
      b0 += y * c0;
      b1 += y * c1;
      b2 += y * c2;
    }
    out[j] = a0;
    out[rank + j] = a1;
    out[2 * rank + j] = a2;
    if (j + 1 === rank) break;
    out[j + 1] = b0;
    out[rank + j + 1] = b1;
    out[2 * rank + j + 1] = b2;
  }
}

/** The error of the terms at the D held out, beside the sum over the levels. */
function largestError(
  design: LevelDesign,
  ofLevel: Int32Array,
  Gs: Float64Array,
  samples: Float64Array,
  skeleton: readonly Float64Array[],
  B: Float64Array,
): number {
  const { p } = design;
  const rank = skeleton.length;
  const entries = new Float64Array((3 * Gs.length) / 4);
  const one = new Float64Array(3);
  let error = 0;
  for (let k = 0; k < HELD_OUT; k++) {
    const D = samples.subarray(3 * (SAMPLES + k), 3 * (SAMPLES + k) + 3);
    for (let t = 0; t < Gs.length / 4; t++) {
      sampleEntries(Gs, t, D, one, 0);
      entries.set(one, 3 * t);
    }
    const M = weightedSums(design, ofLevel, entries, 1);
    for (let i = 0, m = 0; i < p; i++) {
      for (let j = 0; j <= i; j++, m++) {
        let sum = -M[m];
        for (let r = 0; r < rank; r++) sum += B[m * rank + r] * skeleton[r][k];
        const scale = Math.sqrt(M[(i * (i + 3)) / 2] * M[(j * (j + 3)) / 2]);
        if (scale > 0) error = Math.max(error, Math.abs(sum) / scale);
      }
    }
  }
  return error;
}

/** B_j = Σ_s A_s'(coefficient of each entry of T_s in term j)A_s; coefficients: (patterns × 3 entries) × rank. */
function weightedSums(
  { p, levels, A }: LevelDesign,
  ofLevel: Int32Array,
  coefficients: Float64Array,
  rank: number,
): Float64Array {
  const { start, column, value } = A;
  const B = new Float64Array(((p * (p + 1)) / 2) * rank);
  for (let s = 0; s < levels; s++) {
    const second = start[2 * s + 1];
    const end = start[2 * s + 2];
    for (let i = start[2 * s]; i < end; i++) {
      for (let j = start[2 * s]; j <= i; j++) {
        const a = Math.max(column[i], column[j]);
        const b = Math.min(column[i], column[j]);
        const entry = i < second ? 0 : j < second ? 1 : 2;
        const weight = value[i] * value[j] * (entry === 1 && a === b ? 2 : 1);
        const at = ((a * (a + 1)) / 2 + b) * rank;
        const from = (3 * ofLevel[s] + entry) * rank;
        for (let k = 0; k < rank; k++) B[at + k] += weight * coefficients[from + k];
      }
    }
  }
  return B;
}

/** Patterns each as far as can be from those chosen before, so that no pattern lies outside them. */
function farthestPoints(Gs: Float64Array, count: number): number[] {
  const patterns = Gs.length / 4;
  const scale = [0, 1, 2].map((e) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let t = 0; t < patterns; t++) {
      low = Math.min(low, Gs[4 * t + e]);
      high = Math.max(high, Gs[4 * t + e]);
    }
    return high > low ? 1 / (high - low) : 0;
  });
  const distance = new Float64Array(patterns).fill(Number.POSITIVE_INFINITY);
  const chosen: number[] = [];
  for (let next = 0; chosen.length < count; ) {
    chosen.push(next);
    let best = 0;
    for (let t = 0; t < patterns; t++) {
      let square = 0;
      for (let e = 0; e < 3; e++) square += ((Gs[4 * t + e] - Gs[4 * next + e]) * scale[e]) ** 2;
      distance[t] = Math.min(distance[t], square);
      if (distance[t] > distance[best]) best = t;
    }
    next = best;
  }
  return chosen;
}

/** T11, T21 and T22 of one G at every sampled D. */
function sampleEntries(Gs: Float64Array, t: number, D: Float64Array, out: Float64Array, at: number): void {
  const [g11, g12, g22, determinant] = Gs.subarray(4 * t, 4 * t + 4);
  const rows = D.length / 3;
  for (let k = 0; k < rows; k++) {
    const d11 = D[3 * k];
    const d21 = D[3 * k + 1];
    const d22 = D[3 * k + 2];
    const size = Math.max(0, d11 * d22 - d21 * d21);
    const q = 1 / (1 + d11 * g11 + 2 * d21 * g12 + d22 * g22 + size * determinant);
    out[at + k] = q * (g11 + determinant * d22);
    out[at + rows + k] = q * (g12 - determinant * d21);
    out[at + 2 * rows + k] = q * (g22 + determinant * d11);
  }
}

/**
 * D with eigenvalues over many orders of magnitude, every fifth singular: zero and others up to the largest that
 * is sampled, then those held out, up to the largest for which the terms are to hold. A fixed sequence.
 */
function sampleCovariances(): Float64Array {
  let seed = 12345;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 4294967296;
  };
  const D = new Float64Array(3 * (SAMPLES + HELD_OUT));
  for (let k = 1; k < SAMPLES + HELD_OUT; k++) {
    const { smallest, largest } = k < SAMPLES ? SAMPLED : CHECKED;
    const angle = Math.PI * random();
    const first = smallest * (largest / smallest) ** random();
    const other = smallest * (largest / smallest) ** random();
    const second = k % 5 === 0 ? 0 : other;
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    D.set([first * c * c + second * s * s, (first - second) * c * s, first * s * s + second * c * c], 3 * k);
  }
  return D;
}
