import { type ImageBlocks, runsInBlocks } from "../../images/blocks.js";
import type { LevelDesign } from "../../model/levelDesign.js";
import type { LevelTerms } from "../../model/levelTerms.js";
import type { Model } from "../../model/model.js";
import type { Estimates } from "../estimates.js";
import { NOTHING_LEFT } from "../fitVertices.js";
import type { GivenSums } from "./givenSums.js";
import { LANES } from "./kernel.js";
import { SlopeEstimateWriter } from "./slopeEstimate.js";
import { evaluate, stride } from "./slopeEvaluation.js";
import { SlopeMemory } from "./slopeMemory.js";
import { SlopeOutcomes } from "./slopeOutcomes.js";
import { type Reduction, SlopeReduction } from "./slopeReduction.js";
import { FEW_LEVELS, isAt, type Retry, searchAgain, startsAfter, strideRetries } from "./slopeRetries.js";
import { fitRingTogether } from "./slopeRing.js";
import { searchTogether, type Together } from "./slopeRounds.js";
import { SlopeSearch } from "./slopeSearch.js";
import { SlopeStart } from "./slopeStart.js";
import { loadVertex, type SavedVertex, saveVertex } from "./slopeVertex.js";

/** Newton steps in float32 before the first evaluation in float64. */
const STRIDES = 3;
/** With more vertices than this to start from, their median becomes the reference. */
const FEWEST_PILOTS = 8;

/** A vertex whose search goes on in float64; `retry` where it has an optimum already. */
interface Open {
  readonly vertex: SavedVertex;
  readonly search: SlopeSearch;
  readonly retry: Pick<Retry, "known" | "index"> | undefined;
}

/**
 * Fits vertices of a design with two random effects, many at a time in SIMD lanes. What a vertex gets does not
 * depend on the vertices beside it. Vertices that end without a certificate are handed back.
 */
export class SlopeFitter {
  private readonly memory: SlopeMemory;
  private readonly reduction: SlopeReduction;
  private readonly start: SlopeStart;
  private readonly writer: SlopeEstimateWriter;
  private waiting: Open[] = [];
  /** Repeated searches of vertices that may have a better optimum. */
  private retries: Retry[] = [];
  readonly outcomes: SlopeOutcomes;

  constructor(
    model: Model,
    design: LevelDesign,
    private readonly terms: LevelTerms,
    information: "observed" | "expected",
  ) {
    this.memory = new SlopeMemory(design, terms);
    this.reduction = new SlopeReduction(this.memory);
    this.start = new SlopeStart(this.memory);
    this.writer = new SlopeEstimateWriter(this.memory, model, information);
    this.outcomes = new SlopeOutcomes(this.writer, design.levels);
  }

  /** Makes a vech(D), in the model's coordinates, what every start is one step from. */
  setReference(D: Float64Array): void {
    this.start.setReference(D);
  }

  /** The median of vech(D) over some whole vertices, as a reference; undefined where too few of them settle. */
  pilot(images: ImageBlocks, columns: Int32Array): Float64Array | undefined {
    const found: (readonly number[])[] = [];
    for (let from = 0; from < columns.length; from += LANES) {
      const part = columns.subarray(from, from + LANES);
      const reduced = this.reduction.reduce(images, part, false, 0);
      const searches = this.searchesFrom(reduced);
      const ended = (l: number) => {
        if (searches[l].ended === "certified") found.push(searches[l].moved);
      };
      this.search({ searches, count: part.length, ee: reduced.ee, own: false, ended });
    }
    if (found.length < FEWEST_PILOTS) return undefined;
    return Float64Array.from([0, 1, 2], (k) => {
      const values = found.map((D) => D[k]).sort((a, b) => a - b);
      return values[values.length >> 1];
    });
  }

  /** Fits vertices with every image: 16 at a time, in float32 until they are near; from what is given, if anything is. */
  fitWhole(
    images: ImageBlocks,
    columns: Int32Array,
    rows: Int32Array,
    estimates: Estimates,
    afterVertices?: (count: number) => void,
    given?: GivenSums,
  ): void {
    this.outcomes.afterVertices = afterVertices;
    for (const [from, to] of runsInBlocks(columns, 2 * LANES)) {
      this.fitTogether(images, columns.subarray(from, to), rows.subarray(from, to), estimates, given);
      this.goOn(LANES, estimates);
    }
  }

