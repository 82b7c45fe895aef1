import { LANES } from "./kernel.js";
import { stride } from "./slopeEvaluation.js";
import type { SlopeMemory } from "./slopeMemory.js";
import { type Covariance, lengthOf } from "./slopePoint.js";
import { SlopeSearch } from "./slopeSearch.js";
import { loadVertex32, type SavedVertex } from "./slopeVertex.js";

/** An optimum is doubted when −2 log-likelihood rises by less than this on the way to the boundary. */
const NEAR_BOUNDARY = 4;
/** A repeated search is given up when D is this close to an optimum that is known, relative to its size. */
const SAME_OPTIMUM = { share: 0.05, floor: 0.01 };
/** Newton steps in float32 before a repeated search goes on in float64. */
const MOST_STRIDES = 10;
/** Searches wait until there are so many: bringing a vertex into a lane costs something. */
const ENOUGH = 8 * LANES;
/** So many steps find the best D on the edge; f falling off it by more than this for each unit leads back inside. */
const EDGE_STRIDES = 4;
const CLEARLY_INWARD = 1e-2;
/** Fewer steps have found it where the last had a smaller decrement; f has to fall off it the more clearly. */
const AT_BEST_ON_EDGE = { decrement: 1e-3, inward: 0.1 };

/**
 * Where searches start again: at a multiple of the identity, from far out past an optimum at the boundary or from
 * near zero past one inside; where the edge of the cone is closest to an optimum inside; or a little way inside from an
 * optimum on the edge.
 */
export const STARTS = [3, 15, 1e-3, "edge", 30, "inside"] as const;

/** So much of the variance that an optimum on the edge has is given to the direction in which it has none. */
const INSIDE = 0.3;

/** With fewer than this, repeated searches run in float64, where f is looked at, from the beginning. */
export const SHORT_OF_FLOAT32 = 100;
/** With fewer than this, an optimum that may not be the best is left to the plain solver, which loses no time there. */
export const VERY_FEW_LEVELS = 40;

/**
 * Where so many levels carry the residuals of a vertex, and the design's Z, one more search is made: f is a sum over
 * many levels then, and close to the one bowl of its limit. Of 25,900 such optima on the edge, in simulated studies of
 * 60 to 250 subjects (normal, heavy-tailed, with outliers; covariates of any spread, a level with twenty images), none
 * had a better one from any start. With fewer, about one in a thousand has, and where a few levels outweigh the others
 * one in ten.
 */
const MANY_LEVELS = 40;
/**
 * With fewer, one more is made against an optimum inside: of 56,000 from 40 levels on one had a better one, at 43, from
 * far out. Of 34,000 with 60 to 100 levels none had.
 */
const VERY_MANY_LEVELS = 60;

/** Another optimum has been found when −2 log-likelihood is lower by more than this. */
export const BETTER = 1e-6;

/** The optimum that a vertex has so far. */
export interface KnownOptimum {
  readonly f: number;
  readonly D: Covariance;
}

/** A search from another start of a vertex that has an optimum. */
export interface Retry {
  readonly vertex: SavedVertex;
  readonly search: SlopeSearch;
  readonly known: KnownOptimum;
  /** Which of the starts. */
  readonly index: number;
}

/**
 * Whether a vertex may have a better optimum than the one its search has ended at: the restricted likelihood may have
 * several, most often one on the boundary and one inside, so an optimum that is not well inside is not the last word.
 */
export function isDoubtful(search: SlopeSearch): boolean {
  return search.point.rank === 1 || isNearBoundary(search);
}

/**
 * Where to search again after a doubtful optimum, as indices of `STARTS`.
 *
 * @param levels that count, of the vertex and of the design.
 */
export function startsAfter({ point }: SlopeSearch, levels: number): readonly number[] {
  const isThorough = levels < MANY_LEVELS;
  if (point.rank === 1) return isThorough ? [0, 1, 2, 4, 5] : [0];
  if (isThorough) return [0, 2, 3];
  return levels < VERY_MANY_LEVELS ? [0, 3] : [3];
}

/**
 * How many levels carry the residuals: (Σ|z|²)² / Σ|z|⁴, which is a third to a half of the levels where residuals are
 * normal, and 1 where one level is all there is.
 *
 * @param z float64, levels × 2.
 */
export function levelsWithResiduals(z: Float64Array): number {
  return evenCount(z.length / 2, (s) => z[2 * s] ** 2 + z[2 * s + 1] ** 2);
}

/**
 * How many levels carry Z: the same of the traces of G = Z'Z, which is all of them where each has as many images.
 *
 * @param G of each level: g11, g12, g22 and its determinant, in coordinates in which Z'Z of all images has equal scales.
 */
export function levelsWithInformation(G: Float64Array): number {
  return evenCount(G.length / 4, (s) => G[4 * s] + G[4 * s + 2]);
}

/** (Σ x)² / Σ x²: as many as there are where they are equal, 1 where one outweighs all others. */
function evenCount(count: number, of: (k: number) => number): number {
  let [sum, squares] = [0, 0];
  for (let k = 0; k < count; k++) {
    const x = of(k);
    sum += x;
    squares += x * x;
  }
  return squares > 0 ? (sum * sum) / squares : 0;
}

