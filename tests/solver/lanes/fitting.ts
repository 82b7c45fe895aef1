import { allocateBlocks, type ImageBlocks, paddedWidth, writeRows } from "../../../src/images/blocks.js";
import { orderByLevel } from "../../../src/model/groups.js";
import { describeIntercepts } from "../../../src/model/interceptDesign.js";
import { describeLevels, type LevelDesign } from "../../../src/model/levelDesign.js";
import { type LevelTerms, NO_TERMS, termsInSteps } from "../../../src/model/levelTerms.js";
import type { Model } from "../../../src/model/model.js";
import { allocateEstimates, type Estimates } from "../../../src/solver/estimates.js";
import { InterceptFitter } from "../../../src/solver/lanes/interceptFitter.js";
import { SlopeFitter } from "../../../src/solver/lanes/slopeFitter.js";

/** Images in blocks, as a fit reads them. */
export function blocksOf(model: Model, Y: Float32Array, vertices: number): ImageBlocks {
  return blocksInOrder(Y, vertices, orderByLevel(model).order);
}

/** Images in blocks of memory that hold them in an order of their own. */
export function blocksInOrder(Y: Float32Array, vertices: number, order: Int32Array): ImageBlocks {
  const n = order.length;
  const memory = allocateBlocks(n, vertices);
  const length = paddedWidth(vertices);
  const rows = new Float32Array(n * length);
  for (let i = 0; i < n; i++) rows.set(Y.subarray(i * vertices, (i + 1) * vertices), i * length);
  const place = Int32Array.from({ length: n }, (_, i) => n - 1 - i);
  writeRows(memory, rows, place);
  return { ...memory, n, order, at: order.map((image) => place[image]) };
}

/** The terms of a design, all steps at once. */
export function findTerms(design: LevelDesign): LevelTerms {
  const steps = termsInSteps(design);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** A fit in this thread of one random effect; `left` are the rows that the lane kernel hands back. */
export function fitIntercepts(
  model: Model,
  Y: Float32Array,
  vertices: number,
  ring: boolean,
): { estimates: Estimates; left: number[] } {
  const design = describeIntercepts(model);
  if (design === undefined) throw new Error("few patterns were expected");
  const blocks = blocksInOrder(Y, vertices, design.order.order);
  const columns = Int32Array.from({ length: vertices }, (_, v) => v);
  const estimates = allocateEstimates(columns, model.p, model.q);
  const fitter = new InterceptFitter(model, design, "observed");
  if (ring) fitter.fitRing(blocks, columns, columns, estimates);
  else fitter.fitWhole(blocks, columns, columns, estimates);
  return { estimates, left: fitter.finish() };
}

/** A fit in this thread through the lane kernel; `left` are the rows that it hands back. */
export function fitInLanes(
  model: Model,
  Y: Float32Array,
  vertices: number,
  options: { own?: boolean; direct?: boolean; pilot?: boolean; information?: "observed" | "expected" } = {},
): { estimates: Estimates; left: number[] } {
  const design = describeLevels(model, orderByLevel(model));
  const terms = options.direct === true ? NO_TERMS : findTerms(design);
  const fitter = new SlopeFitter(model, design, terms, options.information ?? "observed");
  const blocks = blocksOf(model, Y, vertices);
  const columns = Int32Array.from({ length: vertices }, (_, v) => v);
  const estimates = allocateEstimates(columns, model.p, model.q);
  if (options.pilot !== false) {
    const reference = fitter.pilot(blocks, columns.subarray(0, 32));
    if (reference !== undefined) fitter.setReference(reference);
  }
  if (options.own) fitter.fitRing(blocks, columns, columns, estimates);
  else fitter.fitWhole(blocks, columns, columns, estimates);
  return { estimates, left: fitter.finish(estimates) };
}
