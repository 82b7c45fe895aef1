import type { Estimates } from "../estimates.js";
import type { InterceptEstimateWriter } from "./interceptEstimate.js";
import { evaluateIntercepts, type InterceptPoint } from "./interceptEvaluation.js";
import type { InterceptMemory } from "./interceptMemory.js";
import type { InterceptOptimum, InterceptQuestion, InterceptSearch } from "./interceptSearch.js";
import { type InterceptVertex, loadIntercept } from "./interceptVertex.js";
import { LANES } from "./kernel.js";

/** A vertex under way, and where its f is wanted next; undefined once its search has ended. */
interface OpenIntercept {
  readonly vertex: InterceptVertex;
  readonly search: InterceptSearch<InterceptOptimum>;
  next: InterceptQuestion | undefined;
  evaluations: number;
}

/** So many searches wait before they go on: bringing a vertex into a lane costs something. */
const ENOUGH = 4 * LANES;

/** Hears of a search that has ended: with its optimum, or without one that is certified. */
export type InterceptEnded = (
  vertex: InterceptVertex,
  evaluations: number,
  found: InterceptOptimum | undefined,
) => void;

/**
 * Takes the searches of vertices with every image on, 8 at a time: a lane that is free goes to the next one, so that
 * none waits for the longest of its neighbors. Those that find their way and those that are certified go separately.
 */
export class InterceptRounds {
  private readonly searching: OpenIntercept[] = [];
  private readonly settling: OpenIntercept[] = [];
  private readonly d = new Float64Array(LANES);
  private readonly sums: {
    readonly own: false;
    readonly patterns: number;
    readonly n: Float64Array;
    readonly within: Float64Array;
  };

  constructor(
    private readonly memory: InterceptMemory,
    private readonly writer: InterceptEstimateWriter,
    private readonly ended: InterceptEnded,
  ) {
    const [n, within] = [new Float64Array(LANES), new Float64Array(LANES)];
    this.sums = { own: false, patterns: memory.intercepts.g.length, n, within };
  }

  /** Adds a vertex and its search, which wants f at `next`. */
  add(
    vertex: InterceptVertex,
    search: InterceptSearch<InterceptOptimum>,
    next: InterceptQuestion,
    evaluations: number,
  ): void {
    (next.whole ? this.settling : this.searching).push({ vertex, search, next, evaluations });
  }

  /** Goes on while there are enough searches for all lanes; with `all`, until none is left. */
  run(estimates: Estimates, all: boolean): void {
    do {
      this.go(this.searching, false, estimates, all);
      this.go(this.settling, true, estimates, all);
    } while (all && this.searching.length + this.settling.length > 0);
  }

  private go(queue: OpenIntercept[], whole: boolean, estimates: Estimates, all: boolean): void {
    const { memory, sums, d } = this;
    if (queue.length < (all ? 1 : ENOUGH)) return;
    memory.placeDesignPatterns();
    const lanes: (OpenIntercept | undefined)[] = new Array(LANES).fill(undefined);
    let at = 0;
    for (;;) {
      let count = 0;
      for (let l = 0; l < LANES; l++) {
        if (lanes[l] === undefined && at < queue.length) {
          const open = queue[at++];
          loadIntercept(memory, open.vertex, sums, l);
          lanes[l] = open;
        }
        const lane = lanes[l];
        d[l] = lane?.next?.d ?? 0;
        if (lane !== undefined) count++;
      }
      if (count === 0 || (count < LANES && !all)) {
        queue.splice(0, at, ...lanes.filter((lane) => lane !== undefined));
        return;
      }
      const points = evaluateIntercepts(memory, sums, d, whole);
      const optima: (InterceptOptimum | undefined)[] = new Array(LANES).fill(undefined);
      for (let l = 0; l < LANES; l++) {
        const one = lanes[l];
        if (one === undefined) continue;
        one.evaluations++;
        const { done, value } = one.search.next(points[l]);
        one.next = done ? undefined : value;
        if (done && isFound(value, points[l])) optima[l] = value;
      }
      this.writer.prepare(optima);
      for (let l = 0; l < LANES; l++) {
        const [one, optimum] = [lanes[l], optima[l]];
        if (one === undefined) continue;
        if (optimum !== undefined) {
          this.writer.write(estimates, one.vertex, l, { optimum, point: points[l] });
        }
        const { next } = one;
        if (next === undefined) this.ended(one.vertex, one.evaluations, optimum);
        else if (next.whole === whole) continue;
        else (next.whole ? this.settling : this.searching).push(one);
        lanes[l] = undefined;
      }
    }
  }
}

/** Whether a search ended with an optimum that can be kept. */
export function isFound(
  optimum: InterceptOptimum | undefined,
  point: InterceptPoint,
): optimum is InterceptOptimum {
  return optimum !== undefined && point.residual > 0;
}
