import type { Geometry } from "../geometry.js";
import { type Maps, type MapValues, peakOf } from "../mapValues.js";
import { type Loaded, loadFor } from "../sceneOf.js";
import { shownBy } from "../shown.js";
import { type VertexFacts, vertexFacts } from "../vertexFacts.js";
import type { Figure } from "../vertexFigure.js";
import type { DesignDocument, Hemisphere, ViewDocument } from "../viewDocument.js";
import type { ViewState } from "../viewState.js";
import { placeOf } from "../volumeGrid.js";
import type { ViewerOptions } from "./viewerOptions.js";

/** A picture that has been drawn is on the screen then, also where graphics are done in software. */
const ON_SCREEN_MS = 300;

/** What there is to say of a vertex, when it was asked, and of which. */
interface AskedFacts {
  readonly order: number;
  readonly key: string;
  readonly facts: VertexFacts | undefined;
}

/** Decodes what a state needs, and keeps what is shown until all of the next is there. */
export class ViewLoader {
  values: MapValues | undefined;
  cortex: Loaded["cortex"] = {};
  overlays: NonNullable<Loaded["overlays"]> = [];
  strongest = 0;
  facts: VertexFacts | undefined;
  /** Of which vertex the facts are, and which question they answer. */
  private factsKey = "";
  private factsOrder = 0;
  private asks = 0;
  figures: readonly Figure[] = [];
  private figuresKey = "";
  private loaded = "";

  constructor(
    private readonly geometry: Geometry,
    private readonly maps: Maps,
    private readonly options: ViewerOptions,
    private readonly onFigures: () => void,
  ) {}

  /** The surface that says where a vertex is: pial where there is one. */
  get positionSurface(): string {
    const { names } = this.geometry;
    return names.includes("pial") ? "pial" : names[0];
  }

  /** Whether anything has been loaded yet. */
  get started(): boolean {
    return this.loaded !== "";
  }

  /** Whether what is loaded is what the state shows. */
  has(state: ViewState): boolean {
    return keyOf(state) === this.loaded;
  }

  /** @returns false where the state has moved on meanwhile. */
  async load(state: ViewState, view: ViewDocument, current: () => ViewState): Promise<boolean> {
    const key = keyOf(state);
    const factsKey = this.factsKeyOf(state);
    // Another map of the same vertex says nothing new of it.
    const known = factsKey === this.factsKey;
    const [loaded, facts] = await Promise.all([
      loadFor(state, view, this.geometry, this.maps),
      known ? undefined : this.askFacts(state, view),
    ]);
    if (keyOf(current()) !== key || (known && factsKey !== this.factsKey)) return false;
    this.take(facts);
    this.values = loaded.values;
    this.cortex = loaded.cortex;
    this.overlays = loaded.overlays ?? [];
    this.strongest = loaded.strongest ?? 0;
    this.loaded = key;
    return true;
  }

  /** The kernel knows more than it did, of a typed contrast: what is said of the picked vertex is asked for again. */
  async refreshFacts(state: ViewState, view: ViewDocument, current: () => ViewState): Promise<void> {
    const asked = await this.askFacts(state, view);
    if (asked.key !== this.factsKeyOf(current())) return;
    this.take(asked);
    this.onFigures();
  }

  private async askFacts(state: ViewState, view: ViewDocument): Promise<AskedFacts> {
    const [order, key] = [++this.asks, this.factsKeyOf(state)];
    return { order, key, facts: await this.factsOf(state, view) };
  }

  /** An answer to an earlier question does not replace that to a later one. */
  private take(asked: AskedFacts | undefined): void {
    if (asked === undefined || asked.order < this.factsOrder) return;
    this.facts = asked.facts;
    this.factsKey = asked.key;
    this.factsOrder = asked.order;
  }

  private factsKeyOf({ design, picked }: ViewState): string {
    return JSON.stringify([design, picked, this.options.kernel?.liveness]);
  }

