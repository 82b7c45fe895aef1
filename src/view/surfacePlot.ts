import { InputError } from "../errors.js";
import type { PictureOptions } from "../plots/drawPicture.js";
import { PLOTLY_MIME } from "../plots/plotlyPicture.js";
import { Displayed } from "../print/displayed.js";
import { Geometry } from "../viewer/geometry.js";
import { Maps } from "../viewer/mapValues.js";
import { mapTitle, shownBy, thresholdInWords } from "../viewer/shown.js";
import type { Figure } from "../viewer/vertexFigure.js";
import { decodeState, firstState } from "../viewer/viewState.js";
import { type FigureSide, surfaceFigure } from "./surfaceFigure.js";
import { type View, view } from "./view.js";
import type { ViewInput } from "./viewInput.js";
import type { ViewOptions } from "./viewOptions.js";

/** How a surface is plotted. */
export type SurfacePlotOptions = Omit<ViewOptions, "keep" | "view">;

/**
 * A map on one hemisphere or both as a figure of plotly's (mesh3d): it turns and zooms wherever plotly figures are drawn.
 *
 * @param what results of one hemisphere or both, or bare numbers, one a vertex.
 * @throws InputError when a statistic or a contrast is not there, or maps do not match the surface.
 */
export function plotSurface(what: ViewInput, options: SurfacePlotOptions = {}): SurfacePlot {
  return new SurfacePlot(view(what, options));
}

/** A surface as plotly draws it, with a PNG and words beside it. */
export class SurfacePlot extends Displayed<Promise<Record<string, unknown>>> {
  constructor(private readonly view: View) {
    super();
  }

  /** The figure: data and layout, numbers packed as plotly reads them. */
  async figure(): Promise<Figure> {
    const { document } = this.view;
    if (document.geometry.volume !== undefined) {
      throw new InputError({
        key: "plotSurface",
        found: document.geometry.space,
        expected: "maps of a surface",
        hint: "`view` shows slices of a volume.",
      });
    }
    const state = decodeState(document.start, firstState(document), document);
    const shown = shownBy(state, document);
    const source = (id: string) => this.view.block(id);
    const geometry = Geometry.open(document.geometry, source);
    const maps = new Maps(document, source, (hemisphere) => geometry.faces(hemisphere));
    const { full } = await maps.get(shown.design, shown.statistic, shown.volumeIndex);
    const surface = Math.round(state.surface);
    const sides: FigureSide[] = [];
    for (const hemisphere of shown.hemispheres) {
      const values = full[hemisphere];
      if (values === undefined) continue;
      const [{ positions }, faces, folding] = await Promise.all([
        geometry.surface(surface, hemisphere),
        geometry.faces(hemisphere),
        geometry.folding(hemisphere),
      ]);
      sides.push({ hemisphere, positions, faces, folding, values });
    }
    return surfaceFigure(sides, {
      title: `${document.caption ?? mapTitle(shown)}, ${thresholdInWords(shown)}`,
      symbol: shown.statistic.symbol,
      paint: shown.paint,
      folded: !/^(infl|sphere)/.test(document.geometry.surfaces[surface]?.name ?? ""),
    });
  }

  /** The picture for where no plotly is. */
  png(options: Partial<PictureOptions> = {}): Promise<Uint8Array> {
    return this.view.png(options);
  }

  /** Writes that picture to a file. */
  save(file: string, options: Partial<PictureOptions> = {}): Promise<void> {
    return this.view.save(file, options);
  }

  async toMimeBundle(): Promise<Record<string, unknown>> {
    const [figure, png] = [await this.figure(), await this.png()];
    return {
      [PLOTLY_MIME]: figure,
      "image/png": Buffer.from(png).toString("base64"),
      "text/plain": this.toString(),
    };
  }

  toString(): string {
    return this.view.toString();
  }
}
