import { Displayed } from "../print/displayed.js";
import type { Report } from "../print/report.js";
import type { Figure } from "../viewer/vertexFigure.js";

/** The MIME type of plotly's figures in a notebook. */
export const PLOTLY_MIME = "application/vnd.plotly.v1+json";

/** What is drawn by plotly in a notebook, by a PNG elsewhere, and said in a report. */
export abstract class PlotlyPicture extends Displayed<Record<string, unknown>> {
  /** The same in words and numbers. */
  abstract readonly report: Report;

  /** The figure as plotly reads it. */
  abstract readonly figure: Figure;

  /** The picture for where no plotly is. */
  abstract png(): Uint8Array;

  toMimeBundle(): Record<string, unknown> {
    return {
      [PLOTLY_MIME]: this.figure,
      "image/png": Buffer.from(this.png()).toString("base64"),
      "text/plain": this.toString(),
    };
  }

  toString(): string {
    return this.report.toString();
  }
}
