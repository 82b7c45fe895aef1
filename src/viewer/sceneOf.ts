import type { Geometry } from "./geometry.js";
import type { Maps, MapValues } from "./mapValues.js";
import { panelsOf } from "./panels.js";
import { panelBox } from "./picture.js";
import { type Cortex, layOut, type Scene } from "./scene.js";
import { shownBy } from "./shown.js";
import type { Hemisphere, PerHemisphere, ViewDocument } from "./viewDocument.js";
import type { ViewState } from "./viewState.js";

/** What a state needs, decoded. */
export interface Loaded {
  readonly values: MapValues;
  readonly cortex: PerHemisphere<Cortex>;
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
  await Promise.all(
    view.hemispheres.map(async (hemisphere) => {
      const data = values.data[hemisphere];
      if (data === undefined) return;
      const [faces, a, b, folding, regions] = await Promise.all([
        geometry.faces(hemisphere),
        geometry.surface(from, hemisphere),
        geometry.surface(to, hemisphere),
        geometry.folding(hemisphere),
        maps.regions(hemisphere),
      ]);
      cortex[hemisphere] = { faces, from: a, to: b, folding, data, regions };
    }),
  );
  return { values, cortex };
}

/** The scene of a state in a picture of that size (CSS pixels); undefined where there is nothing to show. */
export function sceneOf(
  state: ViewState,
  view: ViewDocument,
  loaded: PerHemisphere<Cortex>,
  width: number,
  height: number,
): Scene | undefined {
  const shown = shownBy(state, view);
  const there = shown.hemispheres.filter((hemisphere) => loaded[hemisphere] !== undefined);
  if (there.length === 0) return undefined;
  const morph = state.surface - Math.floor(state.surface);
  const box = panelBox(width, height);
  const layout = layOut(panelsOf(state.view, there), loaded, morph, {
    box,
    turns: state.turns,
    zoom: state.zoom,
  });
  // The folding pattern is soft on the folded surfaces, which come first, and crisp from the inflated one on.
  const folded = view.geometry.surfaces.filter(({ name }) => name === "white" || name === "pial").length;
  const round = Math.min(1, Math.max(0, state.surface - (folded - 1)));
  return {
    width,
    height,
    ...layout,
    pan: state.pan,
    cortex: loaded,
    morph,
    round,
    paint: shown.paint,
    outlines: state.outlines,
  };
}
