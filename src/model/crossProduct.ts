import { thinQR } from "../matrix/qr.js";
import { vechLength } from "../matrix/vech.js";
import type { Groups, groupPresent, LevelOrder } from "./groups.js";
import { entryPairs, type Interpolation, Interpolator, interpolateShrinkage } from "./interpolation.js";
import type { Model } from "./model.js";
import type { VisitPatterns } from "./visitPatterns.js";

/**
 * X'V⁻¹X as a function of D alone: X'X − Σ_j w_j(D) B_j, where w_j is one entry of W at one visit
 * pattern and the B_j are sums over the levels, computed once for all vertices that share the images.
 */
export interface CrossProduct {
  /** X'X; float64, packed lower triangle by rows. */
  readonly XX: Float64Array;
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

/** Below this many terms the sum is exact, one term an entry of each pattern. */
const EXACT_TERMS = 96;
/** Levels whose entries stand as candidates for the skeleton. */
const CANDIDATES = 250;
/** The largest error allowed in an entry of W, which lies between 0 and 1. */
const LARGEST_ERROR = 1e-9;

/** What a model shares over all its vertices: how X'V⁻¹X follows from D. */
export interface CrossProductPlan {
  readonly crossProduct: CrossProduct;
  /** Undefined when the terms are exact. */
  readonly interpolation: Interpolation | undefined;
}

/** Plans X'V⁻¹X(D) for all images: exactly when levels share few visit patterns, else by interpolation. */
export function planCrossProduct(
  model: Model,
  levelOrder: LevelOrder,
  groups: Groups,
  patterns: VisitPatterns,
): CrossProductPlan {
  const { q } = model;
  const entries = vechLength(q);
  if (patterns.count * entries <= EXACT_TERMS) {
    return { crossProduct: exactCrossProduct(model, groups, patterns), interpolation: undefined };
  }
  const candidates = candidatePatterns(model, levelOrder, patterns);
  const interpolation = interpolateShrinkage(candidates, candidates.length / (q * q), q, 400);
  const worthwhile = interpolation !== undefined && interpolation.of.length < (patterns.count * entries) / 2;
  if (!worthwhile) return { crossProduct: exactCrossProduct(model, groups, patterns), interpolation: undefined };
  const B = new Float64Array(interpolation.of.length * groups.XX.length);
  const levels = Int32Array.from({ length: model.levels }, (_, s) => s);
  if (!addLevels(B, model, groups, levels, interpolation, 1)) {
    return { crossProduct: exactCrossProduct(model, groups, patterns), interpolation: undefined };
  }
  return { crossProduct: fromInterpolation(interpolation, groups.XX, B), interpolation };
}

/** X'V⁻¹X(D) when some images are missing: the shared sums less what the changed levels lose. */
export function downdateCrossProduct(
  model: Model,
  all: Groups,
  plan: CrossProductPlan,
  present: ReturnType<typeof groupPresent>,
  patterns: VisitPatterns,
): CrossProduct {
  const { interpolation, crossProduct } = plan;
  if (interpolation === undefined) return exactCrossProduct(model, present.groups, patterns);
  const B = crossProduct.B.slice();
  const held =
    addLevels(B, model, all, present.changed, interpolation, -1) &&
    addLevels(B, model, present.groups, present.changed, interpolation, 1);
  if (!held) return exactCrossProduct(model, present.groups, patterns);
  return fromInterpolation(interpolation, present.groups.XX, B);
}

function fromInterpolation(interpolation: Interpolation, XX: Float64Array, B: Float64Array): CrossProduct {
  return {
    XX,
    R: interpolation.R,
    patterns: interpolation.representatives,
    of: interpolation.of,
    row: interpolation.row,
    column: interpolation.column,
    B,
    largestD: interpolation.largestD,
  };
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
    XX: groups.XX,
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
function addSymmetric(
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

/** Adds the given levels to every B_j by their coefficients; false when one does not interpolate well. */
function addLevels(
  B: Float64Array,
  model: Model,
  groups: Groups,
  levels: Int32Array,
  interpolation: Interpolation,
  sign: 1 | -1,
): boolean {
  const { p, q } = model;
  const pairs = entryPairs(q);
  const size = groups.XX.length;
  const rank = interpolation.of.length;
  const interpolator = new Interpolator(interpolation);
  const outer = new Float64Array(size);
  for (const s of levels) {
    const R = groups.R.subarray(s * q * q, (s + 1) * q * q);
    if (R.every((value) => value === 0)) continue;
    if (interpolator.solve(R) > LARGEST_ERROR) return false;
    for (let e = 0; e < pairs.length; e++) {
      const [a, b] = pairs[e];
      outer.fill(0);
      addSymmetric(outer, 0, groups.U, (s * q + a) * p, (s * q + b) * p, p, sign);
      for (let j = 0; j < rank; j++) {
        const weight = interpolator.coefficients[e * rank + j];
        const term = j * size;
        for (let k = 0; k < size; k++) B[term + k] += weight * outer[k];
      }
    }
  }
  return true;
}

/**
 * R of levels spread evenly over the visit patterns, and of the same levels with one image fewer, which
 * stand for what vertices with missing images will need; float64, candidates × q × q.
 */
function candidatePatterns(model: Model, { start, order }: LevelOrder, patterns: VisitPatterns): Float64Array {
  const { q, Z } = model;
  const step = Math.max(1, patterns.count / CANDIDATES);
  const representative = new Int32Array(patterns.count).fill(-1);
  patterns.ofLevel.forEach((t, s) => {
    if (t >= 0 && representative[t] < 0) representative[t] = s;
  });
  const chosen: Float64Array[] = [];
  for (let k = 0; k < patterns.count; k += step) {
    const s = representative[Math.floor(k)];
    const rows = Array.from(order.subarray(start[s], start[s + 1]), (i) => Z.subarray(i * q, (i + 1) * q));
    chosen.push(patterns.R.subarray(Math.floor(k) * q * q, (Math.floor(k) + 1) * q * q));
    for (let drop = 0; drop < rows.length && rows.length > 1; drop++) {
      const kept = Float64Array.from(rows.filter((_, i) => i !== drop).flatMap((row) => [...row]));
      chosen.push(thinQR(kept, rows.length - 1, q).R);
    }
  }
  const all = new Float64Array(chosen.length * q * q);
  chosen.forEach((R, k) => {
    all.set(R, k * q * q);
  });
  return all;
}
