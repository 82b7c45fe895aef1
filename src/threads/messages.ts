import type { Fault } from "../errors.js";
import type { ImageBlocks } from "../images/blocks.js";
import type { ImageSet } from "../images/image.js";
import type { InterceptDesign } from "../model/interceptDesign.js";
import type { LevelDesign } from "../model/levelDesign.js";
import type { LevelTerms } from "../model/levelTerms.js";
import type { Model } from "../model/model.js";
import type { Plan } from "../model/plan.js";
import type { Estimates } from "../solver/estimates.js";
import type { SolverOptions } from "../solver/fitVertices.js";
import type { GivenSums } from "../solver/lanes/givenSums.js";

/** What a worker is given once. */
export interface WorkerData {
  readonly model: Model;
  readonly images: ImageSet;
  readonly options: SolverOptions;
  /** What the lane kernel needs of the design; undefined where it does not apply. */
  readonly lanes: LaneDesign | undefined;
}

/** A design for the lane kernel: with two random effects, or with one. */
export type LaneDesign =
  | { readonly kind: "slope"; readonly design: LevelDesign; readonly terms: LevelTerms }
  | { readonly kind: "intercept"; readonly design: InterceptDesign };

/** Read images [from, to) at vertices [first, first + width) into Y, zero where missing, and count those present. */
export interface ReadTask {
  readonly kind: "read";
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly width: number;
  /** float32, n × width, shared. */
  readonly Y: Float32Array;
  /** int32, width, shared: images present at each vertex, added to atomically. */
  readonly present: Int32Array;
  /** int32, width, shared: the fingerprints of the values at each vertex, summed atomically. */
  readonly digest: Int32Array;
}

/** The same into blocks of vertices. */
export interface ReadBlocksTask extends Pick<ReadTask, "from" | "to" | "first" | "present" | "digest"> {
  readonly kind: "readBlocks";
  readonly blocks: ImageBlocks;
  /** int32, n: where each image goes in the blocks. */
  readonly places: Int32Array;
}

/** Vertices to fit: columns of the images, and the row of the estimates of each; both int32. */
interface Vertices {
  readonly blocks: ImageBlocks;
  readonly columns: Int32Array;
  readonly rows: Int32Array;
  readonly estimates: Estimates;
  /** int32, 2, shared: vertices searched from more than one start, and those at which another start ended higher. */
  readonly repeated: Int32Array;
}

/** Fit vertices that all miss the same images, one after the other. */
export interface FitTask extends Vertices {
  readonly kind: "fit";
  /** int32: indices of the missing images, ascending. */
  readonly missing: Int32Array;
}

/** Fit vertices in the lane kernel: with every image, or (`ring`) any mixture of missing images. */
export interface LaneTask extends Vertices {
  readonly kind: "lanes";
  readonly ring: boolean;
  /** What another backend made of whole vertices; undefined where the kernel does. */
  readonly given: GivenSums | undefined;
}

/** Find a vech(D) from which the searches of all vertices start. */
export interface PilotTask {
  readonly kind: "pilot";
  readonly blocks: ImageBlocks;
  readonly columns: Int32Array;
}

export type Task = ReadBlocksTask | FitTask | LaneTask | PilotTask;

/** What all workers are told between tasks; there is no reply. */
export type Announcement =
  | { readonly kind: "plan"; readonly plan: Plan }
  | { readonly kind: "reference"; readonly D: Float64Array };

/** What a worker says: how much of a task is done, that it is finished, or why it failed. */
export type Reply =
  | { readonly kind: "progress"; readonly count: number }
  | Finished
  | { readonly kind: "failed"; readonly error: Error; readonly faults: readonly Fault[] | undefined };

/** A task is finished. */
export interface Finished {
  readonly kind: "done";
  /** Rows of the estimates that the lane kernel hands back: nothing was written there. */
  readonly left?: readonly number[];
  /** What a pilot found. */
  readonly reference?: Float64Array | undefined;
}
