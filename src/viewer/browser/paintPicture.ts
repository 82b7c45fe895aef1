import type { Ink } from "../annotate.js";
import { annotate } from "../picture.js";
import type { Scene } from "../scene.js";
import type { Shown } from "../shown.js";
import { rasterizeSlices, type Slices } from "../slices.js";
import type { ViewState } from "../viewState.js";
import { CortexRenderer } from "./cortexRenderer.js";

export interface PaintOptions {
  /** Pixels of the canvas per CSS pixel, and pixels of the cortex: fewer while a slow machine turns it. */
  readonly ratio: number;
  readonly cortexRatio: number;
  readonly ink: Ink;
  readonly caption: string | undefined;
  /** Where the picked vertex is seen. */
  readonly points: readonly { x: number; y: number }[];
}

/** Draws a scene and all that stands around it into a 2-D canvas. While the context is lost the old picture stays. */
export function paintPicture(
  canvas: HTMLCanvasElement,
  scene: Scene,
  shown: Shown,
  options: PaintOptions,
): void {
  const { ratio, cortexRatio, ink, points } = options;
  const [width, height] = [Math.round(scene.width * ratio), Math.round(scene.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  // Said, for else a picture that was read twice is kept away from the cortex's, and each drawing waits until that is copied.
  const ctx = canvas.getContext("2d", { willReadFrequently: false });
  if (ctx === null) return;
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  if (scene.slices !== undefined) putSlices(canvas, scene, scene.slices, cortexRatio);
  else if (!CortexRenderer.get().draw(scene, ctx, cortexRatio, cortexRatio < ratio)) return;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  annotate(ctx, scene, shown, ink, points, options.caption);
}

function putSlices(canvas: HTMLCanvasElement, scene: Scene, slices: Slices, ratio: number): void {
  const image = rasterizeSlices(scene, slices, ratio);
  const drawn = document.createElement("canvas");
  [drawn.width, drawn.height] = [image.width, image.height];
  drawn
    .getContext("2d")
    ?.putImageData(new ImageData(image.data as ImageDataArray, image.width, image.height), 0, 0);
  const ctx = canvas.getContext("2d");
  if (ctx === null) return;
  ctx.clearRect(0, 0, canvas.width, canvas.height);
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(drawn, 0, 0, canvas.width, canvas.height);
}

/** Fills what is transparent. */
export function putUnder(canvas: HTMLCanvasElement, color: string): void {
  const ctx = canvas.getContext("2d");
  if (ctx === null) return;
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.globalCompositeOperation = "destination-over";
  ctx.fillStyle = color;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
}

/** Offers a picture as a file named after what it shows. */
export function savePicture(canvas: HTMLCanvasElement, { design, statistic, volume }: ViewState): void {
  const name = `${design}_${statistic}_${volume}`.replaceAll(/[^\p{L}\p{N}_.-]+/gu, "-").slice(0, 80);
  canvas.toBlob((blob) => {
    if (blob === null) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}
