import type { ColorMap } from "./colorMaps.js";
import { type Paint, passes } from "./paint.js";
import type { PlacedPanel } from "./panels.js";

/** The part of a 2-D canvas that is used: the browser's and the one in Node.js both have it. */
export interface Context2D {
  fillStyle: unknown;
  strokeStyle: unknown;
  lineWidth: number;
  font: string;
  textAlign: "left" | "center" | "right" | "start" | "end";
  textBaseline: "alphabetic" | "top" | "hanging" | "middle" | "ideographic" | "bottom";
  fillRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  measureText(text: string): { readonly width: number };
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  rect(x: number, y: number, width: number, height: number): void;
  closePath(): void;
  fill(): void;
  stroke(): void;
  clip(): void;
  save(): void;
  restore(): void;
  createLinearGradient(x0: number, y0: number, x1: number, y1: number): Gradient;
}

interface Gradient {
  addColorStop(offset: number, color: string): void;
}

export interface Ink {
  readonly text: string;
  readonly muted: string;
  readonly paper: string;
}

export const INK: { readonly light: Ink; readonly dark: Ink } = {
  light: { text: "#1c2126", muted: "#667079", paper: "#ffffff" },
  dark: { text: "#edf0f2", muted: "#98a2ab", paper: "#15171a" },
};

export const FONT = "Inter, system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

const font = (ctx: Context2D, size: number, weight = 400) => {
  ctx.font = `${weight} ${size}px ${FONT}`;
};

/** Title and subtitle in the upper left corner. */
export function drawTitle(
  ctx: Context2D,
  x: number,
  y: number,
  title: string,
  subtitle: string,
  ink: Ink,
  width: number,
): void {
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  font(ctx, 16, 600);
  ctx.fillStyle = ink.text;
  ctx.fillText(fitted(ctx, title, width), x, y + 15);
  font(ctx, 12.5);
  ctx.fillStyle = ink.muted;
  ctx.fillText(fitted(ctx, subtitle, width), x, y + 34);
}

/** Cuts a text that is too wide, with an ellipsis. */
export function fitted(ctx: Context2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  let cut = text.length;
  while (cut > 1 && ctx.measureText(`${text.slice(0, cut)}…`).width > width) cut--;
  return `${text.slice(0, cut)}…`;
}

/** The name of each panel under it. */
export function drawPanelLabels(ctx: Context2D, panels: readonly PlacedPanel[], ink: Ink): void {
  font(ctx, 12);
  ctx.fillStyle = ink.muted;
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  for (const { x, width, foot, label } of panels) ctx.fillText(label, x + width / 2, foot + 16);
}

export interface Legend {
  readonly title: string;
  readonly min: number;
  readonly max: number;
  /** Whether there are vertices outside the mask. */
  readonly outside: boolean;
}

/** A number on a scale, as short as its neighbors allow. */
export function tick(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const digits =
    size >= 1000
      ? Math.round(value).toLocaleString("en-US")
      : String(Number(value.toPrecision(size >= 100 ? 4 : 3)));
  return (size < 1e-3 ? value.toExponential(1) : digits).replace("-", "−");
}

/** The bar's gray under the threshold: between gyrus and sulcus. */
const UNDER = "#abadae";

/** Where the k-th color of a map stands, from 0 to 1; a signed map's two halves both stand at ½. */
function stopAt({ stops, signed }: ColorMap, k: number): number {
  if (!signed) return k / (stops.length - 1);
  const half = stops.length / 2;
  return k < half ? (0.5 * k) / (half - 1) : 0.5 + (0.5 * (k - half)) / (half - 1);
}

/**
 * A horizontal color bar: gray under the threshold, a mark at the threshold, an arrow where values lie beyond the
 * end. `x` is its center, `y` its upper edge; it is 52 pixels high.
 */
