import { type ImageBlocks, runsInBlocks } from "../../images/blocks.js";
import type { InterceptDesign } from "../../model/interceptDesign.js";
import type { Model } from "../../model/model.js";
import type { Estimates } from "../estimates.js";
import { NOTHING_LEFT } from "../fitVertices.js";
import type { GivenSums } from "./givenSums.js";
import { InterceptEstimateWriter } from "./interceptEstimate.js";
import { evaluateIntercepts, type InterceptPoint } from "./interceptEvaluation.js";
import { InterceptMemory } from "./interceptMemory.js";
import { type InterceptProfile, InterceptProfiles } from "./interceptProfile.js";
import { InterceptReduction, type InterceptSums } from "./interceptReduction.js";
import { InterceptRounds, isFound } from "./interceptRounds.js";
import {
  type InterceptOptimum,
  type InterceptQuestion,
  type InterceptSearch,
  searchIntercept,
  startOfIntercept,
} from "./interceptSearch.js";
import { inLane, saveIntercept } from "./interceptVertex.js";
import { LANES } from "./kernel.js";

/** A lane whose vertex is searched, or was. */
interface Lane {
  readonly search: InterceptSearch<InterceptOptimum>;
  /** Where f is wanted next; undefined once the search is over. */
  next: InterceptQuestion | undefined;
  found: InterceptOptimum | undefined;
  evaluations: number;
}

/**
 * Fits vertices of a design with one random effect, 8 at a time in SIMD lanes. The images are reduced to sums by
 * pattern; the search for d then takes a few sums of p × p matrices, whatever the number of images. What a vertex gets
 * does not depend on the vertices beside it.
 */
export class InterceptFitter {
  /** Vertices searched from more than one start so far, and those of them at which another start ended higher. */
  readonly outcomes = { searchedAgain: 0, foundBetter: 0 };
  private readonly memory: InterceptMemory;
  private readonly reduction: InterceptReduction;
  private readonly writer: InterceptEstimateWriter;
  private readonly profiles: InterceptProfiles;
  private readonly rounds: InterceptRounds;
  private left: number[] = [];
  /** Where the vertices under way go, and who hears of them. */
  private estimates: Estimates | undefined;
  private afterVertices: ((count: number) => void) | undefined;

  constructor(
    private readonly model: Model,
    design: InterceptDesign,
    information: "observed" | "expected",
  ) {
    this.memory = new InterceptMemory(design);
    this.reduction = new InterceptReduction(this.memory);
    this.profiles = new InterceptProfiles(this.memory);
    this.writer = new InterceptEstimateWriter(this.memory, model, information);
    this.rounds = new InterceptRounds(this.memory, this.writer, ({ row }, evaluations, found) =>
      this.end(row, evaluations, found),
    );
  }

  /** Fits vertices with every image, from what is given, if anything is; the last of them end with `finish`. */
  fitWhole(
    images: ImageBlocks,
    columns: Int32Array,
    rows: Int32Array,
    estimates: Estimates,
    afterVertices?: (count: number) => void,
    given?: GivenSums,
  ): void {
    this.estimates = estimates;
    this.afterVertices = afterVertices;
    for (const [from, to] of runsInBlocks(columns, LANES)) {
      const sums = this.reduction.whole(images, columns.subarray(from, to), given);
      this.fitAlong(sums, rows.subarray(from, to), estimates);
      this.rounds.run(estimates, false);
    }
  }

  /** Fits vertices some of whose images are missing, any mixture of missing images. */
  fitRing(
    images: ImageBlocks,
    columns: Int32Array,
    rows: Int32Array,
    estimates: Estimates,
    afterVertices?: (count: number) => void,
  ): void {
    this.estimates = estimates;
    this.afterVertices = afterVertices;
    for (let from = 0; from < columns.length; from += LANES) {
      const part = columns.subarray(from, from + LANES);
      const sums = this.reduction.own(images, part);
      this.fitTogether(sums, rows.subarray(from, from + LANES), estimates);
    }
  }

  /** Ends what is still open; returns the rows that ended without a certificate. */
  finish(_estimates?: Estimates): number[] {
    if (this.estimates !== undefined) this.rounds.run(this.estimates, true);
    const { left } = this;
    this.left = [];
    return left;
  }