/** Whether f hardly rises, by its curvature, on the way to where the smallest eigenvalue of D is zero. */
function isNearBoundary({ point, hessian }: SlopeSearch): boolean {
  const [d11, d21, d22] = point.covariance;
  const half = lengthOf((d11 - d22) / 2, d21);
  const smallest = (d11 + d22) / 2 - half;
  // The eigenvector of the smallest eigenvalue, from the row of D − λI that is longer.
  let u1 = d11 >= d22 ? -d21 : d22 - smallest;
  let u2 = d11 >= d22 ? d11 - smallest : -d21;
  const length = lengthOf(u1, u2);
  if (!(length > 0)) [u1, u2] = [1, 0];
  else [u1, u2] = [u1 / length, u2 / length];
  const w = [u1 * u1, u1 * u2, u2 * u2];
  let curvature = 0;
  for (let k = 0; k < 3; k++) for (let l = 0; l < 3; l++) curvature += w[k] * hessian[3 * k + l] * w[l];
  return 0.5 * curvature * smallest ** 2 < NEAR_BOUNDARY;
}

/** Whether a search has come close to an optimum that is known. */
export function isAt(search: SlopeSearch, known: KnownOptimum): boolean {
  const D = search.point.covariance;
  let distance = 0;
  let size = 0;
  for (let k = 0; k < 3; k++) {
    distance = Math.max(distance, Math.abs(D[k] - known.D[k]));
    size = Math.max(size, Math.abs(known.D[k]));
  }
  return distance < SAME_OPTIMUM.share * (size + SAME_OPTIMUM.floor);
}

/** Whether a search along the edge has found the best D there, off which f falls. */
function leadsInside({ decrement, edgeSlope }: SlopeSearch, steps: number): boolean {
  if (steps > EDGE_STRIDES) return edgeSlope < -CLEARLY_INWARD;
  return decrement < AT_BEST_ON_EDGE.decrement && edgeSlope < -AT_BEST_ON_EDGE.inward;
}

/** A repeated search, from one of `STARTS`. */
export function searchAgain(index: number, known: KnownOptimum, degrees: number): SlopeSearch {
  const start = STARTS[index];
  const [d11, d21, d22] = known.D;
  if (start === "inside") {
    // D = vv' has the eigenvalue tr D, and (tr D) I − D is the same of the other direction.
    const size = d11 + d22;
    return new SlopeSearch(
      [d11 + INSIDE * (size - d11), d21 - INSIDE * d21, d22 + INSIDE * (size - d22)],
      degrees,
    );
  }
  if (start !== "edge") {
    const far = new SlopeSearch([start, 0, start], degrees);
    far.fixedShare = 1;
    return far;
  }
  const search = new SlopeSearch(known.D, degrees);
  search.point.moveTo(known.D, Number.POSITIVE_INFINITY);
  search.strideAlongEdge = true;
  return search;
}

/**
 * Takes repeated searches of whole vertices through Newton steps in float32, 16 at a time; as soon as one is given up
 * or has had its steps, its lane is given to the next.
 */
export class StridingRetries {
  private readonly waiting: { readonly retry: Retry; steps: number }[] = [];
  private readonly ee: Float64Array;
  private readonly idle: SlopeSearch;

  /** @param ended hears of each: whether it has come elsewhere than to the optimum that is known. */
  constructor(
    private readonly memory: SlopeMemory,
    private readonly ended: (retry: Retry, isElsewhere: boolean) => void,
  ) {
    const { n, p } = memory.design;
    this.ee = new Float64Array(2 * LANES).fill(n);
    this.idle = new SlopeSearch([1, 0, 1], n - p);
  }

  /** Searches that wait. */
  get count(): number {
    return this.waiting.length;
  }

  add(retry: Retry): void {
    this.waiting.push({ retry, steps: 0 });
  }

  /** Once enough searches wait, goes on while there are some for every lane; with `all`, until none is left. */
  run(all: boolean): void {
    const { memory, waiting } = this;
    const N = 2 * LANES;
    if (waiting.length < (all ? 1 : ENOUGH)) return;
    const lanes: ((typeof waiting)[number] | undefined)[] = new Array(N).fill(undefined);
    const searches: SlopeSearch[] = new Array(N).fill(this.idle);
    for (;;) {
      for (let l = 0; l < N; l++) {
        if (lanes[l] !== undefined) continue;
        const next = waiting.shift();
        lanes[l] = next;
        searches[l] = next?.retry.search ?? this.idle;
        if (next !== undefined) loadVertex32(memory, next.retry.vertex, l);
      }
      const open = lanes.filter((lane) => lane !== undefined);
      if (open.length === 0) return;
      if (open.length < N && !all) {
        waiting.push(...open);
        return;
      }
      stride(memory, searches, this.ee);
      for (let l = 0; l < N; l++) {
        const lane = lanes[l];
        if (lane === undefined) continue;
        const { search, known, index } = lane.retry;
        lane.steps++;
        const leadsBack = STARTS[index] === "edge" && leadsInside(search, lane.steps);
        const isElsewhere = !leadsBack && !isAt(search, known);
        if (isElsewhere && lane.steps < MOST_STRIDES) continue;
        lanes[l] = undefined;
        this.ended(lane.retry, isElsewhere);
      }
    }
  }
}
