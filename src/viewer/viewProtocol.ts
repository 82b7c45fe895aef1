import type { VertexFacts } from "./vertexFacts.js";
import type { Figure } from "./vertexFigure.js";
import type { Hemisphere } from "./viewDocument.js";
import type { NewVolume } from "./withVolumes.js";

/** The comm target by which a view in a notebook reaches its kernel. */
export const VIEW_COMM = "blmm.view";

/** What a page says when it opens the channel: for which view. A kernel that does not know it closes the channel. */
export interface ViewOpening {
  readonly view?: string;
}

/** What a page asks; the reply carries the number back. */
export type ViewRequest = { readonly request: number } & ViewQuestion;

export type ViewQuestion =
  /** The gzipped bytes of a map, as a buffer. */
  | { readonly block: string }
  /**
   * A typed contrast at every vertex, of every design; and which design and statistic are shown: the map that is shown
   * next is answered before the rest, where it is there sooner.
   */
  | { readonly design: string; readonly contrast: string; readonly statistic?: string }
  /** All numbers of a vertex, or its charts from the images. */
  | {
      readonly design: string;
      readonly hemisphere: Hemisphere;
      readonly vertex: number;
      readonly want: "numbers" | "figures";
    };

/** What a kernel answers. */
export interface ViewReply {
  /** Said once, on opening: this kernel answers for the view. */
  readonly ready?: true;
  readonly request?: number;
  /** This is a part of the answer: the rest follows. */
  readonly more?: true;
  /** Why it cannot, in words. */
  readonly error?: string;
  readonly volumes?: readonly NewVolume[];
  /** Names of the maps whose bytes travel with the reply, as buffers: those that are shown next. */
  readonly blocks?: readonly string[];
  readonly numbers?: Omit<VertexFacts, "position">;
  readonly figures?: readonly Figure[];
}
