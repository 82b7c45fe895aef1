import type { Study } from "../design/index.js";
import { formatCount } from "../print/number.js";
import { Report } from "../print/report.js";
import { FONT, INK } from "../viewer/annotate.js";
import type { Figure } from "../viewer/vertexFigure.js";
import { canvasLibrary } from "./canvas.js";
import { registerFonts } from "./fonts.js";
import { PlotlyPicture } from "./plotlyPicture.js";

const WIDTH = 720;
const HEIGHT = 480;
/** Room for the names of the columns, and on the left for the numbers of images. */
const TOP = 120;
const LEFT = 46;

/** X as a picture: one row an image, one column a variable, each on its own scale from dark (low) to light (high). */
export class DesignPicture extends PlotlyPicture {
  /** Row by row, 0 (lowest of the column) to 1 (highest); a column that does not vary is 1. */
  private readonly shades: readonly (readonly number[])[];

  constructor(private readonly study: Study) {
    super();
    const { X, n } = study;
    const columns = X.columns.map((name) => {
      const values = study.column(name);
      const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
      return values.map((value) => (high > low ? (value - low) / (high - low) : 1));
    });
    this.shades = Array.from({ length: n }, (_, i) => columns.map((column) => column[i]));
  }

  /** What is in each column. */
  get report(): Report {
    const { study } = this;
    const [columns] = study.summary.tables;
    const title = `X: ${formatCount(study.n)} images × ${study.p} columns, each from its lowest (dark) to its highest (light)`;
    return new Report(title, [], [columns]);
  }

  /** The picture for where no plotly is. */
  png(): Uint8Array {
    registerFonts();
    const { study, shades } = this;
    const { n, p } = study;
    const { createCanvas } = canvasLibrary();
    const canvas = createCanvas(WIDTH, HEIGHT);
    const ctx = canvas.getContext("2d");
    ctx.fillStyle = INK.light.paper;
    ctx.fillRect(0, 0, WIDTH, HEIGHT);
    const raster = createCanvas(p, n);
    const inner = raster.getContext("2d");
    const image = inner.createImageData(p, n);
    shades.flat().forEach((shade, k) => {
      image.data.fill(Math.round(255 * shade), 4 * k, 4 * k + 3);
      image.data[4 * k + 3] = 255;
    });
    inner.putImageData(image, 0, 0);
    ctx.imageSmoothingEnabled = false;
    const [width, height] = [WIDTH - LEFT - 40, HEIGHT - TOP - 16];
    ctx.drawImage(raster, LEFT, TOP, width, height);
    ctx.strokeStyle = INK.light.muted;
    ctx.strokeRect(LEFT, TOP, width, height);
    ctx.fillStyle = INK.light.text;
    ctx.font = `12px ${FONT}`;
    study.X.columns.forEach((name, k) => {
      ctx.save();
      ctx.translate(LEFT + ((k + 0.6) * width) / p, TOP - 6);
      ctx.rotate(-Math.PI / 3);
      ctx.fillText(name, 0, 0, TOP - 4);
      ctx.restore();
    });
    ctx.textAlign = "right";
    ctx.fillText("1", LEFT - 6, TOP + 10);
    ctx.fillText(formatCount(n), LEFT - 6, TOP + height);
    return canvas.toBuffer("image/png");
  }

  /** The figure as plotly reads it. */
  get figure(): Figure {
    const { study, shades } = this;
    return {
      data: [
        {
          type: "heatmap",
          z: shades.map((row) => row.map((shade) => Math.round(1000 * shade) / 1000)),
          x: study.X.columns,
          colorscale: [
            [0, "#000000"],
            [1, "#ffffff"],
          ],
          showscale: false,
          hovertemplate: "image %{y}, %{x}: %{z} of its range<extra></extra>",
        },
      ],
      layout: {
        height: HEIGHT,
        margin: { l: 60, r: 16, t: 120, b: 16 },
        font: { family: "Inter, system-ui, sans-serif", size: 12 },
        xaxis: { side: "top", tickangle: -60, automargin: true },
        yaxis: { autorange: "reversed", title: { text: "image" } },
      },
    };
  }
}

/** X as a picture, one row an image, columns on their own scales: blocks, gaps and constant columns stand out. */
export function plotDesign(study: Study): DesignPicture {
  return new DesignPicture(study);
}
