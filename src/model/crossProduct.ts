import type { Groups } from "./groups.js";
import { entryPairs } from "./interpolation.js";
import type { Model } from "./model.js";
import type { VisitPatterns } from "./visitPatterns.js";

/**
 * X'V⁻¹X as a function of D alone: base + Σ_j w_j(D) B_j, where w_j is one entry of a small matrix at one
 * visit pattern and the B_j are sums over the levels, computed once for all vertices that share the images.
 * Where every pattern has terms of its own the matrix is N = (I + R D R')⁻¹ and the base Σ E_s'E_s: both are
 * positive, and nothing cancels however large D is. Where few patterns stand for all it is N − I = −W, which
 * fades as D does, and the base X'X.
 */
export interface CrossProduct {
  /** Σ E_s'E_s or X'X; float64, packed lower triangle by rows. */
  readonly base: Float64Array;
  /** Whether the terms are entries of N − I rather than of N. */
  readonly lessIdentity: boolean;
  /** R of the visit patterns that the terms refer to; float64, patterns × q × q. */
  readonly R: Float64Array;
  readonly patterns: number;
  /** Terms: the pattern, row and column (row ≤ column) of each entry of W; int32, terms. */
  readonly of: Int32Array;
  readonly row: Int32Array;
  readonly column: Int32Array;
  /** B_j; float64, terms × packed lower triangle. */
  readonly B: Float64Array;
  /** Eigenvalues of D (scaled) up to which it holds: infinite when the terms are exact. */
  readonly largestD: number;
}

/** One term for every entry of every visit pattern: exact for any D. */
export function exactCrossProduct(model: Model, groups: Groups, patterns: VisitPatterns): CrossProduct {
  const { p, q, levels } = model;
  const pairs = entryPairs(q);
  const size = groups.XX.length;
  const B = new Float64Array(patterns.count * pairs.length * size);
  for (let s = 0; s < levels; s++) {
    const t = patterns.ofLevel[s];
    if (t < 0) continue;
    pairs.forEach(([a, b], e) => {
      const term = (t * pairs.length + e) * size;
      addSymmetric(B, term, groups.U, (s * q + a) * p, (s * q + b) * p, p, 1);
    });
  }
  const terms = Array.from({ length: patterns.count * pairs.length }, (_, j) => j);
  return {
    base: groups.EE,
    lessIdentity: false,
    R: patterns.R,
    patterns: patterns.count,
    of: Int32Array.from(terms, (j) => Math.floor(j / pairs.length)),
    row: Int32Array.from(terms, (j) => pairs[j % pairs.length][0]),
    column: Int32Array.from(terms, (j) => pairs[j % pairs.length][1]),
    B,
    largestD: Number.POSITIVE_INFINITY,
  };
}

/** packed += weight (u v' + v u'), or weight u u' when both are the same row of U. */
export function addSymmetric(
  packed: Float64Array,
  term: number,
  U: Float64Array,
  u: number,
  v: number,
  p: number,
  weight: number,
): void {
  let k = term;
  if (u === v) {
    for (let i = 0; i < p; i++) {
      const x = weight * U[u + i];
      for (let j = 0; j <= i; j++) packed[k++] += x * U[u + j];
    }
    return;
  }
  for (let i = 0; i < p; i++) {
    const x = weight * U[u + i];
    const y = weight * U[v + i];
    for (let j = 0; j <= i; j++) packed[k++] += x * U[v + j] + y * U[u + j];
  }
}
