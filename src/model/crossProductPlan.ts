import { thinQR } from "../matrix/qr.js";
import { vechLength } from "../matrix/vech.js";
import { addSymmetric, type CrossProduct, exactCrossProduct } from "./crossProduct.js";
import type { Groups, groupPresent, LevelOrder } from "./groups.js";
import { entryPairs, type Interpolation, Interpolator, interpolateShrinkage } from "./interpolation.js";
import type { Model } from "./model.js";
import type { VisitPatterns } from "./visitPatterns.js";

/** Below this many terms the sum is exact, one term an entry of each pattern. */
const EXACT_TERMS = 96;
/** Levels whose entries stand as candidates for the skeleton. */
const CANDIDATES = 150;
/** More terms than this would be no gain. */
const LARGEST_RANK = 300;
/** The largest error allowed in an entry of W, which lies between 0 and 1. */
const LARGEST_ERROR = 1e-8;

/** What a model shares over all its vertices: how X'V⁻¹X follows from D. */
export interface CrossProductPlan {
  readonly crossProduct: CrossProduct;
  /** Undefined when every term is exact. */
  readonly interpolated: InterpolatedSums | undefined;
}

/** The part of X'V⁻¹X that is interpolated, and the levels that are not. */
interface InterpolatedSums {
  readonly interpolation: Interpolation;
  /** B_j of the interpolated levels; float64, rank × packed lower triangle. */
  readonly B: Float64Array;
  /**
   * The same for levels that have lost an image. They are a family of their own: together with the whole
   * levels they would need twice the terms at every vertex.
   */
  readonly partial: Interpolation | undefined;
  /** Levels so unlike the others that they keep exact terms of their own. */
  readonly unlike: readonly number[];
}

/** Plans X'V⁻¹X(D) for all images: exactly when levels share few visit patterns, else by interpolation. */
export function planCrossProduct(
  model: Model,
  levelOrder: LevelOrder,
  groups: Groups,
  patterns: VisitPatterns,
): CrossProductPlan {
  const { q } = model;
  const terms = patterns.count * vechLength(q);
  const exact = () => ({ crossProduct: exactCrossProduct(model, groups, patterns), interpolated: undefined });
  if (terms <= EXACT_TERMS) return exact();
  const candidates = candidatePatterns(model, levelOrder, patterns);
  const interpolation = interpolateShrinkage(candidates.whole, q, LARGEST_RANK);
  if (interpolation === undefined || interpolation.of.length > terms / 2) return exact();
  const B = new Float64Array(interpolation.of.length * groups.XX.length);
  const levels = Int32Array.from({ length: model.levels }, (_, s) => s);
  const unlike = addLevels(B, model, groups, levels, interpolation, 1);
  const partial = interpolateShrinkage(candidates.partial, q, LARGEST_RANK);
  const parts = [{ interpolation, B }];
  return {
    crossProduct: joinTerms(model, groups, parts, unlike),
    interpolated: { interpolation, B, partial, unlike },
  };
}

/** X'V⁻¹X(D) when some images are missing: the shared sums less what the changed levels lose. */
export function downdateCrossProduct(
  model: Model,
  all: Groups,
  plan: CrossProductPlan,
  present: ReturnType<typeof groupPresent>,
  patterns: VisitPatterns,
): CrossProduct {
  if (plan.interpolated === undefined) return exactCrossProduct(model, present.groups, patterns);
  const { interpolation, partial, unlike } = plan.interpolated;
  const B = plan.interpolated.B.slice();
  const changed = new Set(present.changed);
  const left = present.changed.filter((s) => !unlike.includes(s));
  addLevels(B, model, all, left, interpolation, -1);
  const still = unlike.filter((s) => !changed.has(s));
  const parts = [{ interpolation, B }];
  // A few levels are cheaper as exact terms than as another family's.
  if (partial === undefined || present.changed.length * vechLength(model.q) <= partial.of.length) {
    const remaining = Array.from(present.changed).filter((s) => !isEmpty(present.groups, s, model.q));
    return joinTerms(model, present.groups, parts, [...still, ...remaining]);
  }
  const ofPartial = new Float64Array(partial.of.length * all.XX.length);
  const newlyUnlike = addLevels(ofPartial, model, present.groups, present.changed, partial, 1);
  parts.push({ interpolation: partial, B: ofPartial });
  return joinTerms(model, present.groups, parts, [...still, ...newlyUnlike]);
}