  /** The value of the map that is shown; NaN outside the mask. */
  valueAt(hemisphere: Hemisphere, vertex: number): number {
    return this.values?.full[hemisphere]?.[vertex] ?? Number.NaN;
  }

  /** Where the largest (or lowest) value is that is shown. */
  peak(hemispheres: readonly Hemisphere[], sign: 1 | -1): ViewState["picked"] {
    return this.values === undefined ? undefined : peakOf(this.values, hemispheres, sign);
  }

  private async factsOf(state: ViewState, view: ViewDocument): Promise<VertexFacts | undefined> {
    const { picked } = state;
    if (picked === undefined) return undefined;
    const { design } = shownBy(state, view);
    const { hemisphere, vertex } = picked;
    const position = await this.positionOf(view, hemisphere, vertex);
    const facts =
      (await this.kernelFacts(design, hemisphere, vertex, position)) ??
      (await vertexFacts(this.maps, design, hemisphere, vertex, position));
    // After the numbers: the first chart keeps the kernel for seconds.
    if (facts.inside) this.askFigures(design.key, hemisphere, vertex);
    return facts;
  }

  /** mm, on the surface that says where a vertex is. */
  private async positionOf(
    { geometry: { volume } }: ViewDocument,
    hemisphere: Hemisphere,
    vertex: number,
  ): Promise<VertexFacts["position"]> {
    if (volume !== undefined) return placeOf(volume, vertex);
    const pial = this.geometry.names.indexOf(this.positionSurface);
    const { positions } = await this.geometry.surface(pial, hemisphere);
    return [positions[3 * vertex], positions[3 * vertex + 1], positions[3 * vertex + 2]];
  }

  /** The kernel has all numbers of a vertex at once; a page reads them from its maps. */
  private async kernelFacts(
    design: DesignDocument,
    hemisphere: Hemisphere,
    vertex: number,
    position: VertexFacts["position"],
  ): Promise<VertexFacts | undefined> {
    const { vertexNumbers, kernel } = this.options;
    if (vertexNumbers === undefined || kernel?.liveness !== "live") return undefined;
    const numbers = await vertexNumbers(design.key, hemisphere, vertex).catch(() => undefined);
    return numbers === undefined
      ? undefined
      : { ...numbers, position, ...(await this.maps.namesAt(hemisphere, vertex)) };
  }

  /** The kernel's charts come when they are ready; the numbers do not wait for them. */
  private askFigures(design: string, hemisphere: Hemisphere, vertex: number): void {
    const key = JSON.stringify([design, hemisphere, vertex]);
    if (this.options.vertexFigures === undefined || key === this.figuresKey) return;
    this.figuresKey = key;
    this.figures = [];
    this.options.vertexFigures(design, hemisphere, vertex).then(
      (figures) => {
        if (key !== this.figuresKey) return;
        this.figures = figures;
        this.onFigures();
      },
      () => undefined,
    );
  }

  /** The other surfaces, and what a pick will want: decoded while nobody waits. */
  prefetch(state: ViewState, view: ViewDocument): void {
    const { design } = shownBy(state, view);
    const { local = () => true } = this.options;
    const maps = design.statistics
      .filter(({ volumes }) => volumes.length <= 8)
      .flatMap((statistic) =>
        statistic.volumes.flatMap(({ values }, k) =>
          Object.values(values).every(({ id }) => local(id))
            ? [() => this.maps.get(design, statistic, k)]
            : [],
        ),
      );
    const surfaces = this.geometry.names.flatMap((_, k) =>
      view.hemispheres.map((h) => () => this.geometry.surface(k, h)),
    );
    const queue: (() => Promise<unknown>)[] = [...surfaces, ...maps];
    const next = () => {
      const job = queue.shift();
      if (job === undefined) return;
      job().then(
        () => setTimeout(next, 0),
        () => undefined,
      );
    };
    setTimeout(next, ON_SCREEN_MS);
  }
}

function keyOf({ design, statistic, volume, surface, picked }: ViewState): string {
  return JSON.stringify([design, statistic, volume, Math.floor(surface), Math.ceil(surface), picked]);
}
