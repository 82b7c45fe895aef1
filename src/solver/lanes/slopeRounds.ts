import { LANES } from "./kernel.js";
import type { SlopeEstimateWriter } from "./slopeEstimate.js";
import { evaluate } from "./slopeEvaluation.js";
import type { SlopeMemory } from "./slopeMemory.js";
import type { SlopeReduction } from "./slopeReduction.js";
import { isAt, type Retry } from "./slopeRetries.js";
import { SlopeSearch } from "./slopeSearch.js";
import { loadVertex, type SavedVertex } from "./slopeVertex.js";

/** Evaluations of a vertex here, at most. */
const MOST_ROUNDS = 200;
/** Searches wait until there are so many: bringing a vertex into a lane costs a third of an evaluation. */
const ENOUGH = 4 * LANES;

/** A search that goes on in float64. */
export interface OpenSearch {
  readonly vertex: SavedVertex;
  readonly search: SlopeSearch;
  /** The optimum that the vertex has already, close to which the search is given up, and which start this is. */
  readonly retry: Pick<Retry, "known" | "index"> | undefined;
  rounds: number;
}

/**
 * Takes searches to their ends in float64, 8 at a time. As soon as one ends, its lane is given to the next: a vertex
 * that needs twenty evaluations does not keep seven idle ones waiting. Searches that are far from an optimum and those
 * that may be certified are evaluated apart, since the latter want the whole Hessian.
 */
export class SlopeRounds {
  private readonly searching: OpenSearch[] = [];
  private readonly settling: OpenSearch[] = [];
  private readonly idle: SlopeSearch;

  /**
   * @param own the vertices have G of their own: images may be missing.
   * @param ended hears of each search once, right after its last evaluation, which lies in that lane.
   */
  constructor(
    private readonly memory: SlopeMemory,
    private readonly reduction: SlopeReduction,
    private readonly writer: SlopeEstimateWriter,
    private readonly own: boolean,
    private readonly ended: (open: OpenSearch, lane: number) => void,
  ) {
    this.idle = new SlopeSearch([1, 0, 1], memory.design.n - memory.design.p);
  }

  add(vertex: SavedVertex, search: SlopeSearch, retry?: Pick<Retry, "known" | "index">): void {
    const open = { vertex, search, retry, rounds: 0 };
    if (search.ended !== undefined) this.ended(open, 0);
    else if (this.isGivenUp(open)) this.giveUp(open, 0);
    else (search.searching ? this.searching : this.settling).push(open);
  }

  /** Searches that wait. */
  get waiting(): number {
    return this.searching.length + this.settling.length;
  }

  /** Once enough searches wait, goes on while there are some for every lane; with `all`, until none is left. */
  run(all: boolean): void {
    do {
      this.fill(this.searching, false, all);
      this.fill(this.settling, true, all);
    } while (all && this.waiting > 0);
  }

  private fill(queue: OpenSearch[], whole: boolean, all: boolean): void {
    const { memory, own } = this;
    if (queue.length < (all ? 1 : ENOUGH)) return;
    const lanes: (OpenSearch | undefined)[] = new Array(LANES).fill(undefined);
    const searches: SlopeSearch[] = new Array(LANES).fill(this.idle);
    const ee = new Float64Array(LANES).fill(1);
    for (;;) {
      for (let l = 0; l < LANES; l++) {
        if (lanes[l] !== undefined) continue;
        const next = queue.shift();
        lanes[l] = next;
        searches[l] = next?.search ?? this.idle;
        if (next === undefined) continue;
        loadVertex(memory, next.vertex, l);
        ee[l] = next.vertex.reduced.ee[next.vertex.lane];
      }
      const open = lanes.filter((one) => one !== undefined);
      if (open.length === 0) return;
      if (open.length < LANES && !all) {
        queue.push(...open);
        return;
      }
      if (whole && own) {
        // The borrowed cross-product has served: from here on only f of the vertex's own counts.
        for (const { search } of open) if (!search.isCertifying) search.forgetBest();
      }
      evaluate(memory, this.reduction, searches, 0, ee, { own, whole });
      for (const one of open) {
        one.rounds++;
        if (whole) one.search.certify();
        else one.search.consume();
        if (own && whole) one.search.searching = false;
      }
      this.writer.prepare(searches);
      for (let l = 0; l < LANES; l++) {
        const one = lanes[l];
        if (one === undefined) continue;
        const { search } = one;
        if (search.ended !== undefined) this.ended(one, l);
        else if (this.isGivenUp(one)) this.giveUp(one, l);
        else if (search.searching === whole) (whole ? this.searching : this.settling).push(one);
        else continue;
        lanes[l] = undefined;
      }
    }
  }

  private isGivenUp({ search, retry, rounds }: OpenSearch): boolean {
    return rounds >= MOST_ROUNDS || (retry !== undefined && isAt(search, retry.known));
  }

  private giveUp(open: OpenSearch, lane: number): void {
    open.search.ended = "left";
    this.ended(open, lane);
  }
}
