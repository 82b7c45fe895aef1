import { writeFileSync } from "node:fs";
import { InputError } from "../errors.js";
import { figureGrid, gridSize } from "../plots/figureGrid.js";
import { formatOf, type PictureFormat, pictureFile } from "../plots/pictureFile.js";
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
    const { views } = this;
    const grid = {
      title: "",
      columns: Math.min(2, views.length),
      width: 480,
      height: 330,
      ratio: format === "png" ? 1 : 2,
      ...this.options,
      ...options,
    };
    const { title, ratio } = grid;
    return pictureFile(format, { ...gridSize(views.length, grid), ratio, title }, (ctx) =>
      figureGrid(
        ctx,
        views.map((one) => (on, size) => one.paint(on, "", size)),
        grid,
      ),
    );
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
    return { "image/png": Buffer.from(await this.png()).toString("base64"), "text/plain": this.toString() };
  }

  toString(): string {
    return this.views.join("\n\n");
  }
}
