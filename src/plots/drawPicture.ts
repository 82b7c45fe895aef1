import type { SKRSContext2D } from "@napi-rs/canvas";
import { type Context2D, INK } from "../viewer/annotate.js";
import type { BlockSource } from "../viewer/blocks.js";
import { Geometry } from "../viewer/geometry.js";
import { Maps } from "../viewer/mapValues.js";
import { annotate } from "../viewer/picture.js";
import { loadFor, sceneOf } from "../viewer/sceneOf.js";
import { shownBy } from "../viewer/shown.js";
import { rasterizeSlices } from "../viewer/slices.js";
import type { ViewDocument } from "../viewer/viewDocument.js";
import { decodeState, firstState } from "../viewer/viewState.js";
import { canvasLibrary } from "./canvas.js";
import { registerFonts } from "./fonts.js";
import { rasterizeScene } from "./rasterizeScene.js";

export interface PictureOptions {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels per CSS pixel. */
  readonly ratio?: number;
  readonly theme?: "light" | "dark";
}

/** Draws one state of a view (as in a link), without a browser. */
export class PictureDrawer {
  private readonly geometry: Geometry;
  private readonly maps: Maps;

  constructor(
    private readonly view: ViewDocument,
    source: BlockSource,
  ) {
    registerFonts();
    this.geometry = Geometry.open(view.geometry, source);
    this.maps = new Maps(view, source, (hemisphere) => this.geometry.faces(hemisphere));
  }

  /** Paints a state, in CSS pixels from the upper left corner on. */
  async paint(
    ctx: SKRSContext2D,
    link: string,
    { width, height, ratio = 1, theme = "light" }: PictureOptions,
  ): Promise<void> {
    const { view } = this;
    const state = decodeState(link, decodeState(view.start, firstState(view), view), view);
    const loaded = await loadFor(state, view, this.geometry, this.maps);
    const scene = sceneOf(state, view, loaded, width, height);
    if (scene === undefined)
      throw new Error(`Nothing to draw: no hemisphere has ${state.statistic} of ${state.design}.`);
    const image =
      scene.slices === undefined ? rasterizeScene(scene, ratio) : rasterizeSlices(scene, scene.slices, ratio);
    const { createCanvas, ImageData } = canvasLibrary();
    const drawn = createCanvas(image.width, image.height);
    drawn.getContext("2d").putImageData(new ImageData(image.data, image.width, image.height), 0, 0);
    ctx.fillStyle = INK[theme].paper;
    ctx.fillRect(0, 0, width, height);
    ctx.drawImage(drawn, 0, 0, image.width / ratio, image.height / ratio);
    annotate(ctx as Context2D, scene, shownBy(state, view), INK[theme], [], view.caption);
  }
}
