import type { Canvas } from "@napi-rs/canvas";
import { InputError } from "../errors.js";
import { PictureDrawer } from "../plots/drawPicture.js";
import { figureGrid } from "../plots/figureGrid.js";
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

  async png(options: PicturesOptions = {}): Promise<Uint8Array> {
    return (await this.canvas(options)).encode("png");
  }

  private async canvas(options: PicturesOptions): Promise<Canvas> {
    const { views } = this;
    const {
      title = "",
      columns = Math.min(2, views.length),
      width = 480,
      height = 330,
      ...more
    } = {
      ...this.options,
      ...options,
    };
    return figureGrid(
      views.map((one) => (size) => new PictureDrawer(one.document, (id) => one.block(id)).draw("", size)),
      { title, columns, width, height, ...more },
    );
  }

  async toMimeBundle(): Promise<Record<string, string>> {
    const png = await smallPng(await this.canvas({}));
    return { "image/png": Buffer.from(png).toString("base64"), "text/plain": this.toString() };
  }

  toString(): string {
    return this.views.join("\n\n");
  }
}
