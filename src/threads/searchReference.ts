import { BLOCK_VERTICES, type ImageBlocks } from "../images/blocks.js";
import type { Model } from "../model/model.js";
import { SlopeFitter } from "../solver/lanes/slopeFitter.js";
import type { LaneDesign } from "./messages.js";

/** Vertices from whose covariances all searches start, at most. */
const PILOTS = 32;

/**
 * What searches of vertices with every image start from, with two random effects: vertices of the first block of 64 that has
 * any of these. They are the same ones whatever the number of threads and the memory, so that results do not depend on
 * these to the last bit. Vertices that miss images start without.
 */
export class SearchReference {
  private isTaken = false;

  constructor(
    private readonly model: Model,
    private readonly lanes: LaneDesign | undefined,
    private readonly information: "observed" | "expected",
  ) {}

  /** The vertices, for each thread to start from; once, where there are any. */
  pilots(whole: readonly number[]): Int32Array | undefined {
    if (this.isTaken || this.lanes?.kind !== "slope" || whole.length === 0) return undefined;
    this.isTaken = true;
    const end = (Math.floor(whole[0] / BLOCK_VERTICES) + 1) * BLOCK_VERTICES;
    return Int32Array.from(whole.filter((v) => v < end).slice(0, PILOTS));
  }

  /** vech(D) of those vertices, as every thread finds it. */
  covarianceOf(blocks: ImageBlocks, pilots: Int32Array): Float64Array | undefined {
    const { lanes, model, information } = this;
    if (lanes?.kind !== "slope") return undefined;
    return new SlopeFitter(model, lanes.design, lanes.terms, information).pilot(blocks, pilots);
  }
}
