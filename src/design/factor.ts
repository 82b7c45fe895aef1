import type { DesignMatrix } from "./designMatrix.js";

/** A grouping factor: which level (subject, site, …) each image belongs to, and its random-effects design Z. */
export interface Factor {
  readonly name: string;
  /** Labels of the levels, in order of first appearance. */
  readonly levels: readonly string[];
  /** The level of each image, as an index into `levels`; int32, n. */
  readonly level: Int32Array;
  /** n × q. */
  readonly Z: DesignMatrix;
}