  /** Fits vertices some of whose images are missing, 8 at a time in float64, any mixture of missing images. */
  fitRing(
    images: ImageBlocks,
    columns: Int32Array,
    rows: Int32Array,
    estimates: Estimates,
    afterVertices?: (count: number) => void,
  ): void {
    this.outcomes.afterVertices = afterVertices;
    for (let from = 0; from < columns.length; from += LANES) {
      const part = columns.subarray(from, from + LANES);
      const reduced = this.reduction.reduce(images, part, true, 0);
      const searches = this.searchesFrom(reduced);
      const of = rows.subarray(from, from + LANES);
      const { levels } = this.memory.design;
      const search = (together: Together) => this.search(together);
      fitRingTogether(searches, reduced, of, estimates, { levels, outcomes: this.outcomes, search });
    }
  }

  /** Ends what is still open; returns the rows that ended without a certificate. */
  finish(estimates: Estimates): number[] {
    while (this.waiting.length + this.retries.length > 0) this.goOn(1, estimates);
    return this.outcomes.takeLeft();
  }

  /** Goes on with what is set aside, in groups that are full, or have at least so many. */
  private goOn(atLeast: number, estimates: Estimates): void {
    while (this.waiting.length >= atLeast) this.settle(this.waiting.splice(0, LANES), estimates);
    while (this.retries.length >= Math.min(2 * LANES, 2 * atLeast - 1)) {
      const group = this.retries.splice(0, 2 * LANES);
      const isFew = this.memory.design.levels < FEW_LEVELS;
      const elsewhere = new Set(isFew ? group : strideRetries(this.memory, group));
      for (const retry of group) {
        const { vertex, search } = retry;
        if (!elsewhere.has(retry)) {
          estimates.evaluations[vertex.row] += search.evaluations;
          continue;
        }
        // What float32 made of D is a start: in float64 the search begins anew.
        const anew = isFew ? search : new SlopeSearch(search.point.covariance, search.degrees);
        anew.evaluations = search.evaluations;
        this.waiting.push({ vertex, search: anew, retry });
      }
    }
  }

  private fitTogether(
    images: ImageBlocks,
    columns: Int32Array,
    rows: Int32Array,
    estimates: Estimates,
    given: GivenSums | undefined,
  ): void {
    const { memory } = this;
    const { kernel, f64, design, z, xe, scale } = memory;
    const last = columns.length - 1;
    const second = columns.length > LANES ? columns.subarray(LANES) : columns.subarray(last);
    const reduced = [
      this.reduction.reduce(images, columns.subarray(0, LANES), false, 0, given),
      this.reduction.reduce(images, second, false, 1, given),
    ] as const;
    // float32 holds images of any magnitude once their residuals have unit variance.
    const ee = new Float64Array(2 * LANES);
    for (const half of [0, 1] as const) {
      for (let l = 0; l < LANES; l++) {
        const sum = reduced[half].ee[l];
        f64[scale[half] / 8 + l] = sum > 0 ? Math.sqrt(design.n / sum) : 0;
        ee[half * LANES + l] = design.n;
      }
    }
    kernel.narrow(2 * design.levels, z[0], z[1], scale[0], scale[1], memory.z32);
    kernel.narrow(design.p, xe[0], xe[1], scale[0], scale[1], memory.xe32);
    const searches = this.startsOf(columns, reduced, ee, given?.forms);
    for (let k = 0; k < STRIDES; k++) stride(memory, searches, ee);
    for (const half of [0, 1] as const) {
      const own = searches.slice(half * LANES, (half + 1) * LANES);
      const count = Math.min(LANES, columns.length - half * LANES);
      if (count <= 0) break;
      evaluate(memory, this.reduction, own, half, reduced[half].ee, { own: false, whole: true });
      let prepared = false;
      for (let l = 0; l < count; l++) {
        const row = rows[half * LANES + l];
        if (hasNothingLeft(reduced[half], l)) own[l].ended = "constant";
        else own[l].certify();
        const save = () => saveVertex(memory, row, reduced[half], l, half);
        if (own[l].ended === undefined) {
          this.waiting.push({ vertex: save(), search: own[l], retry: undefined });
        } else {
          if (!prepared && own[l].ended === "certified") this.writer.prepare();
          prepared ||= own[l].ended === "certified";
          const ended = { search: own[l], row, lane: l, reduced: reduced[half], reducedLane: l };
          if (this.outcomes.end(ended, estimates, this.terms.largestD)) this.doubt(own[l], save);
        }
      }
    }
  }