function isEmpty(groups: Groups, s: number, q: number): boolean {
  return groups.R.subarray(s * q * q, (s + 1) * q * q).every((value) => value === 0);
}

/** The interpolated terms of each family, followed by exact ones for the levels that are unlike the others. */
function joinTerms(
  model: Model,
  groups: Groups,
  families: readonly { readonly interpolation: Interpolation; readonly B: Float64Array }[],
  unlike: readonly number[],
): CrossProduct {
  const { p, q } = model;
  const pairs = entryPairs(q);
  const sum = (of: (interpolation: Interpolation) => number) =>
    families.reduce((total, { interpolation }) => total + of(interpolation), 0);
  const rank = sum(({ of }) => of.length);
  const representatives = sum((interpolation) => interpolation.representatives);
  const terms = rank + unlike.length * pairs.length;
  const size = groups.XX.length;
  const joined: CrossProduct = {
    base: groups.XX,
    lessIdentity: true,
    R: new Float64Array((representatives + unlike.length) * q * q),
    patterns: representatives + unlike.length,
    of: new Int32Array(terms),
    row: new Int32Array(terms),
    column: new Int32Array(terms),
    B: new Float64Array(terms * size),
    largestD: families[0].interpolation.largestD,
  };
  let pattern = 0;
  let term = 0;
  for (const { interpolation, B } of families) {
    joined.R.set(interpolation.R, pattern * q * q);
    interpolation.of.forEach((t, j) => {
      joined.of[term + j] = pattern + t;
    });
    joined.row.set(interpolation.row, term);
    joined.column.set(interpolation.column, term);
    joined.B.set(B, term * size);
    pattern += interpolation.representatives;
    term += interpolation.of.length;
  }
  for (const s of unlike) {
    joined.R.set(groups.R.subarray(s * q * q, (s + 1) * q * q), pattern * q * q);
    for (const [a, b] of pairs) {
      joined.of[term] = pattern;
      joined.row[term] = a;
      joined.column[term] = b;
      addSymmetric(joined.B, term * size, groups.U, (s * q + a) * p, (s * q + b) * p, p, 1);
      term++;
    }
    pattern++;
  }
  return joined;
}

/** Adds the given levels to every B_j by their coefficients; returns the levels that do not interpolate well. */
function addLevels(
  B: Float64Array,
  model: Model,
  groups: Groups,
  levels: Int32Array,
  interpolation: Interpolation,
  sign: 1 | -1,
): number[] {
  const unlike: number[] = [];
  const { p, q } = model;
  const pairs = entryPairs(q);
  const size = groups.XX.length;
  // Levels with the same visits have the same coefficients: their products are summed first.
  const sums = new Map<string, { readonly coefficients: Float64Array; readonly products: Float64Array }>();
  for (const s of levels) {
    const R = groups.R.subarray(s * q * q, (s + 1) * q * q);
    if (R.every((value) => value === 0)) continue;
    const key = R.join();
    let same = sums.get(key);
    if (same === undefined) {
      const coefficients = coefficientsOf(interpolation, key, R);
      if (coefficients === undefined) {
        unlike.push(s);
        continue;
      }
      same = { coefficients, products: new Float64Array(pairs.length * size) };
      sums.set(key, same);
    }
    for (let e = 0; e < pairs.length; e++) {
      const [a, b] = pairs[e];
      addSymmetric(same.products, e * size, groups.U, (s * q + a) * p, (s * q + b) * p, p, sign);
    }
  }
  const rank = interpolation.of.length;
  for (const { coefficients, products } of sums.values()) {
    if (pairs.length === 3) addThreeEntries(B, coefficients, products, rank, size);
    else {
      for (let e = 0; e < pairs.length; e++) {
        for (let j = 0; j < rank; j++) {
          const weight = coefficients[e * rank + j];
          for (let k = 0; k < size; k++) B[j * size + k] += weight * products[e * size + k];
        }
      }
    }
  }
  return unlike;
}

