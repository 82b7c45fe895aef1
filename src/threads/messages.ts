import type { Fault } from "../errors.js";
import type { ImageSet } from "../images/image.js";
import type { Plan } from "../model/plan.js";
import type { Estimates } from "../solver/estimates.js";
import type { SolverOptions } from "../solver/fitVertices.js";

/** What a worker is given once. */
export interface WorkerData {
  readonly plan: Plan;
  readonly images: ImageSet;
  readonly options: SolverOptions;
}

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

/** Fit the vertices in the given columns of Y, all of which miss the same images. */
export interface FitTask {
  readonly kind: "fit";
  readonly Y: Float32Array;
  readonly width: number;
  /** int32: indices of the missing images, ascending. */
  readonly missing: Int32Array;
  readonly columns: Int32Array;
  /** int32: the row of the estimates of each column. */
  readonly rows: Int32Array;
  readonly estimates: Estimates;
}

export type Task = ReadTask | FitTask;

/** What a worker says: how much of a task is done, that it is finished, or why it failed. */
export type Reply =
  | { readonly kind: "progress"; readonly count: number }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly error: Error; readonly faults: readonly Fault[] | undefined };
