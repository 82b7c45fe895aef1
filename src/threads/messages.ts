import type { Fault } from "../errors.js";
import type { BlockMemory, ImageBlocks } from "../images/blocks.js";
import type { InterceptDesign } from "../model/interceptDesign.js";
import type { LevelDesign } from "../model/levelDesign.js";
import type { LevelTerms } from "../model/levelTerms.js";
import type { Model } from "../model/model.js";
import type { Plan } from "../model/plan.js";
import type { Estimates } from "../solver/estimates.js";
import type { SolverOptions } from "../solver/fitVertices.js";
import type { GivenSums } from "../solver/lanes/givenSums.js";
import type { ImageRow } from "./sharedImages.js";

/** A design for the lane kernel: with two random effects, or with one. */
export type LaneDesign =
  | { readonly kind: "slope"; readonly design: LevelDesign; readonly terms: LevelTerms }
  | { readonly kind: "intercept"; readonly design: InterceptDesign };

/** Images as one study has them: which of the rows that are read these are, and what was found in them. */
export interface FoundImages {
  /** int32, rows: which image of the study each row is, −1 where it is none. */
  readonly imageOf: Int32Array;
  /** int32, width, shared: images present at each vertex, added to atomically. */
  readonly present: Int32Array;
  /** int32, width, shared: the fingerprints of the values at each vertex, summed atomically. */
  readonly digest: Int32Array;
}

/** Read rows at vertices [first, first + width) into blocks, zero where missing, and count what is present. */
export interface ReadJob {
  readonly kind: "read";
  readonly memory: BlockMemory;
  readonly first: number;
  /** int32, rows: the row of each block in which each goes. */
  readonly places: Int32Array;
  readonly found: readonly FoundImages[];
  readonly pieces: readonly { readonly from: number; readonly to: number }[];
}

/** Vertices of a study in memory, and where their estimates go. */
export interface KeptVertices {
  readonly blocks: ImageBlocks;
  readonly estimates: Estimates;
  /** int32, 2, shared: vertices searched from more than one start, and those at which another start ended higher. */
  readonly repeated: Int32Array;
}

/** Vertices to fit: columns of the images, and the row of the estimates of each; both int32. */
interface Vertices {
  readonly columns: Int32Array;
  readonly rows: Int32Array;
}

/** Fit vertices one after the other; those of a piece all miss the same images (int32, ascending). */
export interface FitJob {
  readonly kind: "fit";
  readonly study: number;
  readonly kept: KeptVertices;
  readonly pieces: readonly (Vertices & { readonly missing: Int32Array })[];
}

/** Fit vertices in the lane kernel: with every image, or (`ring`) any mixture of missing images. */
export interface LaneJob {
  readonly kind: "lanes";
  readonly study: number;
  readonly kept: KeptVertices;
  /** Vertices from which each thread finds where all searches start, once a study; int32, columns. */
  readonly pilot: Int32Array | undefined;
  /** What another backend made of whole vertices; undefined where the kernel does. */
  readonly given: GivenSums | undefined;
  readonly pieces: readonly (Vertices & { readonly ring: boolean })[];
}

/** Work that threads share: each takes the next piece that nobody has. */
export type Job = ReadJob | FitJob | LaneJob;

/** What threads are told between jobs; there is no reply. */
export type Announcement =
  | { readonly kind: "images"; readonly rows: readonly ImageRow[] }
  | {
      readonly kind: "study";
      readonly study: number;
      readonly model: Model;
      readonly options: SolverOptions;
      /** What the lane kernel needs of the design; undefined where it does not apply. */
      readonly lanes: LaneDesign | undefined;
    }
  | { readonly kind: "plan"; readonly study: number; readonly plan: Plan }
  | { readonly kind: "forget"; readonly study: number };

/** A job, and the shared count of pieces that are taken; int32, 1. */
export interface Shared {
  readonly kind: "job";
  /** Which job this is: replies to it have the same. */
  readonly id: number;
  readonly job: Job;
  readonly taken: Int32Array;
}

/** What a thread says: how much is done, that no piece is left, or why it failed. */
export type Reply =
  | { readonly kind: "progress"; readonly id: number; readonly count: number }
  | Finished
  | {
      readonly kind: "failed";
      readonly id: number;
      readonly error: Error;
      readonly faults: readonly Fault[] | undefined;
    };

/** A thread has found no further piece, and what it took is done. */
export interface Finished {
  readonly kind: "done";
  readonly id: number;
  /** Rows of the estimates that the lane kernel hands back: nothing was written there. */
  readonly left: readonly number[];
}
