import { blocksOfGeometry } from "../document/geometryFiles.js";
import { type MapsOfHemisphere, type MaskedVolume, ResultsMaps } from "../document/mapsOfHemisphere.js";
import { statisticKinds } from "../document/statisticKinds.js";
import { type DesignMaps, sidesOf } from "../document/viewDocument.js";
import { BlockStore } from "../document/writeBlock.js";
import type { Results } from "../results/results.js";
import type { PerHemisphere, ViewDocument } from "../viewer/viewDocument.js";
import { type SentResults, sentResults } from "./sentResults.js";

/** A view on its way into the thread that answers for it. */
export interface SentView {
  readonly document: ViewDocument;
  readonly unit: string;
  readonly designs: readonly SentDesign[];
  /** The results of its designs by their numbers. */
  readonly results: readonly (readonly [number: number, results: SentResults])[];
  /** Blocks that are no map of a design: masks, regions. */
  readonly blocks: readonly (readonly [id: string, bytes: Uint8Array])[];
}

export interface SentDesign {
  readonly key: string;
  readonly name: string;
  readonly notes: readonly string[];
  /** Results by their number, or the maps themselves where there are no results. */
  readonly sides: PerHemisphere<{ readonly results: number } | { readonly maps: SentMaps }>;
}

/** Maps that are not those of results. */
export interface SentMaps {
  readonly vertices: number;
  readonly mask: Uint8Array;
  readonly grid: MapsOfHemisphere["grid"];
  readonly volumes: Readonly<Record<string, readonly MaskedVolume[]>>;
}

/**
 * What the thread needs to answer for a view.
 *
 * @param numberOf the number of results, the same for the same.
 */
export function sentView(
  document: ViewDocument,
  designs: readonly DesignMaps[],
  store: BlockStore,
  unit: string,
  numberOf: (results: Results) => number,
): SentView {
  const results: [number, SentResults][] = [];
  const sides = (maps: DesignMaps["maps"]) =>
    Object.fromEntries(
      sidesOf<MapsOfHemisphere>(maps).map(([side, one]) => {
        if (!(one instanceof ResultsMaps)) return [side, { maps: sentMaps(one) }];
        const number = numberOf(one.results);
        results.push([number, sentResults(one.results)]);
        return [side, { results: number }];
      }),
    );
  const ofMaps = new Set(mapBlocks(document).map(({ id }) => id));
  const ofSurfaces = new Set(blocksOfGeometry(document.geometry).map(({ id }) => id));
  return {
    document,
    unit,
    designs: designs.map(({ key, name, notes, maps }) => ({ key, name, notes, sides: sides(maps) })),
    results,
    blocks: store.ids.flatMap((id) => {
      const bytes = ofMaps.has(id) || ofSurfaces.has(id) ? undefined : store.read(id);
      return bytes === undefined ? [] : [[id, bytes] as const];
    }),
  };
}

/** The blocks of a view in the thread: maps are written when they are asked for. */
export function storeOf({ document, blocks }: SentView, designs: readonly DesignMaps[]): BlockStore {
  const store = new BlockStore();
  for (const [id, bytes] of blocks) store.addWritten(id, bytes);
  for (const { id, length, design, statistic, label, side } of mapBlocks(document)) {
    const maps = designs.find(({ key }) => key === design)?.maps[side];
    store.addLater(id, length, () => {
      const volume = maps?.volumes(statistic)?.find((one) => one.label === label);
      if (volume === undefined) throw new Error(`no map ${id}`);
      return volume.values;
    });
  }
  return store;
}

/** Every map of a view with its block. */
function mapBlocks({ designs }: ViewDocument) {
  return designs.flatMap(({ key: design, statistics }) =>
    statistics.flatMap(({ key: statistic, volumes }) =>
      volumes.flatMap(({ label, values }) =>
        sidesOf(values).map(([side, { id, length }]) => ({ id, length, design, statistic, label, side })),
      ),
    ),
  );
}

function sentMaps(maps: MapsOfHemisphere): SentMaps {
  const { vertices, mask, grid } = maps;
  const volumes = statisticKinds.flatMap(({ key }) => {
    const found = maps.volumes(key);
    return found === undefined ? [] : [[key, found] as const];
  });
  return { vertices, mask, grid, volumes: Object.fromEntries(volumes) };
}

/** The same maps in the thread. */
export function receivedMaps({ vertices, mask, grid, volumes }: SentMaps): MapsOfHemisphere {
  return {
    vertices,
    mask,
    grid,
    has: (statistic) => statistic in volumes,
    volumes: (statistic) => volumes[statistic],
  };
}
