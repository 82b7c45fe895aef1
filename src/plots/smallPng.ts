import type { Canvas } from "@napi-rs/canvas";
import { canvasLibrary } from "./canvas.js";

/** Channels are rounded to multiples of this: at most 4 of 255 away, which nobody sees, and half the bytes. */
const STEP = 8;

/** A picture as a PNG of half the size, for notebooks, which keep one a view. */
export async function smallPng(canvas: Canvas): Promise<Uint8Array> {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  for (let i = 0; i < data.length; i++) {
    // Opaque stays opaque, and paper white.
    if (i % 4 < 3) data[i] = Math.min(255, STEP * Math.round(data[i] / STEP));
  }
  const { createCanvas, ImageData } = canvasLibrary();
  const rounded = createCanvas(width, height);
  rounded.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
  return rounded.encode("png");
}
