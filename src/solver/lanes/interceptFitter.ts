import { type ImageBlocks, runsInBlocks } from "../../images/blocks.js";
import type { InterceptDesign } from "../../model/interceptDesign.js";
import type { Model } from "../../model/model.js";
import type { Estimates } from "../estimates.js";
import { NOTHING_LEFT } from "../fitVertices.js";
import type { GivenSums } from "./givenSums.js";
import { InterceptEstimateWriter } from "./interceptEstimate.js";
import { evaluateIntercepts } from "./interceptEvaluation.js";
import { InterceptMemory } from "./interceptMemory.js";
import { InterceptReduction, type InterceptSums } from "./interceptReduction.js";
import {
  type InterceptOptimum,
  type InterceptSearch,
  searchIntercept,
  startOfIntercept,
} from "./interceptSearch.js";
import { LANES } from "./kernel.js";

/** A lane whose vertex is searched, or was. */
interface Lane {
  readonly search: InterceptSearch<InterceptOptimum>;
  optimum: InterceptOptimum | undefined;
  isOver: boolean;
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
  private left: number[] = [];

  constructor(
    private readonly model: Model,
    design: InterceptDesign,
    information: "observed" | "expected",
  ) {
    this.memory = new InterceptMemory(design);
    this.reduction = new InterceptReduction(this.memory);
    this.writer = new InterceptEstimateWriter(this.memory, model, information);
  }

  /** Fits vertices with every image, from what is given, if anything is. */
  fitWhole(
    images: ImageBlocks,
    columns: Int32Array,
    rows: Int32Array,
    estimates: Estimates,
    afterVertices?: (count: number) => void,
    given?: GivenSums,
  ): void {
    for (const [from, to] of runsInBlocks(columns, LANES)) {
      const sums = this.reduction.whole(images, columns.subarray(from, to), given);
      this.fitTogether(sums, rows.subarray(from, to), estimates);
      afterVertices?.(to - from);
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
    for (let from = 0; from < columns.length; from += LANES) {
      const part = columns.subarray(from, from + LANES);
      const sums = this.reduction.own(images, part);
      this.fitTogether(sums, rows.subarray(from, from + LANES), estimates);
      afterVertices?.(part.length);
    }
  }

  /** Rows that ended without a certificate. */
  finish(_estimates?: Estimates): number[] {
    const { left } = this;
    this.left = [];
    return left;
  }

  private fitTogether(sums: InterceptSums, rows: Int32Array, estimates: Estimates): void {
    const { memory, outcomes } = this;
    const d = new Float64Array(LANES);
    const lanes: (Lane | undefined)[] = Array.from({ length: rows.length }, (_, l) => {
      if (!sums.fits[l]) {
        this.left.push(rows[l]);
        return undefined;
      }
      // What rounding leaves behind is nothing to fit.
      if (!(sums.ee[l] > NOTHING_LEFT * sums.yy[l])) return undefined;
      const search = searchIntercept(this.startOf(sums, l));
      const first = search.next();
      d[l] = first.done ? 0 : first.value;
      return { search, optimum: undefined, isOver: first.done === true, evaluations: 0 };
    });
    const open = () => lanes.some((lane) => lane !== undefined && !lane.isOver);
    let points = open() ? evaluateIntercepts(memory, sums, d) : [];
    while (open()) {
      let moved = false;
      for (const [l, lane] of lanes.entries()) {
        if (lane === undefined || lane.isOver) continue;
        lane.evaluations++;
        const next = lane.search.next(points[l]);
        if (!next.done) {
          d[l] = next.value;
          moved = true;
          continue;
        }
        lane.isOver = true;
        lane.optimum = next.value;
        if (next.value === undefined || next.value.d === d[l]) continue;
        // A search that looked elsewhere comes back to its optimum.
        lane.evaluations++;
        d[l] = next.value.d;
        moved = true;
      }
      if (moved) points = evaluateIntercepts(memory, sums, d);
    }
    let prepared = false;
    for (const [l, lane] of lanes.entries()) {
      if (lane === undefined) continue;
      const { optimum } = lane;
      if (optimum === undefined || !(points[l].residual > 0)) {
        this.left.push(rows[l]);
        continue;
      }
      if (optimum.isAgain) outcomes.searchedAgain++;
      if (optimum.isBetter) outcomes.foundBetter++;
      if (!prepared) this.writer.prepare();
      prepared = true;
      estimates.evaluations[rows[l]] += lane.evaluations;
      this.writer.write(estimates, rows[l], l, { sums, optimum, point: points[l] });
    }
  }

  private startOf(sums: InterceptSums, l: number): number {
    const { f64, g, counts, slots } = this.memory;
    const lane = (of: (t: number) => number) => Float64Array.from({ length: sums.patterns }, (_, t) => of(t));
    return startOfIntercept(
      {
        g: lane((t) => g[t * LANES + l]),
        count: lane((t) => counts[t * LANES + l]),
        c: lane((t) => f64[slots.c / 8 + t * LANES + l]),
        within: sums.within[l],
        n: sums.n[l],
      },
      this.model.p,
    );
  }
}
