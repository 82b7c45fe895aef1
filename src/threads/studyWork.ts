import { gatherColumns } from "../images/blocks.js";
import type { Model } from "../model/model.js";
import { designWithout, type Plan } from "../model/plan.js";
import { type SolverOptions, VertexFitter } from "../solver/fitVertices.js";
import { InterceptFitter } from "../solver/lanes/interceptFitter.js";
import { SlopeFitter } from "../solver/lanes/slopeFitter.js";
import type { FitJob, LaneDesign, LaneJob } from "./messages.js";

/** What one thread has of one study: its solvers, kept between jobs. */
export class StudyWork {
  /** The plan of the solver that takes one vertex after the other, once it is needed. */
  plan: Plan | undefined;
  /** The fitter of the vertices with every image. */
  private inner: VertexFitter | undefined;
  private fitter: SlopeFitter | InterceptFitter | undefined;

  constructor(
    private readonly model: Model,
    private readonly options: SolverOptions,
    private readonly lanes: LaneDesign | undefined,
  ) {}

  /** Fits vertices in the lane kernel; returns the rows that it hands back. */
  fitInLanes(
    { kept, pilot, given }: LaneJob,
    pieces: Iterable<LaneJob["pieces"][number]>,
    progress: (count: number) => void,
  ): readonly number[] {
    const fitter = this.inLanes();
    const { blocks, estimates } = kept;
    if (pilot !== undefined && fitter instanceof SlopeFitter) {
      const reference = fitter.pilot(blocks, pilot);
      if (reference !== undefined) fitter.setReference(reference);
    }
    const { searchedAgain, foundBetter } = fitter.outcomes;
    for (const { ring, columns, rows } of pieces) {
      if (ring) fitter.fitRing(blocks, columns, rows, estimates, progress);
      else fitter.fitWhole(blocks, columns, rows, estimates, progress, given);
    }
    const left = fitter.finish(estimates);
    Atomics.add(kept.repeated, 0, fitter.outcomes.searchedAgain - searchedAgain);
    Atomics.add(kept.repeated, 1, fitter.outcomes.foundBetter - foundBetter);
    return left;
  }

  /** Fits vertices one after the other. */
  fitOneByOne(
    { kept }: FitJob,
    pieces: Iterable<FitJob["pieces"][number]>,
    progress: (count: number) => void,
  ): void {
    const { plan, options } = this;
    if (plan === undefined) throw new Error("a fit was asked for before its plan");
    for (const { missing, columns, rows } of pieces) {
      const isInner = missing.length === 0;
      const design = isInner ? plan.all : designWithout(plan, missing);
      const fitter = (isInner ? this.inner : undefined) ?? new VertexFitter(plan, design, options);
      if (isInner) this.inner = fitter;
      const { searchedAgain, foundBetter } = fitter;
      const own = columns.map((_, k) => k);
      const Y = gatherColumns(kept.blocks, columns);
      fitter.fit(Y, columns.length, own, rows, kept.estimates, progress);
      Atomics.add(kept.repeated, 0, fitter.searchedAgain - searchedAgain);
      Atomics.add(kept.repeated, 1, fitter.foundBetter - foundBetter);
    }
  }

  private inLanes(): SlopeFitter | InterceptFitter {
    const { lanes, model, options } = this;
    if (lanes === undefined) throw new Error("the lane kernel was asked for without a design");
    this.fitter ??=
      lanes.kind === "slope"
        ? new SlopeFitter(model, lanes.design, lanes.terms, options.information)
        : new InterceptFitter(model, lanes.design, options.information);
    return this.fitter;
  }
}
