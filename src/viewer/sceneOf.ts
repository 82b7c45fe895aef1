import type { Geometry } from "./geometry.js";
import type { Maps, MapValues } from "./mapValues.js";
import { panelBox, panelsOf } from "./panels.js";
import { type Cortex, layOut, type Scene } from "./scene.js";
import { type Shown, shownBy } from "./shown.js";
import { sliceLayout } from "./slices.js";
import type { Hemisphere, PerHemisphere, ViewDocument, VolumeGrid } from "./viewDocument.js";
import type { ViewState } from "./viewState.js";

/** Surfaces on which the folds are drawn and no longer seen. */
const ROUND = /inflated|sphere/;

/** What a state needs, decoded. */
export interface Loaded {
  /** undefined until the first map is there. */
  readonly values: MapValues | undefined;
  readonly cortex: PerHemisphere<Cortex>;
  /** Of a volume: patches that are outlined, uint16 a voxel; see `RegionsDocument`. */
  readonly overlays?: readonly Uint16Array[];
  /** Of a volume: the voxel through which slices go until one is picked. */
  readonly strongest?: number;
}

/** Decodes the map and the surfaces that a state shows. */
export async function loadFor(
  state: ViewState,
  view: ViewDocument,
  geometry: Geometry,
  maps: Maps,
): Promise<Loaded> {
  const shown = shownBy(state, view);
  const [from, to] = [Math.floor(state.surface), Math.ceil(state.surface)];
  const values = await maps.get(shown.design, shown.statistic, shown.volumeIndex);
  const cortex: { [H in Hemisphere]?: Cortex } = {};
  if (view.geometry.volume !== undefined) {
    const [part] = shown.hemispheres;
    const map = values.full[part];
    return {
      values,
      cortex,
      overlays: await maps.overlays(part),
      ...(map === undefined ? {} : { strongest: strongestOf(map, shown.statistic.signed) }),
    };
  }
  await Promise.all(
    view.hemispheres.map(async (hemisphere) => {
      const data = values.data[hemisphere];
      if (data === undefined) return;
      const [faces, a, b, folding, regions, overlays, coarse] = await Promise.all([
        geometry.faces(hemisphere),
        geometry.surface(from, hemisphere),
        geometry.surface(to, hemisphere),
        geometry.folding(hemisphere),
        maps.regions(hemisphere),
        maps.overlays(hemisphere),
        geometry.coarseFaces(hemisphere),
      ]);
      cortex[hemisphere] = { faces, from: a, to: b, folding, data, regions, overlays, coarse };
    }),
  );
  return { values, cortex };
}

/** The scene of a state in a picture of that size (CSS pixels); undefined where there is nothing to show. */
export function sceneOf(
  state: ViewState,
  view: ViewDocument,
  loaded: Loaded,
  width: number,
  height: number,
): Scene | undefined {
  const shown = shownBy(state, view);
  const { volume } = view.geometry;
  if (volume !== undefined) {
    const scene = volumeScene(volume, state, shown, loaded, width, height);
    return scene === undefined ? undefined : { ...scene, ...overlaysShown(state, view) };
  }
  const { cortex } = loaded;
  const overlaid = overlaysShown(state, view);
  const there = shown.hemispheres.filter((hemisphere) => cortex[hemisphere] !== undefined);
  if (there.length === 0) return undefined;
  const morph = state.surface - Math.floor(state.surface);
  const box = panelBox(width, height);
  const layout = layOut(panelsOf(state.view, there), cortex, morph, {
    box,
    turns: state.turns,
    zoom: state.zoom,
  });
  // The folding pattern is soft on the folded surfaces, which come first, and crisp from the inflated one on.
  const folded = view.geometry.surfaces.filter(({ name }) => !ROUND.test(name)).length;
  const round = Math.min(1, Math.max(0, state.surface - (folded - 1)));
  return {
    width,
    height,
    ...layout,
    pan: state.pan,
    cortex,
    morph,
    round,
    paint: shown.paint,
    outlines: state.outlines,
    ...overlaid,
  };
}

function volumeScene(
  grid: VolumeGrid,
  state: ViewState,
  shown: Shown,
  { values, overlays = [], strongest = 0 }: Loaded,
  width: number,
  height: number,
): Scene | undefined {
  const [part] = shown.hemispheres;
  const map = values?.full[part];
  if (map === undefined) return undefined;
  const { zoom, picked, pan } = state;
  const shownMaps = { values: map, overlays: state.overlays ? overlays : [] };
  const layout = sliceLayout(grid, part, shownMaps, picked?.vertex ?? strongest, { width, height, zoom });
  return { width, height, ...layout, pan, cortex: {}, morph: 0, round: 0, paint: shown.paint };
}

function overlaysShown({ overlays }: ViewState, view: ViewDocument): Pick<Scene, "overlays"> {
  if (!overlays || view.overlays === undefined) return {};
  return { overlays: view.overlays.map(({ title }) => title) };
}

/** Where a map is largest; where it is largest in size, for one that has a sign. */
function strongestOf(map: Float32Array, signed: boolean): number {
  let [best, at] = [Number.NEGATIVE_INFINITY, 0];
  map.forEach((value, voxel) => {
    const size = signed ? Math.abs(value) : value;
    if (size > best) [best, at] = [size, voxel];
  });
  return at;
}
