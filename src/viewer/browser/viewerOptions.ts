import type { BlockSource } from "../blocks.js";
import type { VertexFacts } from "../vertexFacts.js";
import type { Figure } from "../vertexFigure.js";
import type { Hemisphere } from "../viewDocument.js";
import type { NewVolume } from "../withVolumes.js";
import type { Viewer } from "./viewer.js";

/** Draws a figure into an element; the page and the extension pass in plotly. */
export type DrawFigure = (element: HTMLElement, figure: Figure) => Promise<void>;

/** What surrounds a view: a page and a notebook differ only here. */
export interface ViewerOptions {
  /** Whether the controls stay where the first map cannot be read: another may. */
  readonly othersUsable?: boolean;
  readonly source: BlockSource;
  /** plotly, loaded when the first chart is drawn. */
  readonly drawFigure?: DrawFigure;
  /** A page zooms with the wheel; a notebook scrolls. */
  readonly wheelZooms?: boolean;
  /** A link's state; and who wants to know of a new one. */
  readonly link?: string;
  readonly onLink?: (link: string) => void;
  /**
   * Computes a typed contrast over all vertices, of every design; a kernel can, a page cannot. `before` is told of the map
   * that is shown next where it is there sooner.
   */
  readonly askContrast?: (
    design: string,
    contrast: string,
    statistic: string,
    before: (soon: readonly NewVolume[]) => void,
  ) => Promise<readonly NewVolume[]>;
  /** Further charts of a picked vertex, e.g. the raw values by visit with the fitted lines; a kernel has the images. */
  readonly vertexFigures?: (
    design: string,
    hemisphere: Hemisphere,
    vertex: number,
  ) => Promise<readonly Figure[]>;
  /** All numbers of a picked vertex at once; without it they are read from the maps. */
  readonly vertexNumbers?: (
    design: string,
    hemisphere: Hemisphere,
    vertex: number,
  ) => Promise<Omit<VertexFacts, "position">>;
  /** Whether a block is at hand: only such ones are fetched before they are asked for. */
  readonly local?: (id: string) => boolean;
  /** Whether the kernel still answers for the view; without one, the view is a page. */
  readonly kernel?: {
    readonly liveness: "waiting" | "live" | "gone";
    onChange(listener: () => void): () => void;
  };
  /** What "copy" copies: a page's link or a cell's code. */
  readonly copy?: { readonly label: string; readonly text: (viewer: Viewer) => string };
}
