import { INK, type Ink } from "../annotate.js";
import { type Picked, panelAt, pickAt, seenAt } from "../picking.js";
import type { Scene } from "../scene.js";
import { sceneOf } from "../sceneOf.js";
import { shownBy } from "../shown.js";
import type { Hemisphere, ViewDocument } from "../viewDocument.js";
import type { ViewState } from "../viewState.js";
import { paintPicture, putUnder } from "./paintPicture.js";
import { isDark } from "./theme.js";
import type { ViewElements } from "./viewElements.js";
import type { ViewLoader } from "./viewLoader.js";

/** How long the last changes took, ms: read by the test drive. */
export interface Timings {
  /** Of a redraw: cortex, annotation, controls. */
  script: number;
  /** The controls' part of it. */
  panel: number;
  firstPicture: number;
  load: number;
}

/** What a picture is drawn from. */
export interface Drawn {
  readonly state: ViewState;
  readonly view: ViewDocument;
  readonly loader: ViewLoader;
}

/** How long after the last movement the picture is drawn sharp, ms. */
const REST = 180;

/** Draws the state into the canvas, at most once a frame, and finds what is under the pointer. */
export class ViewPicture {
  draws = 0;
  /** When the first picture was there, ms since the page was navigated to. */
  firstAt = 0;
  /** Comes with the first picture: to decode more before would hold it up. */
  readonly first: Promise<void>;
  private onFirst: () => void = () => undefined;
  readonly timings: Timings = { script: 0, panel: 0, firstPicture: 0, load: 0 };
  /** While the brain moves, a slow machine draws at half the resolution. */
  moving = false;
  private readonly started = performance.now();
  private scene: Scene | undefined;
  private controls = "";
  private frame = 0;
  private inSight = true;
  private stale = false;
  private settle = 0;
  private lastFrame = 0;
  /** Between the last two pictures while something moved, ms. */
  private gap = 0;
  private slow = false;

  constructor(
    private readonly elements: ViewElements,
    private readonly now: () => Drawn,
    /** Renders the controls. */
    private readonly onDraw: () => void,
  ) {
    this.first = new Promise((resolve) => {
      this.onFirst = resolve;
    });
  }

  /** A view out of sight keeps its picture and is drawn when it comes into sight. */
  setInSight(inSight: boolean): void {
    this.inSight = inSight;
    if (inSight && this.stale) this.request();
  }

  request(): void {
    this.stale = !this.inSight;
    if (this.frame !== 0 || this.stale) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      const started = performance.now();
      this.gap = this.moving ? started - this.lastFrame : 0;
      this.slow = this.moving && (this.slow || this.gap > 70);
      this.lastFrame = started;
      if (!this.drawAll()) return;
      this.timings.script = performance.now() - started;
      if (this.draws++ === 0) {
        this.firstAt = performance.now();
        this.timings.firstPicture = this.firstAt - this.started;
        this.onFirst();
      }
      this.elements.root.dispatchEvent(new CustomEvent("blmm-drawn", { bubbles: true }));
    });
  }

  /** Draws again where the picture has another size than it was drawn for. */
  resized(): void {
    const { clientWidth, clientHeight } = this.elements.host;
    if (this.scene?.width !== clientWidth || this.scene.height !== clientHeight) this.request();
  }

  /** Something moves, and will rest. */
  keepMoving(): void {
    this.moving = true;
    window.clearTimeout(this.settle);
    // Where a picture takes longer than that, a sharp one in between would take longer still.
    const rest = Math.max(REST, 2 * Math.min(1000, this.gap));
    this.settle = window.setTimeout(() => {
      this.moving = false;
      this.request();
    }, rest);
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    window.clearTimeout(this.settle);
  }

  get ink(): Ink {
    return isDark() ? INK.dark : INK.light;
  }

  /** CSS pixels per mm. */
  get scale(): number {
    return this.scene?.scale ?? 1;
  }

  get panels(): Scene["panels"] {
    return this.scene?.panels ?? [];
  }

  panelAt(x: number, y: number): string | undefined {
    return this.scene === undefined ? undefined : panelAt(this.scene, x, y)?.key;
  }

  pickAt(x: number, y: number): Picked | undefined {
    return this.scene === undefined ? undefined : pickAt(this.scene, x, y);
  }

  seenAt(hemisphere: Hemisphere, vertex: number): { x: number; y: number }[] {
    return this.scene === undefined ? [] : seenAt(this.scene, hemisphere, vertex);
  }

  /** The picture as it is, on paper. */
  copy(ratio = 2): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    if (this.scene !== undefined) this.paintInto(canvas, this.scene, ratio, ratio);
    putUnder(canvas, this.ink.paper);
    return canvas;
  }

  /** Picture and controls. Where other controls may stand, these come first: the picture is as high as they are. */
  private drawAll(): boolean {
    const size = this.size;
    if (size === undefined) return false;
    const controls = controlsOf(this.now());
    const same = controls === this.controls;
    this.controls = controls;
    if (same && !this.draw(...size)) return false;
    const started = performance.now();
    this.onDraw();
    this.timings.panel = performance.now() - started;
    return same || (this.size !== undefined && this.draw(...this.size));
  }

  /** Undefined while there is nothing to draw, or no room for it. */
  private get size(): readonly [width: number, height: number] | undefined {
    const { clientWidth, clientHeight } = this.elements.host;
    const room = clientWidth >= 40 && clientHeight >= 120;
    return room && this.now().loader.started ? [clientWidth, clientHeight] : undefined;
  }

  private draw(width: number, height: number): boolean {
    const { canvas } = this.elements;
    const { state, view, loader } = this.now();
    const scene = sceneOf(state, view, loader, width, height);
    if (scene === undefined) return false;
    const ratio = Math.min(2, devicePixelRatio);
    this.paintInto(canvas, scene, ratio, this.slow ? ratio / 2 : ratio);
    this.scene = scene;
    return true;
  }

  private paintInto(canvas: HTMLCanvasElement, scene: Scene, ratio: number, cortexRatio: number): void {
    const { state, view } = this.now();
    const { picked } = state;
    // The cross of a volume's slices marks the voxel already.
    const marked = picked !== undefined && scene.slices === undefined && !this.moving;
    const points = !marked ? [] : seenAt(scene, picked.hemisphere, picked.vertex);
    paintPicture(canvas, scene, shownBy(state, view), {
      ratio,
      cortexRatio,
      ink: this.ink,
      points,
      caption: view.caption,
    });
  }
}

/** What says which controls there are, and so how high they stand. */
function controlsOf({ state, loader }: Drawn): string {
  const { design, statistic, volume, picked } = state;
  return JSON.stringify([
    design,
    statistic,
    volume,
    picked,
    loader.facts === undefined,
    loader.figures.length,
  ]);
}
