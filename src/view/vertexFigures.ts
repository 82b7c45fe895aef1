import { type Figure, plotlyText } from "../viewer/vertexFigure.js";
import type { LevelFit, VertexModel } from "./vertexModel.js";

const SAMPLE = 12;
const BLUE = "#2f86dd";
const RED = "#e85545";
const GRAY = "#8a949d";

/** Raw values with fitted lines, predicted random effects, residuals. */
export function vertexFigures(model: VertexModel, unit: string): Figure[] {
  return [
    lines(model, unit),
    ...(model.effects.length > 0 ? [blups(model, unit)] : []),
    residuals(model, unit),
  ];
}

function lines(model: VertexModel, unit: string): Figure {
  const { levels, population, factor } = model;
  const sample = sampleOf(levels);
  const times = levels.flatMap((level) => level.times);
  const ends = [Math.min(...times), Math.max(...times)];
  const along = ({ at0, slope }: LevelFit["line"], xs: readonly number[]) => xs.map((x) => at0 + slope * x);
  // A line as long as the level was seen, at least a little.
  const span = ({ times: seen }: LevelFit) => [
    Math.min(...seen),
    Math.max(...seen, Math.min(...seen) + 0.05 * (ends[1] - ends[0])),
  ];
  const words = plotlyText(model.effects.join(" + ") || "no random effects");
  return {
    data: [
      ...sample.map((level, k) => ({
        type: "scatter",
        mode: "lines",
        name: `own line (BLUP) by ${plotlyText(factor)}`,
        showlegend: k === 0,
        x: span(level),
        y: along(level.line, span(level)),
        line: { width: 1.5, color: hue(k) },
        hoverinfo: "skip",
      })),
      ...sample.map(({ name, times: seen, values }, k) => ({
        type: "scatter",
        mode: "markers",
        name: "raw values",
        showlegend: k === 0,
        x: seen,
        y: values,
        text: seen.map(() => plotlyText(name)),
        hovertemplate: "%{text}: %{y:.3f}<extra></extra>",
        marker: { size: 6, color: hue(k) },
      })),
      {
        type: "scatter",
        mode: "lines",
        name: "population, mean covariates",
        x: ends,
        y: along(population, ends),
        line: { width: 4, color: RED },
        hoverinfo: "skip",
      },
    ],
    layout: layout(
      `${sample.length} of ${levels.length}: random ${words}`,
      plotlyText(model.time),
      plotlyText(unit),
      { showlegend: true, legend: { orientation: "h", y: -0.28, font: { size: 11 } }, height: 310 },
    ),
  };
}

function blups({ levels, effects }: VertexModel, unit: string): Figure {
  const [first, second] = effects.map((_, a) => levels.map((level) => level.effects[a]));
  if (second === undefined) {
    const data = [{ type: "histogram", x: first, nbinsx: 40, marker: { color: BLUE } }];
    return {
      data,
      layout: layout(
        `BLUPs of ${plotlyText(effects[0])}, ${levels.length} levels`,
        plotlyText(unit),
        "levels",
      ),
    };
  }
  const data = [
    {
      type: "scatter",
      mode: "markers",
      x: first,
      y: second,
      text: levels.map(({ name }) => plotlyText(name)),
      hovertemplate: "%{text}<br>%{x:.3f}, %{y:.3f}<extra></extra>",
      marker: { size: 5, color: BLUE, opacity: 0.6 },
    },
  ];
  return {
    data,
    layout: layout(`BLUPs of ${levels.length} levels`, plotlyText(effects[0]), plotlyText(effects[1])),
  };
}

function residuals({ residuals: found, sigma }: VertexModel, unit: string): Figure {
  const largest = Math.max(...found.map(Math.abs));
  const width = (2 * largest) / 40;
  const x = Array.from({ length: 81 }, (_, k) => -largest + (k * largest) / 40);
  const normal = x.map(
    (at) => (found.length * width * Math.exp(-0.5 * (at / sigma) ** 2)) / (sigma * Math.sqrt(2 * Math.PI)),
  );
  return {
    data: [
      {
        type: "histogram",
        x: found,
        xbins: { start: -largest, end: largest, size: width },
        marker: { color: GRAY },
      },
      { type: "scatter", mode: "lines", x, y: normal, line: { width: 2, color: RED }, hoverinfo: "skip" },
    ],
    layout: layout(`Residuals of ${found.length} images; line: normal with σ̂`, plotlyText(unit), "images"),
  };
}

/** A color a level, blue to violet, so that values find their line; red is the population's. */
const hue = (k: number) => `hsl(${150 + Math.round((k * 170) / SAMPLE)}, 55%, 50%)`;

/** Levels at even steps of the first random effect, those with several images first. */
function sampleOf(levels: readonly LevelFit[]): LevelFit[] {
  const several = levels.filter(({ times }) => times.length > 1);
  const from = (several.length >= SAMPLE ? several : levels).toSorted(
    (a, b) => (a.effects[0] ?? 0) - (b.effects[0] ?? 0),
  );
  const count = Math.min(SAMPLE, from.length);
  return Array.from(
    { length: count },
    (_, k) => from[Math.round((k * (from.length - 1)) / Math.max(1, count - 1))],
  );
}

function layout(title: string, x: string, y: string, more: object = {}): object {
  return {
    height: 260,
    margin: { l: 50, r: 12, t: 30, b: 40 },
    title: { text: title, font: { size: 12 } },
    xaxis: { title: { text: x, standoff: 4 } },
    yaxis: { title: { text: y, standoff: 4 } },
    showlegend: false,
    ...more,
  };
}
