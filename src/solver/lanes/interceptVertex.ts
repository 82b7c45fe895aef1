import type { InterceptMemory } from "./interceptMemory.js";
import type { InterceptSums } from "./interceptReduction.js";
import { LANES } from "./kernel.js";

/** What the estimate of a vertex takes of what its images were reduced to. */
export interface ReducedVertex {
  /** Its row of the estimates. */
  readonly row: number;
  /** Images present, and e'e of the least-squares fit. */
  readonly n: number;
  readonly rss: number;
  /** The least-squares fit; float64, p, each `stride` numbers from the one before, from `first` on. */
  readonly gamma: Float64Array;
  readonly first: number;
  readonly stride: number;
}

/** What the images of one vertex were reduced to: enough to put it into any lane, and to write its estimate. */
export interface InterceptVertex extends ReducedVertex {
  /** What no random effect reaches of the residuals. */
  readonly within: number;
  /** E'e; float64, p. */
  readonly xe: Float64Array;
  /** Σ z²/g and Σ A'z of each pattern; float64, patterns and patterns × p. */
  readonly c: Float64Array;
  readonly G: Float64Array;
}

/** A vertex that stays in its lane. */
export function inLane({ n, ee, gamma }: InterceptSums, l: number, row: number): ReducedVertex {
  return { row, n: n[l], rss: ee[l], gamma, first: l, stride: LANES };
}

/** Takes a vertex out of a lane. */
export function saveIntercept(
  { f64, design, slots, xe }: InterceptMemory,
  sums: InterceptSums,
  l: number,
  row: number,
): InterceptVertex {
  const { patterns } = sums;
  const { p } = design;
  // One piece of memory for all: many vertices are under way at a time.
  const values = new Float64Array((2 + patterns) * p + patterns);
  let end = 0;
  const take = (from: Float64Array, at: number, count: number) => {
    const start = end;
    for (let k = at + l; end < start + count; k += LANES) values[end++] = from[k];
    return values.subarray(start, end);
  };
  return {
    row,
    n: sums.n[l],
    rss: sums.ee[l],
    within: sums.within[l],
    gamma: take(sums.gamma, 0, p),
    first: 0,
    stride: 1,
    xe: take(f64, xe[0] / 8, p),
    c: take(f64, slots.c / 8, patterns),
    G: take(f64, slots.G / 8, patterns * p),
  };
}

/** Puts a vertex with every image into a lane; g and levels of its patterns are the design's. */
export function loadIntercept(
  { f64, slots, xe }: InterceptMemory,
  vertex: InterceptVertex,
  sums: Pick<InterceptSums, "n" | "within">,
  l: number,
): void {
  const put = (at: number, values: Float64Array) => {
    for (let k = 0, to = at / 8 + l; k < values.length; k++) f64[to + k * LANES] = values[k];
  };
  put(xe[0], vertex.xe);
  put(slots.c, vertex.c);
  put(slots.G, vertex.G);
  sums.n[l] = vertex.n;
  sums.within[l] = vertex.within;
}
