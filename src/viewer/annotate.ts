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

export const font = (ctx: Context2D, size: number, weight = 400) => {
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
