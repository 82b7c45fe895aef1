import { type Context2D, font, type Ink } from "./annotate.js";
import type { ColorMap } from "./colorMaps.js";
import { tick } from "./formatNumber.js";
import { type Paint, passes } from "./paint.js";

export interface Legend {
  readonly title: string;
  readonly min: number;
  readonly max: number;
  /** Whether there are vertices outside the mask. */
  readonly outside: boolean;
}

/** The bar's gray under the threshold: between gyrus and sulcus. */
const UNDER = "#abadae";

/** Between two labels, at least: CSS pixels. */
const APART = 8;

/** Where the k-th color of a map stands, from 0 to 1; a signed map's two halves both stand at ½. */
function stopAt({ stops, signed }: ColorMap, k: number): number {
  if (!signed) return k / (stops.length - 1);
  const half = stops.length / 2;
  return k < half ? (0.5 * k) / (half - 1) : 0.5 + (0.5 * (k - half)) / (half - 1);
}

/** The lower and the upper end of a color bar. */
function endsOf({ map, low, high }: Paint): readonly [number, number] {
  return map.signed ? [-high, high] : [low, high];
}

/** Where the threshold is marked. */
function marksOf(paint: Paint): readonly number[] {
  const { map, threshold } = paint;
  const [, to] = endsOf(paint);
  if (!(Number.isFinite(threshold) && threshold > 0 && threshold < to)) return [];
  return map.signed ? [-threshold, threshold] : [threshold];
}

interface Label {
  readonly text: string;
  /** Its middle. */
  readonly value: number;
  readonly marked: boolean;
}

/**
 * What is written beside a color bar: the threshold first, then the ends, the middle and the quarters as far as they have
 * room. A threshold's two numbers that would run into one another become one, "±2".
 *
 * @param pixels from one end of the bar to the other.
 * @param extentOf how many pixels along the bar a text takes.
 */
export function labelsOf(paint: Paint, pixels: number, extentOf: (text: string) => number): readonly Label[] {
  const [from, to] = endsOf(paint);
  const labels: Label[] = [];
  const apart = (a: Label, b: Label) =>
    (Math.abs(a.value - b.value) / (to - from)) * pixels >= (extentOf(a.text) + extentOf(b.text)) / 2 + APART;
  const marks = marksOf(paint).map((value) => ({ text: tick(value), value, marked: true }));
  const [below, above] = marks;
  if (marks.length < 2 || apart(below, above)) labels.push(...marks);
  else labels.push({ text: `±${above.text}`, value: 0, marked: true });
  for (const value of paint.map.signed ? [from, to, 0, from / 2, to / 2] : [from, to, (from + to) / 2]) {
    const label = { text: tick(value), value, marked: false };
    if (labels.every((other) => apart(label, other))) labels.push(label);
  }
  return labels;
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
  const { map, threshold } = paint;
  const left = x - width / 2;
  const [from, to] = endsOf(paint);
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
  for (const value of marksOf(paint)) ctx.fillRect(at(value) - 0.9, top - 4, 1.8, thick + 8);
  font(ctx, 11.5);
  for (const { text, value, marked } of labelsOf(paint, width, (word) => ctx.measureText(word).width)) {
    ctx.fillStyle = marked ? ink.text : ink.muted;
    if (!marked) ctx.fillRect(at(value) - 0.5, top + thick, 1, 4);
    ctx.fillText(text, at(value), top + thick + 17);
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
