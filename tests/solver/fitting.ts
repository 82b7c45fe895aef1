import type { DesignMatrix } from "../../src/design/designMatrix.js";
import type { Factor } from "../../src/design/factor.js";
import { buildModel, type Model } from "../../src/model/model.js";
import { designWithout, type Plan, planModel } from "../../src/model/plan.js";
import { allocateEstimates, type Estimates } from "../../src/solver/estimates.js";
import { defaultStarts, type SolverOptions, VertexFitter } from "../../src/solver/fitVertices.js";

/** A fit in this thread of vertices that miss the same images. */
export function fitHere(
  X: DesignMatrix,
  factor: Factor | undefined,
  Y: Float32Array,
  vertices: number,
  options: {
    missing?: readonly number[];
    information?: SolverOptions["information"];
    columns?: readonly number[];
    /** Where the search starts again; everywhere it may when left out. */
    starts?: "first" | "all";
  } = {},
): { estimates: Estimates; model: Model; plan: Plan } {
  const model = buildModel(X, factor);
  const plan = planModel(model);
  const design = designWithout(plan, Int32Array.from(options.missing ?? []));
  const columns = Int32Array.from(options.columns ?? Array.from({ length: vertices }, (_, v) => v));
  const starts = defaultStarts(model.q);
  const estimates = allocateEstimates(columns, model.p, model.q);
  const fitter = new VertexFitter(plan, design, {
    maxIterations: 200,
    information: options.information ?? "observed",
    starts: options.starts === "first" ? { ...starts, far: [], near: [] } : starts,
  });
  fitter.fit(
    Y,
    vertices,
    columns,
    columns.map((_, row) => row),
    estimates,
  );
  return { estimates, model, plan };
}
