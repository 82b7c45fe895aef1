import { type LevelOrder, orderByLevel } from "./groups.js";
import { describeLevels, type LevelDesign, type SparseRows } from "./levelDesign.js";
import type { Model } from "./model.js";

/**
 * A design with one random effect a level. Levels with the same g = Z_s'Z_s, such as subjects seen equally often
 * where the effect is an intercept, enter the likelihood as sums: they are a pattern, and lie side by side.
 */
export interface InterceptDesign {
  /** By level, in the order of the patterns, with a second column of Z that is zero. */
  readonly levels: LevelDesign;
  /** Images in the order of these levels. */
  readonly order: LevelOrder;
  /** int32, patterns + 1: the first level of each pattern. */
  readonly start: Int32Array;
  /** g of each pattern, and its levels; float64. */
  readonly g: Float64Array;
  readonly count: Float64Array;
  /** Σ g A'A of each pattern; float64, patterns × p(p+1)/2, lower triangles by rows. */
  readonly B: Float64Array;
  /** The columns of X that each level has. */
  readonly columns: LevelColumns;
}

/** The columns of X_s = Z_s A_s + E_s that are not zero, level by level. */
export interface LevelColumns {
  /** int32, levels + 1: where those of a level begin in the next three. */
  readonly start: Int32Array;
  /** int32: which columns these are, ascending. */
  readonly column: Int32Array;
  /** A_s; float64. */
  readonly a: Float64Array;
  /** int32: where E_s of the column begins in `values`, one number an image of the level; −1 where it is zero. */
  readonly at: Int32Array;
  readonly values: Float64Array;
}

/** More patterns than this are not sums worth making: each level would be its own. */
export const MOST_PATTERNS = 64;

/** Describes a model with one random effect; undefined with more than 64 patterns. */
export function describeIntercepts(model: Model): InterceptDesign | undefined {
  const { n, p, levels } = model;
  const first = orderByLevel(model);
  const key = Array.from({ length: levels }, (_, s) => {
    let sum = 0;
    for (let k = first.start[s]; k < first.start[s + 1]; k++) sum += model.Z[first.order[k]] ** 2;
    return Number(sum.toPrecision(12));
  });
  const patterns = [...new Set(key)].sort((a, b) => a - b);
  if (patterns.length > MOST_PATTERNS) return undefined;
  const sorted = Array.from({ length: levels }, (_, s) => s).sort((a, b) => key[a] - key[b] || a - b);
  const start = new Int32Array(levels + 1);
  const images: number[] = [];
  sorted.forEach((s, k) => {
    images.push(...first.order.subarray(first.start[s], first.start[s + 1]));
    start[k + 1] = images.length;
  });
  const order = { start, order: Int32Array.from(images) };
  const Z = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) Z[2 * i] = model.Z[i];
  const design = describeLevels({ ...model, q: 2, Z }, order);
  const T = patterns.length;
  const ofPattern = new Int32Array(T + 1);
  for (const s of sorted) ofPattern[patterns.indexOf(key[s]) + 1]++;
  for (let t = 0; t < T; t++) ofPattern[t + 1] += ofPattern[t];
  const size = (p * (p + 1)) / 2;
  const B = new Float64Array(T * size);
  for (let t = 0; t < T; t++) {
    for (let s = ofPattern[t]; s < ofPattern[t + 1]; s++) {
      addSquare(B.subarray(t * size, (t + 1) * size), design.A, 2 * s, design.G[4 * s]);
    }
  }
  return {
    levels: design,
    order,
    start: ofPattern,
    g: Float64Array.from({ length: T }, (_, t) => design.G[4 * ofPattern[t]]),
    count: Float64Array.from({ length: T }, (_, t) => ofPattern[t + 1] - ofPattern[t]),
    B,
    columns: columnsOf(design),
  };
}

/** packed += weight · a a' for a sparse row a, columns ascending. */
function addSquare(
  packed: Float64Array,
  { start, column, value }: SparseRows,
  row: number,
  weight: number,
): void {
  const [from, to] = [start[row], start[row + 1]];
  for (let i = from; i < to; i++) {
    const a = weight * value[i];
    const first = (column[i] * (column[i] + 1)) / 2;
    for (let j = from; j <= i; j++) packed[first + column[j]] += a * value[j];
  }
}

function columnsOf({ p, levels, start, A, E }: LevelDesign): LevelColumns {
  const begin = new Int32Array(levels + 1);
  const column: number[] = [];
  const a: number[] = [];
  const at: number[] = [];
  const values: number[] = [];
  const between = new Float64Array(p);
  for (let s = 0; s < levels; s++) {
    const images = start[s + 1] - start[s];
    const within = new Float64Array(p * images);
    between.fill(0);
    for (let e = A.start[2 * s]; e < A.start[2 * s + 1]; e++) between[A.column[e]] = A.value[e];
    for (let i = 0; i < images; i++) {
      const image = start[s] + i;
      for (let e = E.start[image]; e < E.start[image + 1]; e++) within[E.column[e] * images + i] = E.value[e];
    }
    for (let j = 0; j < p; j++) {
      const own = within.subarray(j * images, (j + 1) * images);
      const isOutside = own.some((value) => value !== 0);
      if (between[j] === 0 && !isOutside) continue;
      column.push(j);
      a.push(between[j]);
      at.push(isOutside ? values.length : -1);
      if (isOutside) values.push(...own);
    }
    begin[s + 1] = column.length;
  }
  return {
    start: begin,
    column: Int32Array.from(column),
    a: Float64Array.from(a),
    at: Int32Array.from(at),
    values: Float64Array.from(values),
  };
}
