import { BLOCK_VERTICES, type ImageBlocks } from "../../images/blocks.js";
import type { LevelDesign } from "../../model/levelDesign.js";
import type { LevelTerms } from "../../model/levelTerms.js";
import type { Model } from "../../model/model.js";
import type { Estimates } from "../estimates.js";
import { NOTHING_LEFT } from "../fitVertices.js";
import { LANES } from "./kernel.js";
import { SlopeEstimateWriter } from "./slopeEstimate.js";
import { evaluate, stride } from "./slopeEvaluation.js";
import { SlopeMemory } from "./slopeMemory.js";
import { largestEigenvalue } from "./slopePoint.js";
import { type Reduction, SlopeReduction } from "./slopeReduction.js";
import { SlopeSearch } from "./slopeSearch.js";
import { SlopeStart } from "./slopeStart.js";

/** Newton steps in float32 before the first evaluation in float64. */
const STRIDES = 3;
/** Rounds of 8 vertices in float64, at most. */
const MOST_ROUNDS = 80;
/** With more vertices than this to start from, their median becomes the reference. */
const FEWEST_PILOTS = 8;

/** A vertex whose search goes on in float64, with what its images were reduced to. */
interface Open {
  readonly row: number;
  readonly search: SlopeSearch;
  readonly reduced: Reduction;
  readonly lane: number;
  readonly z: Float64Array;
  readonly xe: Float64Array;
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
  /** Rows handed back since the last call of `finish`. */
  private left: number[] = [];
  private afterVertices: ((count: number) => void) | undefined;

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
      this.search(searches, part.length, reduced.ee, false, (l) => {
        if (searches[l].ended === "certified") found.push(searches[l].moved);
      });
    }
    if (found.length < FEWEST_PILOTS) return undefined;
    return Float64Array.from([0, 1, 2], (k) => {
      const values = found.map((D) => D[k]).sort((a, b) => a - b);
      return values[values.length >> 1];
    });
  }

  /** Fits vertices with every image: 16 at a time, in float32 until they are near. */
  fitWhole(
    images: ImageBlocks,
    columns: Int32Array,
    rows: Int32Array,
    estimates: Estimates,
    afterVertices?: (count: number) => void,
  ): void {
    this.afterVertices = afterVertices;
    for (let from = 0, to = 0; from < columns.length; from = to) {
      // Vertices of one block of the images: 16 of them, or what is left there.
      const block = Math.floor(columns[from] / BLOCK_VERTICES);
      for (to = from + 1; to < columns.length && to < from + 2 * LANES; to++) {
        if (Math.floor(columns[to] / BLOCK_VERTICES) !== block) break;
      }
      this.fitTogether(images, columns.subarray(from, to), rows.subarray(from, to), estimates);
      while (this.waiting.length >= LANES) this.settle(this.waiting.splice(0, LANES), estimates);
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
    this.afterVertices = afterVertices;
    for (let from = 0; from < columns.length; from += LANES) {
      const part = columns.subarray(from, from + LANES);
      const reduced = this.reduction.reduce(images, part, true, 0);
      const searches = this.searchesFrom(reduced);
      this.search(searches, part.length, reduced.ee, true, (l) => {
        this.end(searches[l], rows[from + l], l, reduced, l, estimates, Number.POSITIVE_INFINITY);
      });
    }
  }

  /** Ends what is still open; returns the rows that ended without a certificate. */
  finish(estimates: Estimates): number[] {
    while (this.waiting.length > 0) this.settle(this.waiting.splice(0, LANES), estimates);
    const left = this.left;
    this.left = [];
    return left;
  }

  private fitTogether(
    images: ImageBlocks,
    columns: Int32Array,
    rows: Int32Array,
    estimates: Estimates,
  ): void {
    const { memory, start } = this;
    const { kernel, f32, f64, design, z, xe, scale, moments } = memory;
    const last = columns.length - 1;
    const second = columns.length > LANES ? columns.subarray(LANES) : columns.subarray(last);
    const reduced = [
      this.reduction.reduce(images, columns.subarray(0, LANES), false, 0),
      this.reduction.reduce(images, second, false, 1),
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
    kernel.moments32(design.levels, memory.momentWeights32, memory.z32, moments);
    const form = (k: number, l: number) => f32[moments / 4 + k * 2 * LANES + l];
    const searches = Array.from({ length: 2 * LANES }, (_, l) => {
      const D = start.from([form(0, l), form(1, l), form(2, l), form(3, l)], ee[l]);
      return new SlopeSearch(D, design.n - design.p);
    });
    for (let k = 0; k < STRIDES; k++) stride(memory, searches, ee);
    for (const half of [0, 1] as const) {
      const own = searches.slice(half * LANES, (half + 1) * LANES);
      const count = Math.min(LANES, columns.length - half * LANES);
      if (count <= 0) break;
      evaluate(memory, this.reduction, own, half, reduced[half].ee, { own: false, whole: true });
      let prepared = false;
      for (let l = 0; l < count; l++) {
        const row = rows[half * LANES + l];
        if (this.hasNothingLeft(reduced[half], l)) {
          this.afterVertices?.(1);
          continue;
        }
        own[l].certify();
        if (own[l].ended === undefined) this.wait(row, own[l], reduced[half], l, half);
        else {
          if (!prepared && own[l].ended === "certified") this.writer.prepare();
          prepared ||= own[l].ended === "certified";
          this.end(own[l], row, l, reduced[half], l, estimates);
        }
      }
    }
  }

  private wait(row: number, search: SlopeSearch, reduced: Reduction, lane: number, half: 0 | 1): void {
    const { memory } = this;
    const { p, levels } = memory.design;
    const z = new Float64Array(2 * levels);
    const xe = new Float64Array(p);
    for (let k = 0; k < z.length; k++) z[k] = memory.f64[memory.z[half] / 8 + k * LANES + lane];
    for (let k = 0; k < p; k++) xe[k] = memory.f64[memory.xe[half] / 8 + k * LANES + lane];
    this.waiting.push({ row, search, reduced, lane, z, xe });
  }

  /** Goes on with up to 8 open searches in float64. */
  private settle(open: readonly Open[], estimates: Estimates): void {
    const { memory } = this;
    const { f64, design, z, xe } = memory;
    const ee = new Float64Array(LANES);
    const searches: SlopeSearch[] = [];
    for (let l = 0; l < LANES; l++) {
      const one = open[Math.min(l, open.length - 1)];
      for (let k = 0; k < one.z.length; k++) f64[z[0] / 8 + k * LANES + l] = one.z[k];
      for (let k = 0; k < one.xe.length; k++) f64[xe[0] / 8 + k * LANES + l] = one.xe[k];
      ee[l] = one.reduced.ee[one.lane];
      searches.push(l < open.length ? one.search : new SlopeSearch([0.3, 0, 0.3], design.n - design.p));
    }
    this.search(searches, open.length, ee, false, (l) => {
      this.end(searches[l], open[l].row, l, open[l].reduced, open[l].lane, estimates);
    });
  }

  private searchesFrom(reduced: Reduction): SlopeSearch[] {
    const { memory, start } = this;
    const { kernel, f64, design, moments } = memory;
    kernel.moments(design.levels, memory.momentWeights, memory.z[0], moments);
    const form = (k: number, l: number) => f64[moments / 8 + k * LANES + l];
    return Array.from({ length: LANES }, (_, l) => {
      const D = start.from([form(0, l), form(1, l), form(2, l), form(3, l)], reduced.ee[l]);
      const search = new SlopeSearch(D, reduced.present[l] - design.p);
      if (this.hasNothingLeft(reduced, l)) search.ended = "constant";
      return search;
    });
  }

  /** Searches from where each of 8 vertices is until all have ended; `ended` hears of each once, at its last evaluation. */
  private search(
    searches: readonly SlopeSearch[],
    count: number,
    ee: Float64Array,
    own: boolean,
    ended: (lane: number) => void,
  ): void {
    const { memory, reduction } = this;
    const used = searches.slice(0, count);
    const open = () => used.filter((search) => search.ended === undefined);
    used.forEach((search, l) => {
      if (search.ended !== undefined) ended(l);
    });
    for (let round = 0; round < MOST_ROUNDS && open().length > 0; round++) {
      if (open().some((search) => search.searching)) {
        evaluate(memory, reduction, searches, 0, ee, { own, whole: false });
        for (const search of open()) search.consume();
        continue;
      }
      // The borrowed cross-product has served: from here on only f of the vertex's own counts.
      if (own) for (const search of open()) if (!search.isCertifying) search.forgetBest();
      evaluate(memory, reduction, searches, 0, ee, { own, whole: true });
      let prepared = false;
      used.forEach((search, l) => {
        if (search.ended !== undefined) return;
        search.certify();
        if (own) search.searching = false;
        if (search.ended === undefined) return;
        if (!prepared && search.ended === "certified") this.writer.prepare();
        prepared ||= search.ended === "certified";
        ended(l);
      });
    }
    used.forEach((search, l) => {
      if (search.ended !== undefined) return;
      search.ended = "left";
      ended(l);
    });
  }

  private hasNothingLeft(reduced: Reduction, lane: number): boolean {
    return !(reduced.ee[lane] > NOTHING_LEFT * reduced.yy[lane]);
  }

  private end(
    search: SlopeSearch,
    row: number,
    lane: number,
    reduced: Reduction,
    of: number,
    estimates: Estimates,
    largestD = this.terms.largestD,
  ): void {
    if (search.ended === "constant") {
      this.afterVertices?.(1);
      return;
    }
    const beyond = largestEigenvalue(search.moved) > largestD;
    if (search.ended === "certified" && !beyond) {
      this.writer.write(estimates, row, lane, search, reduced, of);
      this.afterVertices?.(1);
    } else this.left.push(row);
  }
}