/** B_j += Σ_e coefficients[e, j] products[e] for an intercept and a slope, in one pass over B. */
function addThreeEntries(
  B: Float64Array,
  coefficients: Float64Array,
  products: Float64Array,
  rank: number,
  size: number,
): void {
  for (let j = 0; j < rank; j++) {
    const w0 = coefficients[j];
    const w1 = coefficients[rank + j];
    const w2 = coefficients[2 * rank + j];
    const term = j * size;
    for (let k = 0; k < size; k++) {
      B[term + k] += w0 * products[k] + w1 * products[size + k] + w2 * products[2 * size + k];
    }
  }
}

/** The coefficients found so far: the patterns of missing images at a ring share most of their levels. */
const known = new WeakMap<
  Interpolation,
  { readonly interpolator: Interpolator; readonly byR: Map<string, Float64Array | undefined> }
>();

/** Coefficients of a level's W in an interpolation; undefined where it does not interpolate well. */
function coefficientsOf(
  interpolation: Interpolation,
  key: string,
  R: Float64Array,
): Float64Array | undefined {
  let found = known.get(interpolation);
  if (found === undefined) {
    found = { interpolator: new Interpolator(interpolation), byR: new Map() };
    known.set(interpolation, found);
  }
  const { interpolator, byR } = found;
  if (!byR.has(key)) {
    byR.set(key, interpolator.solve(R) > LARGEST_ERROR ? undefined : interpolator.coefficients.slice());
  }
  return byR.get(key);
}

/**
 * R of levels spread over the visit patterns from one extreme to the other, and of the same levels with one
 * image fewer, which stand for what vertices with missing images will need; float64, candidates × q × q.
 */
function candidatePatterns(
  model: Model,
  { start, order }: LevelOrder,
  patterns: VisitPatterns,
): { readonly whole: Float64Array; readonly partial: Float64Array } {
  const { q, Z } = model;
  const representative = new Int32Array(patterns.count).fill(-1);
  patterns.ofLevel.forEach((t, s) => {
    if (t >= 0 && representative[t] < 0) representative[t] = s;
  });
  const whole: Float64Array[] = [];
  const partial: Float64Array[] = [];
  for (const t of spreadOut(patterns, q)) {
    const s = representative[t];
    const rows = Array.from(order.subarray(start[s], start[s + 1]), (i) => Z.subarray(i * q, (i + 1) * q));
    whole.push(patterns.R.subarray(t * q * q, (t + 1) * q * q));
    for (let drop = 0; drop < rows.length && rows.length > 1; drop++) {
      const kept = Float64Array.from(rows.filter((_, i) => i !== drop).flatMap((row) => [...row]));
      partial.push(thinQR(kept, rows.length - 1, q).R);
    }
  }
  const join = (parts: readonly Float64Array[]) => Float64Array.from(parts.flatMap((R) => [...R]));
  return { whole: join(whole), partial: join(partial) };
}

/** Patterns at even steps of the order by each entry of R: the extremes of each, and what lies between. */
function spreadOut(patterns: VisitPatterns, q: number): Set<number> {
  const chosen = new Set<number>();
  const entries = entryPairs(q);
  for (const [a, b] of entries) {
    const entry = (t: number) => patterns.R[(t * q + a) * q + b];
    const sorted = Array.from({ length: patterns.count }, (_, t) => t).sort((s, t) => entry(s) - entry(t));
    const steps = Math.max(1, Math.floor(CANDIDATES / entries.length) - 1);
    for (let k = 0; k <= steps; k++) chosen.add(sorted[Math.floor((k * (patterns.count - 1)) / steps)]);
  }
  return chosen;
}
