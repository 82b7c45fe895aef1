import { createCanvas, loadImage } from "@napi-rs/canvas";

/** How many colors a PNG has, in base64; 0 when it is none or under 2 KB. */
export async function colorsOf(base64: string): Promise<number> {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length < 2048) return 0;
  const image = await loadImage(bytes);
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return new Set(new Uint32Array(data.buffer, data.byteOffset, data.length / 4)).size;
}
