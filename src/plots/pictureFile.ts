import path from "node:path";
import type { Canvas, SKRSContext2D } from "@napi-rs/canvas";
import { InputError } from "../errors.js";
import { canvasLibrary } from "./canvas.js";

/** The files that a picture can be. In SVG and PDF words and lines are vectors, and the cortex is an image. */
export const PICTURE_FORMATS = ["png", "svg", "pdf"] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

/** Of a picture. */
export interface Paper {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels per CSS pixel: of the whole PNG, of the cortex in SVG and PDF. */
  readonly ratio: number;
  /** Of the PDF. */
  readonly title: string;
}

/** Paints in CSS pixels. */
export type Painting = (ctx: SKRSContext2D) => Promise<void>;

/** The bytes of a picture. Letters are outlines in SVG and part of the PDF, so that both look the same everywhere. */
export async function pictureFile(format: PictureFormat, paper: Paper, paint: Painting): Promise<Uint8Array> {
  const { createCanvas, PDFDocument, SvgExportFlag } = canvasLibrary();
  const { width, height, ratio, title } = paper;
  if (format === "png") return (await paintedCanvas(paper, paint)).encode("png");
  if (format === "svg") {
    const canvas = createCanvas(width, height, SvgExportFlag.ConvertTextToPaths);
    await paint(canvas.getContext("2d") as SKRSContext2D);
    return canvas.getContent();
  }
  const document = new PDFDocument({ title, rasterDPI: 72 * ratio });
  await paint(document.beginPage(width, height) as SKRSContext2D);
  document.endPage();
  return document.close();
}

/** A canvas with the picture on it. */
export async function paintedCanvas({ width, height, ratio }: Paper, paint: Painting): Promise<Canvas> {
  const canvas = canvasLibrary().createCanvas(Math.round(width * ratio), Math.round(height * ratio));
  const ctx = canvas.getContext("2d");
  ctx.scale(ratio, ratio);
  await paint(ctx);
  return canvas;
}

/**
 * The format that the name of a file says.
 *
 * @throws InputError for another ending.
 */
export function formatOf(file: string): PictureFormat {
  const ending = path.extname(file).slice(1).toLowerCase();
  const format = PICTURE_FORMATS.find((one) => one === ending);
  if (format !== undefined) return format;
  throw new InputError({
    file,
    found: ending === "" ? "no ending" : `the ending .${ending}`,
    expected: ".png, .svg or .pdf",
  });
}