  /** Where 16 vertices begin: one step from the reference, by the forms that are given, or else made here. */
  private startsOf(
    columns: Int32Array,
    reduced: readonly [Reduction, Reduction],
    ee: Float64Array,
    given: Float64Array | undefined,
  ): SlopeSearch[] {
    const { kernel, f32, design, moments, momentWeights32, z32 } = this.memory;
    if (given === undefined) kernel.moments32(design.levels, momentWeights32, z32, moments);
    const last = columns.length - 1;
    return Array.from({ length: 2 * LANES }, (_, l) => {
      const form = (k: number) =>
        given === undefined
          ? f32[moments / 4 + k * 2 * LANES + l]
          : given[4 * columns[Math.min(l, last)] + k];
      // Given forms are in the unit of the images.
      const sum = given === undefined ? ee[l] : reduced[l < LANES ? 0 : 1].rss[l % LANES];
      const D = this.start.from("float32", [form(0), form(1), form(2), form(3)], sum);
      return new SlopeSearch(D, design.n - design.p);
    });
  }

  /** Goes on with up to 8 open searches in float64. */
  private settle(open: readonly Open[], estimates: Estimates): void {
    const { memory } = this;
    const { n, p } = memory.design;
    const ee = new Float64Array(LANES);
    const searches: SlopeSearch[] = [];
    for (let l = 0; l < LANES; l++) {
      const { vertex, search } = open[Math.min(l, open.length - 1)];
      loadVertex(memory, vertex, l);
      ee[l] = vertex.reduced.ee[vertex.lane];
      searches.push(l < open.length ? search : new SlopeSearch([1, 0, 1], n - p));
    }
    const isKnown = (l: number) => {
      const { retry, search } = open[l];
      return retry !== undefined && isAt(search, retry.known);
    };
    const ended = (l: number) => {
      const { vertex, search, retry } = open[l];
      const { row, reduced, lane: reducedLane } = vertex;
      const end = { search, row, lane: l, reduced, reducedLane };
      const { largestD } = this.terms;
      if (retry !== undefined) this.outcomes.endRetry(end, retry, estimates, largestD);
      else if (this.outcomes.end(end, estimates, largestD)) this.doubt(search, () => vertex);
    };
    this.search({ searches, count: open.length, ee, own: false, ended, isKnown });
  }

  /** Sets a vertex with a certified optimum aside for searches from other starts, where it may have another one. */
  private doubt(search: SlopeSearch, vertex: () => SavedVertex): void {
    const starts = startsAfter(search, this.memory.design.levels);
    if (starts.length === 0) return;
    this.outcomes.searchedAgain++;
    const saved = vertex();
    const known = { f: search.f - search.decrement, D: search.moved };
    for (const index of starts) {
      const again = searchAgain(index, known, search.degrees);
      this.retries.push({ vertex: saved, search: again, known, index });
    }
  }

  private searchesFrom(reduced: Reduction): SlopeSearch[] {
    const { memory, start } = this;
    const { kernel, f64, design, moments } = memory;
    kernel.moments(design.levels, memory.momentWeights, memory.z[0], moments);
    const form = (k: number, l: number) => f64[moments / 8 + k * LANES + l];
    return Array.from({ length: LANES }, (_, l) => {
      const D = start.from("float64", [form(0, l), form(1, l), form(2, l), form(3, l)], reduced.ee[l]);
      const search = new SlopeSearch(D, reduced.present[l] - design.p);
      if (hasNothingLeft(reduced, l)) search.ended = "constant";
      return search;
    });
  }

  private search(together: Together): void {
    searchTogether(this.memory, this.reduction, this.writer, together);
  }
}

/** Whether the images' residuals are what rounding leaves behind. */
function hasNothingLeft(reduced: Reduction, lane: number): boolean {
  return !(reduced.ee[lane] > NOTHING_LEFT * reduced.yy[lane]);
}
