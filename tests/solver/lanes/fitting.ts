import { allocateBlocks, type ImageBlocks, writeRows } from "../../../src/images/blocks.js";
import { orderByLevel } from "../../../src/model/groups.js";
import { describeLevels } from "../../../src/model/levelDesign.js";
import { findTerms } from "../../../src/model/levelTerms.js";
import type { Model } from "../../../src/model/model.js";
import { allocateEstimates, type Estimates } from "../../../src/solver/estimates.js";
import { SlopeFitter } from "../../../src/solver/lanes/slopeFitter.js";

/** Images in blocks, as a fit reads them. */
export function blocksOf(model: Model, Y: Float32Array, vertices: number): ImageBlocks {
  const { order } = orderByLevel(model);
  const blocks = allocateBlocks(model.n, vertices, order);
  const place = new Int32Array(model.n);
  order.forEach((image, k) => {
    place[image] = k;
  });
  writeRows(blocks, Y, place);
  return blocks;
}

/** A fit in this thread through the lane kernel; `left` are the rows that it hands back. */
export function fitInLanes(
  model: Model,
  Y: Float32Array,
  vertices: number,
  options: { own?: boolean; pilot?: boolean; information?: "observed" | "expected" } = {},
): { estimates: Estimates; left: number[] } {
  const design = describeLevels(model, orderByLevel(model));
  const fitter = new SlopeFitter(model, design, findTerms(design), options.information ?? "observed");
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
