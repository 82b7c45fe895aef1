import { Geometry } from "../geometry.js";
import { Maps } from "../mapValues.js";
import { type Shown, shownBy } from "../shown.js";
import type { Hemisphere, ViewDocument } from "../viewDocument.js";
import { decodeState, encodeState, firstState, settled, type ViewState } from "../viewState.js";
import { withContrast } from "../withContrast.js";
import type { NewVolume } from "../withVolumes.js";
import type { Actions } from "./controls.js";
import { CortexRenderer } from "./cortexRenderer.js";
import { fly } from "./flight.js";
import { pannedBy, turnedBy, zoomedBy } from "./gestures.js";
import { keysOf, volumeKeysOf } from "./keyboard.js";
import { savePicture } from "./paintPicture.js";
import { listenToPointer } from "./pointer.js";
import { showMessage } from "./showMessage.js";
import { addStyle } from "./style.js";
import { isDark, onPixelRatio, onTheme } from "./theme.js";
import { ViewElements } from "./viewElements.js";
import type { ViewerOptions } from "./viewerOptions.js";
import { ViewLoader } from "./viewLoader.js";
import { clearPanels, renderPanels, tipOf, wordsOf } from "./viewPanels.js";
import { ViewPicture } from "./viewPicture.js";

/** A live view in an element of a page or of a notebook's output. */
export class Viewer {
  state: ViewState;
  readonly first: ViewState;
  private readonly elements: ViewElements;
  private readonly geometry: Geometry;
  private readonly maps: Maps;
  readonly loader: ViewLoader;
  readonly drawing: ViewPicture;
  private readonly stops: (() => void)[] = [];
  private lastGood: ViewState;
  private linking = 0;
  private flight: () => void = () => undefined;
  private copied = false;

  private constructor(
    readonly element: HTMLElement,
    public view: ViewDocument,
    private readonly options: ViewerOptions,
  ) {
    this.geometry = Geometry.open(view.geometry, options.source);
    this.maps = new Maps(view, options.source, (hemisphere) => this.geometry.faces(hemisphere));
    this.loader = new ViewLoader(this.geometry, this.maps, options, () => this.update());
    this.elements = new ViewElements(options.wheelZooms !== true);
    this.drawing = new ViewPicture(
      this.elements,
      () => this,
      () => this.update(),
    );
    this.first = decodeState(view.start, firstState(view), view);
    this.state = decodeState(options.link ?? "", this.first, view);
    this.lastGood = this.state;
  }

  /** Puts a view into an element. What goes wrong is said there; it never stays blank. */
  static async mount(
    element: HTMLElement,
    view: ViewDocument,
    options: ViewerOptions,
  ): Promise<Viewer | undefined> {
    addStyle();
    try {
      const viewer = new Viewer(element, view, options);
      viewer.build();
      await viewer.load().catch((error: unknown) => {
        if (options.othersUsable !== true) throw error;
        // One map is damaged: the controls offer the others.
        viewer.notice(error);
        viewer.update();
      });
      viewer.drawing.request();
      viewer.drawing.first.then(() => viewer.loader.prefetch(viewer.state, viewer.view));
      return viewer;
    } catch (error) {
      showMessage(element, error);
      return undefined;
    }
  }

  set(patch: Partial<ViewState>): void {
    const before = this.state;
    const next = settled({ ...before, ...patch }, this.view);
    if (patch.surface !== undefined && Math.abs(next.surface - before.surface) >= 1) {
      this.fly(before.surface, next);
      return;
    }
    this.state = next;
    this.changed();
  }

  /** Shared by all views of the page; a volume's slices need none. */
  get renderer(): CortexRenderer {
    return CortexRenderer.get();
  }

  get busy(): boolean {
    return !this.loader.has(this.state);
  }

  /** The value of the map that is shown; NaN outside the mask. */
  valueAt(hemisphere: Hemisphere, vertex: number): number {
    return this.loader.valueAt(hemisphere, vertex);
  }

  /** The link of the current state, without #. */
  get link(): string {
    return encodeState(this.state, this.first);
  }

  dispose(): void {
    for (const stop of this.stops) stop();
    this.drawing.stop();
    this.flight();
    window.clearTimeout(this.linking);
    clearPanels(this.elements);
    this.elements.root.remove();
  }

  private build(): void {
    const { elements } = this;
    const { canvas } = elements;
    this.element.replaceChildren(elements.root);
    elements.setDark(isDark());
    this.stops.push(
      elements.observe(
        () => this.drawing.resized(),
        (inSight) => this.drawing.setInSight(inSight),
      ),
      onPixelRatio(() => this.drawing.request()),
      onTheme(() => {
        elements.setDark(isDark());
        this.changed();
      }),
      this.view.geometry.volume === undefined
        ? this.renderer.onRestored(() => this.drawing.request())
        : () => undefined,
      // The picture is the same: only what may be asked changes.
      this.options.kernel?.onChange(() => {
        if (this.loader.started) this.update();
      }) ?? (() => undefined),
    );
    canvas.addEventListener("keydown", (event) => this.key(event));
    listenToPointer(
      canvas,
      {
        turn: (x, y, dx, dy) => this.turn(x, y, dx, dy),
        pan: (dx, dy) => this.pan(dx, dy),
        zoom: (factor) => this.move(zoomedBy(this.state, factor)),
        click: (x, y) => this.set({ picked: this.drawing.pickAt(x, y) }),
        hover: (at) => this.hover(at),
      },
      this.options.wheelZooms ?? false,
    );
  }

