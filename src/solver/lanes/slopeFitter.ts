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
import {
  isDoubtful,
  levelsWithInformation,
  levelsWithResiduals,
  type Retry,
  SHORT_OF_FLOAT32,
  StridingRetries,
  searchAgain,
  startsAfter,
} from "./slopeRetries.js";
import { type OpenSearch, SlopeRounds } from "./slopeRounds.js";
import { SlopeSearch } from "./slopeSearch.js";
import { SlopeStart } from "./slopeStart.js";
import { type SavedVertex, saveVertex, saveVertices } from "./slopeVertex.js";

/**
 * Newton steps in float32 before the first evaluation in float64. What they know of the Hessian only on average has the
 * size of p/n: with many images three bring D where it is certified at once; with few, six do at nine vertices of ten.
 */
const STRIDES = { few: 6, many: 3 };
/** There are few images where there are fewer than this for each column of X. */
const FEW_IMAGES = 100;
/** With more vertices than this to start from, their median becomes the reference. */
const FEWEST_PILOTS = 8;

/**
 * Fits vertices of a design with two random effects, many at a time in SIMD lanes. What a vertex gets does not
 * depend on the vertices beside it. Vertices that end without a certificate are handed back.
 */
export class SlopeFitter {
  private readonly memory: SlopeMemory;
  private readonly reduction: SlopeReduction;
  private readonly start: SlopeStart;
  private readonly writer: SlopeEstimateWriter;
  /** Searches of vertices with every image, and of those that miss some, which go on in float64. */
  private readonly whole: SlopeRounds;
  private readonly ring: SlopeRounds;
  /** Repeated searches of vertices that may have a better optimum. */
  private readonly retries: StridingRetries;
  /** Levels of the design that carry Z. */
  private readonly levelsThatCount: number;
  /** Where the vertices under way go. */
  private estimates: Estimates | undefined;
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
    this.levelsThatCount = levelsWithInformation(design.G);
    this.writer = new SlopeEstimateWriter(this.memory, model, information);
    this.outcomes = new SlopeOutcomes(this.writer, design.levels);
    const { largestD } = terms;
    const rounds = (own: boolean, largest: number) =>
      new SlopeRounds(this.memory, this.reduction, this.writer, own, (open, lane) =>
        this.end(open, lane, own, largest),
      );
    this.whole = rounds(false, largestD);
    // X'V⁻¹X is summed for the vertex itself in the end, whatever D is.
    this.ring = rounds(true, Number.POSITIVE_INFINITY);
    this.retries = new StridingRetries(this.memory, (retry, isElsewhere) => this.goOn(retry, isElsewhere));
  }

  /** Makes a vech(D), in the model's coordinates, what every start is one step from. */
  setReference(D: Float64Array): void {
    this.start.setReference(D);
  }

  /** The median of vech(D) over some whole vertices, as a reference; undefined where too few of them settle. */
  pilot(images: ImageBlocks, columns: Int32Array): Float64Array | undefined {
    const found: (readonly number[])[] = [];
    const rounds = new SlopeRounds(this.memory, this.reduction, this.writer, false, ({ search }) => {
      if (search.ended === "certified") found.push(search.moved);
    });
    this.reduceInto(rounds, images, columns, columns, false);
    rounds.run(true);
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
    given?: GivenSums,
  ): void {
    this.outcomes.afterVertices = afterVertices;
    this.estimates = estimates;
    for (const [from, to] of runsInBlocks(columns, 2 * LANES)) {
      this.fitTogether(images, columns.subarray(from, to), rows.subarray(from, to), estimates, given);
      this.retries.run(false);
      this.whole.run(false);
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
    this.estimates = estimates;
    this.reduceInto(this.ring, images, columns, rows, true);
  }

  /** Ends what is still open; returns the rows that ended without a certificate. */
  finish(_estimates?: Estimates): number[] {
    do {
      this.retries.run(true);
      this.whole.run(true);
      this.ring.run(true);
    } while (this.retries.count + this.whole.waiting + this.ring.waiting > 0);
    return this.outcomes.takeLeft();
  }

  /** Reduces vertices, 8 at a time, and begins their searches in float64. */
  private reduceInto(
    rounds: SlopeRounds,
    images: ImageBlocks,
    columns: Int32Array,
    rows: Int32Array,
    own: boolean,
  ): void {
    for (let from = 0; from < columns.length; from += LANES) {
      const part = columns.subarray(from, from + LANES);
      const reduced = this.reduction.reduce(images, part, own, 0);
      const searches = this.searchesFrom(reduced);
      const saved = saveVertices(this.memory, rows.subarray(from, from + part.length), reduced, own);
      saved.forEach((vertex, l) => {
        rounds.add(vertex, searches[l]);
      });
      rounds.run(false);
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
    const strides = design.n < FEW_IMAGES * design.p ? STRIDES.few : STRIDES.many;
    for (let k = 0; k < strides; k++) stride(memory, searches, ee);
    for (const half of [0, 1] as const) {
      const own = searches.slice(half * LANES, (half + 1) * LANES);
      const count = Math.min(LANES, columns.length - half * LANES);
      if (count <= 0) break;
      evaluate(memory, this.reduction, own, half, reduced[half].ee, { own: false, whole: true });
      for (let l = 0; l < count; l++) {
        if (hasNothingLeft(reduced[half], l)) own[l].ended = "constant";
        else own[l].certify();
      }
      this.writer.prepare(own);
      for (let l = 0; l < count; l++) {
        const row = rows[half * LANES + l];
        const save = () => saveVertex(memory, row, reduced[half], l, { half, own: false });
        if (own[l].ended === undefined) this.whole.add(save(), own[l]);
        else {
          const ended = { search: own[l], row, lane: l, reduced: reduced[half], reducedLane: l };
          if (this.outcomes.end(ended, estimates, this.terms.largestD)) this.doubt(own[l], save, false);
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
      const sum = given === undefined ? ee[l] : reduced[l < LANES ? 0 : 1].ee[l % LANES];
      const D = this.start.from("float32", [form(0), form(1), form(2), form(3)], sum);
      return new SlopeSearch(D, design.n - design.p);
    });
  }

  /** A search in float64 has ended. */
  private end({ vertex, search, retry }: OpenSearch, lane: number, own: boolean, largestD: number): void {
    const { estimates, outcomes } = this;
    if (estimates === undefined) return;
    const { row, reduced, lane: reducedLane } = vertex;
    const ended = { search, row, lane, reduced, reducedLane };
    if (retry !== undefined) outcomes.endRetry(ended, retry, estimates, largestD);
    else if (outcomes.end(ended, estimates, largestD)) this.doubt(search, () => vertex, own);
  }

  /** A repeated search has had its steps in float32: what it made of D is a start, and in float64 it begins anew. */
  private goOn({ vertex, search, known, index }: Retry, isElsewhere: boolean): void {
    if (!isElsewhere) {
      if (this.estimates !== undefined) this.estimates.evaluations[vertex.row] += search.evaluations;
      return;
    }
    const anew = new SlopeSearch(search.point.covariance, search.degrees);
    anew.evaluations = search.evaluations;
    this.whole.add(vertex, anew, { known, index });
  }

  /** Sets a vertex with a certified optimum aside for searches from other starts, where it may have another one. */
  private doubt(search: SlopeSearch, vertex: () => SavedVertex, own: boolean): void {
    if (!isDoubtful(search)) return;
    const { levels } = this.memory.design;
    this.outcomes.searchedAgain++;
    const saved = vertex();
    const known = { f: search.f - search.decrement, D: search.moved };
    const count = Math.min(this.levelsThatCount, levelsWithResiduals(saved.z));
    for (const index of startsAfter(search, count)) {
      const again = searchAgain(index, known, search.degrees);
      if (own) this.ring.add(saved, again, { known, index });
      else if (levels < SHORT_OF_FLOAT32) this.whole.add(saved, again, { known, index });
      else this.retries.add({ vertex: saved, search: again, known, index });
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
}

/** Whether the images' residuals are what rounding leaves behind. */
function hasNothingLeft(reduced: Reduction, lane: number): boolean {
  return !(reduced.ee[lane] > NOTHING_LEFT * reduced.yy[lane]);
}