export function drawColorBar(
  ctx: Context2D,
  x: number,
  y: number,
  width: number,
  paint: Paint,
  legend: Legend,
  ink: Ink,
): void {
  const { map, low, high, threshold } = paint;
  const left = x - width / 2;
  const [from, to] = map.signed ? [-high, high] : [low, high];
  const at = (value: number) => left + ((value - from) / (to - from)) * width;
  const [top, thick] = [y + 20, 11];
  const gradient = ctx.createLinearGradient(left, 0, left + width, 0);
  for (const [k, color] of map.stops.entries()) gradient.addColorStop(stopAt(map, k), color);
  ctx.fillStyle = gradient;
  ctx.fillRect(left, top, width, thick);
  ctx.fillStyle = UNDER;
  const [first, last] = map.signed
    ? [at(-Math.min(threshold, to)), at(Math.min(threshold, to))]
    : [left, at(Math.min(threshold, to))];
  if (last > first) ctx.fillRect(first, top, last - first, thick);
  const arrow = (end: number, direction: number, value: number) => {
    ctx.fillStyle = passes(value, paint) ? map.stops[direction < 0 ? 0 : map.stops.length - 1] : UNDER;
    ctx.beginPath();
    ctx.moveTo(end, top);
    ctx.lineTo(end + direction * 7, top + thick / 2);
    ctx.lineTo(end, top + thick);
    ctx.closePath();
    ctx.fill();
  };
  if (legend.max > to) arrow(left + width, 1, to);
  if (legend.min < from) arrow(left, -1, from);
  font(ctx, 12.5, 600);
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  ctx.fillStyle = ink.text;
  ctx.fillText(legend.title, x, y + 12);
  const limited = Number.isFinite(threshold) && threshold > 0 && threshold < to;
  const marks = new Set<number>(limited ? (map.signed ? [-threshold, threshold] : [threshold]) : []);
  const values = [...marks];
  const room = (value: number) => values.every((other) => Math.abs(at(value) - at(other)) > 34);
  for (const value of map.signed ? [from, to, 0, from / 2, to / 2] : [from, to, (from + to) / 2])
    if (room(value)) values.push(value);
  font(ctx, 11.5);
  for (const value of values) {
    const marked = marks.has(value);
    ctx.fillStyle = marked ? ink.text : ink.muted;
    ctx.fillRect(
      at(value) - (marked ? 0.9 : 0.5),
      marked ? top - 4 : top + thick,
      marked ? 1.8 : 1,
      marked ? thick + 8 : 4,
    );
    ctx.fillText(tick(value), at(value), top + thick + 17);
  }
  if (legend.outside) {
    const sx = left + width + 34;
    drawHatch(ctx, sx, top, 16, thick);
    ctx.fillStyle = ink.muted;
    ctx.textAlign = "left";
    ctx.fillText("outside the mask", sx + 22, top + thick - 1.5);
  }
}

/** The pattern that the shader draws outside the mask. */
function drawHatch(ctx: Context2D, x: number, y: number, width: number, height: number): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, height);
  ctx.clip();
  ctx.fillStyle = "#b3b0a7";
  ctx.fillRect(x, y, width, height);
  ctx.strokeStyle = "#908c82";
  ctx.lineWidth = 1.4;
  for (let k = -height; k < width; k += 5) {
    ctx.beginPath();
    ctx.moveTo(x + k, y);
    ctx.lineTo(x + k + height, y + height);
    ctx.stroke();
  }
  ctx.restore();
}

/** A ring around a picked vertex. */
export function drawMarker(ctx: Context2D, x: number, y: number): void {
  for (const [color, width] of [
    ["#ffffff", 4],
    ["#111111", 1.8],
  ] as const) {
    ctx.strokeStyle = color;
    ctx.lineWidth = width;
    ctx.beginPath();
    ctx.arc(x, y, 6, 0, 2 * Math.PI);
    ctx.stroke();
  }
  ctx.fillStyle = "#ffffff";
  ctx.beginPath();
  ctx.arc(x, y, 1.6, 0, 2 * Math.PI);
  ctx.fill();
}
