import type { Canvas } from "@napi-rs/canvas";
import { canvasLibrary } from "./canvas.js";

/** Channels are rounded to multiples of this: at most 4 of 255 away, which nobody sees, and half the bytes. */
const STEP = 8;
const ROUNDED = Uint8Array.from({ length: 256 }, (_, value) =>
  Math.min(255, STEP * Math.round(value / STEP)),
);

/** A picture as a PNG of half the size, for notebooks, which keep one a view. */
export async function smallPng(canvas: Canvas): Promise<Uint8Array> {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  // Opaque stays opaque, and paper white.
  for (let i = 0; i < data.length; i += 4) {
    data[i] = ROUNDED[data[i]];
    data[i + 1] = ROUNDED[data[i + 1]];
    data[i + 2] = ROUNDED[data[i + 2]];
  }
  const { createCanvas, ImageData } = canvasLibrary();
  const rounded = createCanvas(width, height);
  rounded.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
  return rounded.encode("png");
}
