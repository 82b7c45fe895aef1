import { studentPoint95 } from "../wald/interval.js";
import type { Ink } from "./annotate.js";
import type { ContrastFacts } from "./vertexFacts.js";

/** A figure as plotly reads it. */
export interface Figure {
  readonly data: readonly object[];
  readonly layout: object;
}

/** plotly reads tags and entities in its texts: a name is text. */
export function plotlyText(name: string): string {
  return name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** T of every contrast with its 95 % interval: an interval clear of zero is p < .05. In units of the standard error. */
export function contrastFigure(contrasts: readonly ContrastFacts[], ink: Ink): Figure {
  const rows = contrasts.toReversed();
  return {
    data: [
      {
        type: "scatter",
        mode: "markers",
        x: rows.map(({ T }) => T),
        y: rows.map((_, k) => k),
        error_x: {
          type: "data",
          array: rows.map(({ df }) => studentPoint95(df)),
          color: ink.muted,
          thickness: 1.5,
          width: 0,
        },
        marker: { size: 9, color: rows.map(({ T }) => (T < 0 ? "#2f86dd" : "#e85545")) },
        customdata: rows.map(({ label }) => plotlyText(label)),
        hovertemplate: "%{customdata}<br>T = %{x:.3f}<extra></extra>",
      },
    ],
    layout: {
      height: Math.max(150, 34 * rows.length + 62),
      margin: { l: 8, r: 14, t: 8, b: 36 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: ink.text, size: 12, family: "system-ui, sans-serif" },
      xaxis: {
        title: { text: "T with 95 % interval", standoff: 6 },
        zeroline: true,
        zerolinecolor: ink.muted,
        gridcolor: "rgba(128,128,128,.18)",
      },
      yaxis: {
        tickvals: rows.map((_, k) => k),
        ticktext: rows.map(({ label }) => plotlyText(label.length > 24 ? `${label.slice(0, 23)}…` : label)),
        automargin: true,
        showgrid: false,
        zeroline: false,
        range: [-0.6, rows.length - 0.4],
      },
      showlegend: false,
    },
  };
}

/** A kernel's figure in the colors of the page. */
export function withInk(figure: Figure, ink: Ink): Figure {
  const layout = figure.layout as { readonly xaxis?: object; readonly yaxis?: object };
  const clear = "rgba(0,0,0,0)";
  const axis = { gridcolor: "rgba(128,128,128,.18)", zerolinecolor: ink.muted };
  return {
    ...figure,
    layout: {
      paper_bgcolor: clear,
      plot_bgcolor: clear,
      font: { color: ink.text, size: 12 },
      ...layout,
      xaxis: { ...axis, ...layout.xaxis },
      yaxis: { ...axis, ...layout.yaxis },
    },
  };
}