  /**
   * Vertices with every image find their way along their profiles, and are evaluated where they lie. Most are certified
   * then; the others go on in rounds.
   */
  private fitAlong(sums: InterceptSums, rows: Int32Array, estimates: Estimates): void {
    const { memory, rounds, writer } = this;
    const profiles = this.profiles.of(sums);
    const d = new Float64Array(LANES);
    const lanes = Array.from(rows, (_, l): Omit<Lane, "found"> | undefined => {
      if (hasNothingLeft(sums, l)) return undefined;
      const search = searchIntercept(this.startOf(sums, l));
      const next = questionAfter(search, profiles[l]);
      if (next?.whole) d[l] = next.d;
      return { search, next, evaluations: 0 };
    });
    const points = evaluateIntercepts(memory, sums, d, true);
    const optima = lanes.map((lane, l) => {
      if (!lane?.next?.whole) return undefined;
      lane.evaluations++;
      const { done, value } = lane.search.next(points[l]);
      lane.next = done ? undefined : value;
      return done && isFound(value, points[l]) ? value : undefined;
    });
    writer.prepare(optima);
    lanes.forEach((lane, l) => {
      const optimum = optima[l];
      if (lane === undefined) this.afterVertices?.(1);
      else if (lane.next !== undefined) {
        rounds.add(saveIntercept(memory, sums, l, rows[l]), lane.search, lane.next, lane.evaluations);
      } else {
        if (optimum !== undefined) {
          writer.write(estimates, inLane(sums, l, rows[l]), l, { optimum, point: points[l] });
        }
        this.end(rows[l], lane.evaluations, optimum);
      }
    });
  }

  /** Vertices that have patterns of their own stay in the lanes where these lie until the last of them is done. */
  private fitTogether(sums: InterceptSums, rows: Int32Array, estimates: Estimates): void {
    const { memory } = this;
    const d = new Float64Array(LANES);
    const lanes: (Lane | undefined)[] = Array.from(rows, (row, l) => {
      if (!sums.fits[l]) {
        this.end(row, 0, undefined);
        return undefined;
      }
      if (hasNothingLeft(sums, l)) {
        this.afterVertices?.(1);
        return undefined;
      }
      const search = searchIntercept(this.startOf(sums, l));
      const first = search.next();
      return { search, next: first.done ? undefined : first.value, found: undefined, evaluations: 0 };
    });
    let points: InterceptPoint[] = [];
    for (;;) {
      const open = lanes.filter((lane) => lane?.next !== undefined);
      if (open.length === 0) break;
      // Lanes that are to be certified wait for those that still search.
      const whole = open.every((lane) => lane?.next?.whole);
      lanes.forEach((lane, l) => {
        if (lane?.next !== undefined) d[l] = lane.next.d;
      });
      points = evaluateIntercepts(memory, sums, d, whole);
      lanes.forEach((lane, l) => {
        if (lane?.next === undefined || lane.next.whole !== whole) return;
        lane.evaluations++;
        const { done, value } = lane.search.next(points[l]);
        lane.next = done ? undefined : value;
        if (done && isFound(value, points[l])) lane.found = value;
      });
    }
    // The last evaluation was whole, with every lane where it ended.
    this.writer.prepare(lanes.map((lane) => lane?.found));
    lanes.forEach((lane, l) => {
      if (lane === undefined) return;
      const { found: optimum, evaluations } = lane;
      if (optimum !== undefined) {
        this.writer.write(estimates, inLane(sums, l, rows[l]), l, { optimum, point: points[l] });
      }
      this.end(rows[l], evaluations, optimum);
    });
  }

  /** The search of a vertex has ended: with its optimum, or without one that is certified. */
  private end(row: number, evaluations: number, found: InterceptOptimum | undefined): void {
    const { estimates, outcomes } = this;
    this.afterVertices?.(1);
    if (found === undefined || estimates === undefined) {
      this.left.push(row);
      return;
    }
    estimates.evaluations[row] += evaluations;
    if (found.isAgain) outcomes.searchedAgain++;
    if (found.isBetter) outcomes.foundBetter++;
  }

  private startOf(sums: InterceptSums, l: number): number {
    const { f64, slots } = this.memory;
    const lane = (at: number) => {
      const values: number[] = [];
      for (let t = 0; t < sums.patterns; t++) values.push(f64[at / 8 + t * LANES + l]);
      return values;
    };
    return startOfIntercept(
      {
        g: lane(slots.g),
        count: lane(slots.levels),
        c: lane(slots.c),
        within: sums.within[l],
        n: sums.n[l],
      },
      this.model.p,
    );
  }
}

/** Whether what is left of the images is what rounding leaves behind: nothing to fit. */
function hasNothingLeft(sums: InterceptSums, l: number): boolean {
  return !(sums.ee[l] > NOTHING_LEFT * sums.yy[l]);
}

/** What a search wants that its profile does not know; undefined where it ended without. */
function questionAfter(
  search: InterceptSearch<InterceptOptimum>,
  profile: InterceptProfile | undefined,
): InterceptQuestion | undefined {
  let step = search.next();
  while (!step.done && !step.value.whole) {
    const known = profile?.at(step.value.d);
    if (known === undefined) return step.value;
    step = search.next(known);
  }
  return step.done ? undefined : step.value;
}
