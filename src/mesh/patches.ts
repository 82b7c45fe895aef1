import type { Regions } from "./readRegions.js";

/** Patches of vertices that a test found: a picture outlines them, and the card of a vertex names them. */
export interface Patches extends Regions {
  /** What they are: "clusters of |conT| ≥ 2", "FDR 0.05". */
  readonly title: string;
}
