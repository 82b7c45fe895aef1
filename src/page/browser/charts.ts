// Every chart of a page: plotly's core with the traces that are used, bundled once.

import bar from "plotly.js/lib/bar";
import Plotly from "plotly.js/lib/core";
import heatmap from "plotly.js/lib/heatmap";
import histogram from "plotly.js/lib/histogram";
import type { Figure } from "../../viewer/vertexFigure.js";

Plotly.register([bar, heatmap, histogram]);

const CONFIG = { responsive: true, displaylogo: false, showSendToCloud: false, displayModeBar: false };

export async function drawFigure(element: HTMLElement, figure: Figure): Promise<void> {
  await Plotly.react(element, figure.data, figure.layout, CONFIG);
}

/** Fits a figure to the size that its element has now. */
export function resize(element: HTMLElement): void {
  Plotly.Plots.resize(element);
}

export function purge(element: HTMLElement): void {
  Plotly.purge(element);
}

/** Adds a trace that only some figures need. */
export function register(trace: unknown): void {
  Plotly.register([trace]);
}
