import type { InterceptMemory } from "./interceptMemory.js";
import type { RingPatterns } from "./interceptRing.js";
import { LANES } from "./kernel.js";

/** Patterns of its own beyond the design's that a vertex may have for its sums to be kept. */
const PATTERNS_MORE = 2;

/** Sums of some vertices, each in a slot of its own; all shared between threads. */
interface KeptSlots {
  /** int32, width: the slot of each vertex in memory, −1 for none. */
  readonly slot: Int32Array;
  /** int32, slots: 1 once the sums are there. */
  readonly isFilled: Int32Array;
  /** float64, slots × size. */
  readonly values: Float64Array;
  readonly size: number;
}

/**
 * What the images of a study with one random effect were summed to, kept for a study of the same images whose X has
 * fewer columns: its sums are some of these, to the last bit, and the images need not be summed again.
 */
export interface KeptSums {
  /** Columns of X, and patterns of the design. */
  readonly p: number;
  readonly patterns: number;
  readonly whole: KeptSlots;
  readonly ring: KeptSlots;
}

/** The kept sums of a study with more columns, and which of these a study has; int32, p, ascending. */
export interface NestedSums {
  readonly sums: KeptSums;
  readonly column: Int32Array;
}

/**
 * Makes room for the sums of a study with `p` columns of X.
 *
 * @param columns of the vertices with every image, and of those that miss some.
 * @param bytes that may be taken: vertices beyond have no slot.
 */
export function roomForSums(
  { p, patterns, width }: { readonly p: number; readonly patterns: number; readonly width: number },
  columns: { readonly whole: readonly number[]; readonly ring: readonly number[] },
  bytes: number,
): KeptSums {
  const most = patterns + PATTERNS_MORE;
  const packed = (p * (p + 1)) / 2;
  // Σ A'z and Σ z²/g of each pattern, E'e, e'e, y'y and the center; of a vertex with patterns of its own also how many
  // these are, its images, g, levels and B of each, and E'E.
  const sizes = {
    whole: (patterns + 1) * (p + 1) + 2,
    ring: (most + 1) * (p + 1) + 4 + most * 2 + (most + 1) * packed,
  };
  const slots = (of: readonly number[], size: number, share: number): KeptSlots => {
    const count = Math.min(of.length, Math.floor(share / (8 * size)));
    const slot = new Int32Array(new SharedArrayBuffer(4 * width)).fill(-1);
    for (let k = 0; k < count; k++) slot[of[k]] = k;
    return {
      slot,
      isFilled: new Int32Array(new SharedArrayBuffer(4 * count)),
      values: new Float64Array(new SharedArrayBuffer(8 * count * size)),
      size,
    };
  };
  return {
    p,
    patterns,
    whole: slots(columns.whole, sizes.whole, bytes / 2),
    ring: slots(columns.ring, sizes.ring, bytes / 2),
  };
}

/** Keeps the sums of lanes; `ring` where their patterns are their own. */
export function keepSums(
  memory: InterceptMemory,
  kept: KeptSums,
  columns: ArrayLike<number>,
  ring?: readonly RingPatterns[],
): void {
  const { slot, isFilled, values, size } = ring === undefined ? kept.whole : kept.ring;
  const { f64, design, slots, xe, ee, yy, center } = memory;
  const { p } = design;
  for (let l = 0; l < columns.length; l++) {
    const own = ring?.[l];
    const patterns = own?.g.length ?? kept.patterns;
    const at = slot[columns[l]];
    if (at < 0 || patterns > kept.patterns + PATTERNS_MORE) continue;
    let to = at * size;
    const put = (from: number, count: number) => {
      for (let k = from / 8 + l, end = to + count; to < end; k += LANES) values[to++] = f64[k];
    };
    if (own !== undefined) {
      values[to++] = patterns;
      values[to++] = own.n;
      for (let t = 0; t < patterns; t++) {
        values[to++] = own.g[t];
        values[to++] = own.count[t];
        values.set(own.B[t], to);
        to += own.B[t].length;
      }
      values.set(own.EE, to);
      to += own.EE.length;
    }
    put(slots.G, patterns * p);
    put(slots.c, patterns);
    put(xe[0], p);
    put(ee, 1);
    put(yy, 1);
    put(center, 1);
    Atomics.store(isFilled, at, 1);
  }
}

/** Whether the sums of all of these vertices are kept. */
export function areKept({ sums }: NestedSums, isRing: boolean, columns: ArrayLike<number>): boolean {
  const { slot, isFilled } = isRing ? sums.ring : sums.whole;
  for (let l = 0; l < columns.length; l++) {
    const at = slot[columns[l]];
    if (at < 0 || Atomics.load(isFilled, at) === 0) return false;
  }
  return true;
}

/** Takes the patterns of a vertex that are its own from what is kept. */
export function takePatterns({ sums, column }: NestedSums, vertex: number, into: RingPatterns): void {
  const { values, slot, size } = sums.ring;
  const { p } = sums;
  let from = slot[vertex] * size;
  const packed = (to: Float64Array) => {
    let k = 0;
    for (const i of column) {
      for (const j of column) {
        if (j > i) break;
        to[k++] = values[from + (i * (i + 1)) / 2 + j];
      }
    }
    from += (p * (p + 1)) / 2;
  };
  const patterns = values[from++];
  into.begin(patterns, values[from++]);
  for (let t = 0; t < patterns; t++) {
    into.g[t] = values[from++];
    into.count[t] = values[from++];
    packed(into.B[t]);
  }
  packed(into.EE);
}

/** Brings kept sums into lanes, the last of them into those that are left; patterns beyond a vertex's own are zero. */
export function takeSums(
  memory: InterceptMemory,
  { sums, column }: NestedSums,
  columns: ArrayLike<number>,
  ring?: readonly RingPatterns[],
): void {
  const { slot, values, size } = ring === undefined ? sums.whole : sums.ring;
  const { f64, slots, xe, ee, yy, center } = memory;
  const p = column.length;
  const packed = (sums.p * (sums.p + 1)) / 2;
  for (let l = 0; l < LANES; l++) {
    const vertex = columns[Math.min(l, columns.length - 1)];
    const patterns = ring?.[l].g.length ?? sums.patterns;
    let from = slot[vertex] * size;
    if (ring !== undefined) from += 2 + patterns * (2 + packed) + packed;
    const take = (to: number) => {
      for (let j = 0; j < p; j++) f64[to / 8 + j * LANES + l] = values[from + column[j]];
      from += sums.p;
    };
    const takeOne = (to: number) => {
      f64[to / 8 + l] = values[from++];
    };
    for (let t = 0; t < patterns; t++) take(slots.G + 8 * t * p * LANES);
    for (let t = 0; t < patterns; t++) takeOne(slots.c + 8 * t * LANES);
    take(xe[0]);
    for (const to of [ee, yy, center]) takeOne(to);
  }
}
