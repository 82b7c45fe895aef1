import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { SKRSContext2D } from "@napi-rs/canvas";
import { BUILT } from "../document/geometryFiles.js";
import type { MapsOfHemisphere } from "../document/mapsOfHemisphere.js";
import { geometryNamed } from "../document/standardGeometry.js";
import { type MeshInput, ownGeometry, type SurfaceGeometry } from "../document/surfaceGeometry.js";
import { type OpenedDocument, sidesOf, viewDocument } from "../document/viewDocument.js";
import { type Regions, readRegions } from "../mesh/readRegions.js";
import { PictureDrawer, type PictureOptions } from "../plots/drawPicture.js";
import { formatOf, type PictureFormat, paintedCanvas, pictureFile } from "../plots/pictureFile.js";
import { smallPng } from "../plots/smallPng.js";
import { Displayed } from "../print/displayed.js";
import type { Report } from "../print/report.js";
import { shownBy } from "../viewer/shown.js";
import type { PerHemisphere, SummaryDocument, ViewDocument } from "../viewer/viewDocument.js";
import { decodeState, encodeState, firstState, type ViewState } from "../viewer/viewState.js";
import { keptBlocks, viewBundle } from "./mimeBundle.js";
import { overlaysOf } from "./overlays.js";
import { serveView } from "./serveView.js";
import { type Hemispheres, type Shown, shownOf, type ViewInput } from "./viewInput.js";
import { startState, type ViewOptions } from "./viewOptions.js";
import { viewText } from "./viewText.js";

/** How a view's picture is drawn. */
export type ViewPictureOptions = Partial<PictureOptions> & { readonly state?: string };

/** Of 100: colors and lines stay clear. */
const WEBP_QUALITY = 85;

/** The cell's picture for readers without the viewer, CSS pixels. */
const PICTURE: PictureOptions = { width: 720, height: 480 };

/**
 * Shows maps on the cortex: live in JupyterLab, a picture elsewhere, and in words. A cell that ends with results, or
 * with a pair of them, shows the same.
 *
 * @param what results of one hemisphere or both, several designs of them, or bare numbers, one a vertex.
 * @throws InputError when a statistic, a contrast or a surface is not there, or maps do not match the surface.
 */
export function view(what: ViewInput, options: ViewOptions = {}): View {
  const side = options.hemisphere === "rh" ? "rh" : "lh";
  const shown = shownOf(what, options.title, side);
  return openView(shown, options);
}

/** A view of what has been sorted into designs and hemispheres. */
export function openView(shown: Shown, options: ViewOptions): View {
  const opened = openDocument(shown, options);
  const state = startState(options, opened.document);
  return new View(opened, shown, state, options);
}

/** A view of the cortex: it prints itself in a terminal, draws itself as a PNG and lives in JupyterLab. */
export class View extends Displayed<Promise<Record<string, unknown>>> {
  readonly id = randomUUID();
  readonly document: ViewDocument;

  constructor(
    private readonly opened: OpenedDocument,
    private readonly shown: Shown,
    state: ViewState,
    private readonly options: ViewOptions,
  ) {
    super();
    const { document } = opened;
    this.document = {
      ...document,
      id: this.id,
      ...(options.title === undefined || shown.results.length === 0 ? {} : { caption: options.title }),
      start: encodeState(state, firstState(document)),
    };
  }

  /** What is shown, in words. */
  get report(): Report {
    const { document } = this;
    const state = decodeState(document.start, firstState(document), document);
    const seen = shownBy(state, document);
    const design = this.shown.designs.find(({ key }) => key === seen.design.key);
    const sides = sidesOf<MapsOfHemisphere>(design?.maps ?? {}).flatMap(([hemisphere, maps]) => {
      const volume = maps.volumes(seen.statistic.key)?.find(({ label }) => label === seen.volume.label);
      if (volume === undefined || !seen.hemispheres.includes(hemisphere)) return [];
      return [{ hemisphere, values: volume.values, mask: maps.mask }];
    });
    return viewText(this.options.title, seen, document.geometry, sides);
  }

  /** The picture by which it begins, or that of a link (`state`: what stands after # there). */
  png(options: ViewPictureOptions = {}): Promise<Uint8Array> {
    return this.picture("png", options);
  }

  /** The same as a PNG, SVG or PDF. */
  picture(format: PictureFormat, options: ViewPictureOptions = {}): Promise<Uint8Array> {
    const { state = "", ...more } = options;
    const size = { ...PICTURE, ratio: format === "png" ? 1 : 2, ...more };
    const { title } = this.document;
    return pictureFile(format, { ...size, title }, (ctx) => this.paint(ctx, state, size));
  }

  /** Paints it, in CSS pixels. */
  paint(ctx: SKRSContext2D, state: string, size: PictureOptions): Promise<void> {
    // The streams by which a browser unpacks would be loaded first, which takes a tenth of a second.
    const source = async (id: string) => ({ unpacked: gunzipSync(await this.block(id)) });
    return new PictureDrawer(this.document, source).paint(ctx, state, size);
  }

