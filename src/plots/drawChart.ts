import type { Canvas } from "@napi-rs/canvas";
import { type Context2D, FONT, fitted, INK } from "../viewer/annotate.js";
import { tick } from "../viewer/formatNumber.js";
import { canvasLibrary } from "./canvas.js";
import { type ChartAxis, chartAxis, extent } from "./chartAxis.js";
import type { ChartSeries, ChartSpec } from "./chartSpec.js";
import type { PictureOptions } from "./drawPicture.js";
import { registerFonts } from "./fonts.js";

const MARGIN = { left: 74, right: 20, top: 60, bottom: 54 };
const LINE = "#e3e7ea";

interface Frame {
  readonly ctx: Context2D;
  readonly X: (value: number) => number;
  readonly Y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Draws a chart without a browser, in the fonts and colors of the maps' pictures. */
export function drawChart(
  spec: ChartSpec,
  { width, height, ratio = 1, theme = "light" }: PictureOptions,
): Canvas {
  registerFonts();
  const canvas = canvasLibrary().createCanvas(Math.round(width * ratio), Math.round(height * ratio));
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const ctx = context as Context2D;
  ctx.fillStyle = INK[theme].paper;
  ctx.fillRect(0, 0, width, height);
  const [x, y] = axesOf(spec);
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const [top, bottom] = [MARGIN.top + (hasLegend(spec) ? 22 : 0), height - MARGIN.bottom];
  const frame: Frame = {
    ctx,
    left,
    right,
    top,
    bottom,
    X: (value) => left + x.at(value) * (right - left),
    Y: (value) => bottom - y.at(value) * (bottom - top),
  };
  drawAxes(frame, spec, x, y, theme);
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, right - left, bottom - top);
  ctx.clip();
  for (const series of spec.series) drawSeries(frame, series, spec.log === "y");
  ctx.restore();
  drawMarks(frame, spec, theme);
  if (hasLegend(spec)) drawLegend(frame, spec.series, theme);
  return canvas;
}

function axesOf(spec: ChartSpec): [ChartAxis, ChartAxis] {
  const bars = spec.series.some(({ draw }) => draw === "bars");
  const half = Math.max(0, ...spec.series.map(({ width }) => (width ?? 0) / 2));
  const [lowX, highX] = extent(
    spec.series.map((series) => series.x),
    spec.marks.map(({ value }) => value),
  );
  const [lowY, highY] = extent(
    spec.series.map((series) => series.y),
    bars && spec.log !== "y" ? [0] : [],
  );
  return [
    chartAxis(lowX - half, highX + half, spec.log === "x", 8),
    chartAxis(lowY, highY, spec.log === "y"),
  ];
}

const hasLegend = ({ series }: ChartSpec) => series.filter(({ name }) => name !== "").length > 1;

function write(
  ctx: Context2D,
  text: string,
  x: number,
  y: number,
  style: { size: number; weight?: number; color: string; align?: Context2D["textAlign"] },
): void {
  ctx.font = `${style.weight ?? 400} ${style.size}px ${FONT}`;
  ctx.fillStyle = style.color;
  ctx.textAlign = style.align ?? "left";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(text, x, y);
}

function drawAxes(frame: Frame, spec: ChartSpec, x: ChartAxis, y: ChartAxis, theme: "light" | "dark"): void {
  const { ctx, left, right, top, bottom, X, Y } = frame;
  const ink = INK[theme];
  const line = theme === "light" ? LINE : "#363c42";
  write(ctx, fitted(ctx, spec.title, right - 16), 16, 26, { size: 16, weight: 600, color: ink.text });
  for (const value of y.ticks) {
    ctx.fillStyle = line;
    ctx.fillRect(left, Y(value) - 0.5, right - left, 1);
    write(ctx, tick(value), left - 8, Y(value) + 4, { size: 11.5, color: ink.muted, align: "right" });
  }
  const named: readonly (readonly [number, string])[] =
    spec.categories === undefined
      ? x.ticks.map((value) => [value, tick(value)] as const)
      : spec.categories.map((name, k) => [k, name] as const);
  const room = (right - left) / Math.max(1, named.length) - 6;
  for (const [value, name] of named) {
    if (spec.categories === undefined) {
      ctx.fillStyle = line;
      ctx.fillRect(X(value) - 0.5, top, 1, bottom - top);
    }
    ctx.font = `400 11.5px ${FONT}`;
    const text = spec.categories === undefined ? name : fitted(ctx, name, room);
    write(ctx, text, X(value), bottom + 17, { size: 11.5, color: ink.muted, align: "center" });
  }
  write(ctx, spec.x, (left + right) / 2, bottom + 40, { size: 12.5, color: ink.text, align: "center" });
  write(ctx, spec.y, 16, top - 8, { size: 12.5, color: ink.text });
}

function drawSeries(
  { ctx, X, Y, bottom }: Frame,
  { draw, x, y, color, width = 0 }: ChartSeries,
  log: boolean,
): void {
  ctx.fillStyle = color;
  ctx.strokeStyle = color;
  if (draw === "bars") {
    const base = log ? bottom : Y(0);
    for (let i = 0; i < x.length; i++) {
      const [from, to] = [X(x[i] - width / 2), X(x[i] + width / 2)];
      ctx.fillRect(from + 0.5, Math.min(base, Y(y[i])), Math.max(1, to - from - 1), Math.abs(base - Y(y[i])));
    }
    return;
  }
  if (draw === "points") {
    const radius = x.length > 2000 ? 1.4 : x.length > 300 ? 2 : 3;
    for (let i = 0; i < x.length; i++) {
      ctx.beginPath();
      ctx.arc(X(x[i]), Y(y[i]), radius, 0, 2 * Math.PI);
      ctx.fill();
    }
    return;
  }
  ctx.lineWidth = draw === "reference" ? 1.4 : 2.2;
  ctx.beginPath();
  for (let i = 0; i < x.length; i++) {
    if (i === 0) ctx.moveTo(X(x[i]), Y(y[i]));
    else ctx.lineTo(X(x[i]), Y(y[i]));
  }
  ctx.stroke();
}

function drawMarks(
  { ctx, X, top, bottom, right }: Frame,
  { marks }: ChartSpec,
  theme: "light" | "dark",
): void {
  for (const { name, value } of marks) {
    ctx.fillStyle = INK[theme].text;
    ctx.fillRect(X(value) - 0.75, top, 1.5, bottom - top);
    const text = `${name === "" ? "" : `${name} = `}${tick(value)}`;
    ctx.font = `600 11.5px ${FONT}`;
    const over = X(value) + 8 + ctx.measureText(text).width > right;
    const style = {
      size: 11.5,
      weight: 600,
      color: INK[theme].text,
      align: over ? "right" : "left",
    } as const;
    write(ctx, text, X(value) + (over ? -6 : 6), top + 12, style);
  }
}

function drawLegend(
  { ctx, left, top }: Frame,
  series: readonly ChartSeries[],
  theme: "light" | "dark",
): void {
  let x = left;
  for (const { name, color } of series) {
    if (name === "") continue;
    ctx.fillStyle = color;
    ctx.fillRect(x, top - 34, 12, 10);
    write(ctx, name, x + 18, top - 25, { size: 12, color: INK[theme].text });
    x += 40 + ctx.measureText(name).width;
  }
}