  /** Gets what the state needs; draws at once where nothing is missing. */
  private changed(): void {
    if (!this.busy) {
      this.drawing.request();
      return;
    }
    const started = performance.now();
    this.load()
      .then(() => {
        this.drawing.timings.load = performance.now() - started;
        this.drawing.request();
      })
      .catch((error: unknown) => this.notice(error));
  }

  private async load(): Promise<void> {
    const { state } = this;
    if (!(await this.loader.load(state, this.view, () => this.state))) return;
    this.lastGood = state;
    this.elements.clearNotice();
  }

  /** Says what went wrong and goes back to the state that the picture shows. */
  private notice(error: unknown): void {
    this.elements.notice(error, !this.loader.started);
    if (!this.loader.started) return;
    this.state = this.lastGood;
    this.drawing.request();
  }

  /** Asks the kernel for a typed contrast, of every design, and shows it as soon as its map is there. */
  private async contrast(text: string): Promise<void> {
    if (this.options.askContrast === undefined || text.trim() === "") return;
    try {
      const { design, statistic } = this.state;
      let shows = false;
      const add = (added: readonly NewVolume[]) => {
        const { view, patch } = withContrast(this.view, this.state, added);
        this.view = view;
        this.maps.follow(view);
        if (patch !== undefined && !shows) this.set(patch);
        shows = true;
      };
      add(await this.options.askContrast(design, text.trim(), statistic, add));
      await this.loader.refreshFacts(this.state, this.view, () => this.state);
    } catch (error) {
      this.notice(error);
    }
  }

  private fly(from: number, target: ViewState): void {
    this.flight();
    this.flight = fly(from, target.surface, (surface, flying) => {
      this.state = { ...target, surface };
      this.drawing.moving = flying;
      this.changed();
    });
  }

  private move(patch: Partial<ViewState>): void {
    this.drawing.keepMoving();
    this.set(patch);
  }

  private turn(x: number, y: number, dx: number, dy: number): void {
    const panel = this.drawing.panelAt(x, y);
    // Slices of a volume are not turned.
    if (this.view.geometry.volume !== undefined) this.pan(dx, dy);
    else if (panel !== undefined) this.move(turnedBy(this.state, panel, dx, dy));
  }

  private pan(dx: number, dy: number): void {
    this.move(pannedBy(this.state, this.drawing.scale, dx, dy));
  }

  private hover(at: { x: number; y: number } | undefined): void {
    const found = at === undefined ? undefined : this.drawing.pickAt(at.x, at.y);
    if (found === undefined || at === undefined) {
      this.elements.hideTip();
      return;
    }
    const value = this.valueAt(found.hemisphere, found.vertex);
    this.elements.showTip(at.x, at.y, ...tipOf(this.view, this.shown, found, value));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys =
      this.view.geometry.volume === undefined
        ? keysOf(this.state, this.shown, this.drawing.panels, this.geometry.names.length)
        : volumeKeysOf(this.state, this.shown, this.view.geometry.volume, this.loader.strongest);
    const patch = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (patch === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key.startsWith("Arrow")) this.move(patch);
    else this.set(patch);
  }

  private get shown(): Shown {
    return shownBy(this.state, this.view);
  }

  /** The controls, the card, the words for screen readers and the link. */
  private update(): void {
    const { state, view, loader, options, elements, shown } = this;
    const { ink } = this.drawing;
    elements.setOffline(options.kernel?.liveness === "gone");
    const copies = this.copied ? "Copied" : (options.copy?.label ?? "Copy link");
    renderPanels(elements, { view, state, shown, loader, ink, copies, actions: this.actions, options });
    elements.describe(...wordsOf(view, state, shown, loader));
    // Browsers refuse a history that is rewritten many times a second.
    window.clearTimeout(this.linking);
    this.linking = window.setTimeout(() => options.onLink?.(this.link), 250);
  }

  private get actions(): Actions {
    const asks =
      this.options.askContrast !== undefined && (this.options.kernel?.liveness ?? "live") === "live";
    return {
      set: (patch) => this.set(patch),
      slide: (patch) => this.move(patch),
      peak: (sign) => this.set({ picked: this.loader.peak(this.shown.hemispheres, sign) }),
      pick: (hemisphere, vertex) => this.set({ picked: { hemisphere, vertex } }),
      screenshot: () => savePicture(this.drawing.copy(), this.state),
      copy: () => this.copy(),
      reset: () => this.set({ turns: {}, zoom: 1, pan: [0, 0] }),
      ...(asks ? { contrast: (text: string) => this.contrast(text) } : {}),
    };
  }

  private copy(): void {
    const text = this.options.copy?.text(this) ?? `${location.href.split("#")[0]}#${this.link}`;
    navigator.clipboard?.writeText(text).catch(() => window.prompt("Copy this:", text));
    this.copied = true;
    this.drawing.request();
    setTimeout(() => {
      this.copied = false;
      this.drawing.request();
    }, 1500);
  }
}
