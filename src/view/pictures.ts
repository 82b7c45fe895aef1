import { writeFileSync } from "node:fs";
import type { SKRSContext2D } from "@napi-rs/canvas";
import { InputError } from "../errors.js";
import type { PictureOptions } from "../plots/drawPicture.js";
import { figureGrid, gridSize } from "../plots/figureGrid.js";
import {
  formatOf,
  type Painting,
  type Paper,
  type PictureFormat,
  paintedCanvas,
  pictureFile,
} from "../plots/pictureFile.js";
import { smallPng } from "../plots/smallPng.js";
import { Displayed } from "../print/displayed.js";
import { type View, view } from "./view.js";
import type { ViewInput } from "./viewInput.js";
import type { ViewOptions } from "./viewOptions.js";

/** How a grid is laid out. */
export interface PicturesOptions {
  /** Stands over the grid. */
  readonly title?: string;
  readonly columns?: number;
  /** Of one panel, CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Pixels per CSS pixel. */
  readonly ratio?: number;
  readonly theme?: "light" | "dark";
}

/**
 * A grid of pictures of the same results, drawn without a browser: statistics side by side, or contrasts.
 *
 * @param panels what each shows, as the options of a view.
 * @throws InputError when a panel names something that is not there.
 */
export function pictures(
  what: ViewInput,
  panels: readonly ViewOptions[],
  options: PicturesOptions = {},
): Pictures {
  if (panels.length === 0) {
    throw new InputError({ key: "pictures", found: "no panels", expected: "a list of options, one a panel" });
  }
  return new Pictures(
    panels.map((panel) => view(what, panel)),
    options,
  );
}

/** Several pictures in a grid, as one PNG. */
export class Pictures extends Displayed<Promise<Record<string, string>>> {
  constructor(
    private readonly views: readonly View[],
    private readonly options: PicturesOptions,
  ) {
    super();
  }

  png(options: PicturesOptions = {}): Promise<Uint8Array> {
    return this.picture("png", options);
  }

  /** The same as a PNG, SVG or PDF. */
  picture(format: PictureFormat, options: PicturesOptions = {}): Promise<Uint8Array> {
    const { paper, paint } = this.painting({ ratio: format === "png" ? 1 : 2, ...options });
    return pictureFile(format, paper, paint);
  }

  private painting(options: PicturesOptions): { readonly paper: Paper; readonly paint: Painting } {
    const { views } = this;
    const grid = {
      title: "",
      columns: Math.min(2, views.length),
      width: 480,
      height: 330,
      ratio: 1,
      ...this.options,
      ...options,
    };
    const cells = views.map((one) => (ctx: SKRSContext2D, size: PictureOptions) => one.paint(ctx, "", size));
    return {
      paper: { ...gridSize(views.length, grid), ratio: grid.ratio, title: grid.title },
      paint: (ctx) => figureGrid(ctx, cells, grid),
    };
  }

  /**
   * Writes it to a file: `.png`, `.svg` or `.pdf`.
   *
   * @throws InputError for another ending.
   */
  async save(file: string, options: PicturesOptions = {}): Promise<void> {
    writeFileSync(file, await this.picture(formatOf(file), options));
  }

  async toMimeBundle(): Promise<Record<string, string>> {
    const { paper, paint } = this.painting({});
    const png = await smallPng(await paintedCanvas(paper, paint));
    return { "image/png": Buffer.from(png).toString("base64"), "text/plain": this.toString() };
  }

  toString(): string {
    return this.views.join("\n\n");
  }
}