  /**
   * Writes that picture to a file: `.png`, `.svg` or `.pdf`.
   *
   * @throws InputError for another ending.
   */
  async save(file: string, options: ViewPictureOptions = {}): Promise<void> {
    writeFileSync(file, await this.picture(formatOf(file), options));
  }

  /** All of it, as a page carries it: it asks no kernel. */
  page(title?: string): OpenedDocument {
    const { id: _, ...document } = this.document;
    return { store: this.opened.store, document: { ...document, title: title ?? document.title } };
  }

  /** The gzipped bytes of a block. */
  async block(id: string): Promise<Uint8Array> {
    const bytes = this.opened.store.read(id);
    if (bytes === undefined) throw new Error(`Found no map ${id} in these results.`);
    return bytes;
  }

  /** The view, its picture and its words. */
  async toMimeBundle(): Promise<Record<string, unknown>> {
    return (await this.bundleUnder()).bundle;
  }

  /**
   * The same under a summary.
   *
   * @returns also the picture as the address of a small image, for HTML.
   */
  async bundleUnder(summary?: SummaryDocument): Promise<{ bundle: Record<string, unknown>; image: string }> {
    const { opened, options, shown } = this;
    const document = summary === undefined ? this.document : { ...this.document, summary };
    serveView({
      document: this.document,
      designs: shown.designs,
      store: opened.store,
      unit: options.unit ?? "",
    });
    const withGeometry = !BUILT.includes(document.geometry.space) || options.keep === "all";
    const kept = keptBlocks(document, options.keep ?? "shown", withGeometry);
    const size = { ...PICTURE, ratio: 1, title: "" };
    const canvas = await paintedCanvas(size, (ctx) => this.paint(ctx, "", size));
    const bundle = await viewBundle(document, opened.store, kept, smallPng(canvas), () => this.toString());
    if (summary === undefined) return { bundle, image: "" };
    const image = await canvas.encode("webp", WEBP_QUALITY);
    return { bundle, image: `data:image/webp;base64,${image.toString("base64")}` };
  }

  toString(): string {
    return this.report.toString();
  }
}

/** Documents by results: views of the same results share one, and its blocks. */
const known = new WeakMap<object, Map<string, OpenedDocument>>();

function openDocument(shown: Shown, options: ViewOptions): OpenedDocument {
  const { designs, results } = shown;
  const title = results.map(({ name }) => name).join(", ") || (options.title ?? "values");
  const sides = (["lh", "rh"] as const).filter((h) => designs.some(({ maps }) => maps[h] !== undefined));
  const open = () =>
    viewDocument(designs, {
      title,
      ...(options.unit === undefined ? {} : { unit: options.unit }),
      ...(options.mesh === undefined ? {} : { geometry: geometryOf(options.mesh, shown) }),
      ...(options.regions === undefined ? {} : { regions: regionsOf(options.regions) }),
      ...(options.overlay === undefined ? {} : { overlays: overlaysOf(options.overlay, sides) }),
    });
  const all = results.flatMap((design) => Object.values(design.results));
  const [first] = all;
  if (first === undefined) return open();
  const documents = known.get(first) ?? new Map<string, OpenedDocument>();
  known.set(first, documents);
  const { unit, mesh, regions, overlay } = options;
  const key = JSON.stringify([title, unit, all.map(numberOf), [mesh, regions, overlay].map(identity)]);
  const document = documents.get(key) ?? open();
  documents.set(key, document);
  return document;
}

/** Label files are read; what has been read stays. */
function regionsOf({ lh, rh }: Hemispheres<string | Regions>): PerHemisphere<Regions> {
  const read = (one: string | Regions) => (typeof one === "string" ? readRegions(one) : one);
  return { ...(lh === undefined ? {} : { lh: read(lh) }), ...(rh === undefined ? {} : { rh: read(rh) }) };
}

const numbers = new WeakMap<object, number>();
let count = 0;

/** The same object has the same number, others another. */
function numberOf(one: object): number {
  const number = numbers.get(one) ?? ++count;
  numbers.set(one, number);
  return number;
}

/** The same for a pair or a list of objects, and for names. */
function identity(one: unknown): unknown {
  if (typeof one !== "object" || one === null) return one;
  if (Array.isArray(one)) return one.map(identity);
  const { lh, rh } = one as Hemispheres<unknown>;
  return lh === undefined && rh === undefined ? numberOf(one) : [identity(lh), identity(rh)];
}

/** One mesh alone is that of the one hemisphere there is, or of both; a name may say surfaces of both. */
function geometryOf(mesh: MeshInput | Hemispheres<MeshInput>, { designs }: Shown): SurfaceGeometry | string {
  if (typeof mesh === "string" && BUILT.includes(mesh)) return mesh;
  const sides = (["lh", "rh"] as const).filter((h) => designs.some(({ maps }) => maps[h] !== undefined));
  if (typeof mesh !== "string" && !("vertices" in mesh)) {
    const { lh, rh } = mesh;
    return ownGeometry({ ...(lh === undefined ? {} : { lh }), ...(rh === undefined ? {} : { rh }) });
  }
  const named = typeof mesh === "string" ? geometryNamed(mesh, sides) : undefined;
  return named ?? ownGeometry(Object.fromEntries(sides.map((h) => [h, mesh])));
}
