import { writeFileSync } from "node:fs";
import type { Report } from "../print/report.js";
import { type Figure, plotlyText } from "../viewer/vertexFigure.js";
import type { ChartSpec } from "./chartSpec.js";
import { drawChart } from "./drawChart.js";
import type { PictureOptions } from "./drawPicture.js";
import { packed } from "./packed.js";
import { PlotlyPicture } from "./plotlyPicture.js";

const PICTURE: PictureOptions = { width: 720, height: 400 };

/** A chart: plotly in a notebook, a PNG elsewhere, a table in words. */
export class Chart extends PlotlyPicture {
  constructor(
    readonly spec: ChartSpec,
    /** The same in words and numbers. */
    readonly report: Report,
  ) {
    super();
  }

  /** The figure as plotly reads it. */
  get figure(): Figure {
    return chartFigure(this.spec);
  }

  /** The picture for where no plotly is. */
  png(options: Partial<PictureOptions> = {}): Uint8Array {
    return drawChart(this.spec, { ...PICTURE, ...options }).toBuffer("image/png");
  }

  /** Writes that picture to a file. */
  save(file: string, options: Partial<PictureOptions> = {}): void {
    writeFileSync(file, this.png(options));
  }
}

function chartFigure(spec: ChartSpec): Figure {
  const { title, series, marks, categories, log } = spec;
  const named = series.filter(({ name }) => name !== "").length > 1;
  const logged = { type: "log", dtick: 1, exponentformat: "power" };
  const axis = { gridcolor: "#e3e7ea", zerolinecolor: "#c9ced3", automargin: true };
  return {
    data: series.map(({ draw, name, x, y, color, width }) => {
      const common = { name: plotlyText(name), x: packed(x), y: packed(y), showlegend: named && name !== "" };
      if (draw === "bars") {
        const bars = categories === undefined ? {} : { customdata: categories.map(plotlyText) };
        const words = categories === undefined ? "%{x}: %{y}" : "%{customdata}: %{y}";
        return {
          ...common,
          ...bars,
          type: "bar",
          width,
          marker: { color },
          hovertemplate: `${words}<extra></extra>`,
        };
      }
      if (draw === "points") {
        const size = x.length > 2000 ? 3 : x.length > 300 ? 4 : 6;
        return {
          ...common,
          type: "scatter",
          mode: "markers",
          marker: { color, size, opacity: x.length > 300 ? 0.6 : 1 },
        };
      }
      const line = {
        color,
        width: draw === "reference" ? 1.4 : 2.2,
        dash: draw === "reference" ? "dash" : "solid",
      };
      return {
        ...common,
        type: "scatter",
        mode: "lines",
        line,
        ...(draw === "reference" ? { hoverinfo: "skip" } : {}),
      };
    }),
    layout: {
      height: 400,
      margin: { l: 64, r: 20, t: (title === "" ? 24 : 48) + (named ? 24 : 0), b: 54 },
      paper_bgcolor: "#ffffff",
      plot_bgcolor: "#ffffff",
      font: { family: "Inter, system-ui, sans-serif", size: 12, color: "#1c2126" },
      title: {
        text: plotlyText(title),
        font: { size: 16 },
        x: 0.02,
        xanchor: "left",
        y: 0.97,
        yanchor: "top",
      },
      bargap: 0.04,
      barmode: "overlay",
      legend: { orientation: "h", y: 1, yanchor: "bottom", x: 0 },
      xaxis: {
        ...axis,
        title: { text: plotlyText(spec.x) },
        ...(log === "x" ? logged : {}),
        ...(categories === undefined
          ? {}
          : {
              tickvals: categories.map((_, k) => k),
              ticktext: categories.map(plotlyText),
              showgrid: false,
              zeroline: false,
            }),
      },
      yaxis: { ...axis, title: { text: plotlyText(spec.y) }, ...(log === "y" ? logged : {}) },
      shapes: marks.map(({ value }) => ({
        type: "line",
        xref: "x",
        yref: "paper",
        x0: value,
        x1: value,
        y0: 0,
        y1: 1,
        line: { color: "#1c2126", width: 1.5 },
      })),
      annotations: marks.map(({ name, value }) => ({
        x: log === "x" ? Math.log10(value) : value,
        y: 1,
        yref: "paper",
        xanchor: "left",
        yanchor: "top",
        showarrow: false,
        text: plotlyText(`${name === "" ? "" : `${name} = `}${Number(value.toPrecision(4))}`),
      })),
    },
  };
}
