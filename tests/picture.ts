import { createCanvas, loadImage } from "@napi-rs/canvas";

/** A picture as numbers: RGBA, 8 bits. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** Decodes a PNG. */
export async function pixelsOf(png: Uint8Array): Promise<Pixels> {
  const image = await loadImage(Buffer.from(png));
  const ctx = createCanvas(image.width, image.height).getContext("2d");
  ctx.drawImage(image, 0, 0);
  return {
    width: image.width,
    height: image.height,
    data: ctx.getImageData(0, 0, image.width, image.height).data,
  };
}

/** The largest difference of red, green and blue at a point. */
export function differenceAt(a: Pixels, b: Pixels, x: number, y: number): number {
  const at = 4 * (y * a.width + x);
  return Math.max(...[0, 1, 2].map((c) => Math.abs(a.data[at + c] - b.data[at + c])));
}

/** How much a picture changes from a point to the eight around it. */
export function roughness(a: Pixels, x: number, y: number): number {
  let most = 0;
  const at = 4 * (y * a.width + x);
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const other = 4 * ((y + dy) * a.width + x + dx);
      for (let c = 0; c < 3; c++) most = Math.max(most, Math.abs(a.data[at + c] - a.data[other + c]));
    }
  }
  return most;
}

/** The middle of a list. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
