import { InputError } from "../errors.js";
import type { Regions } from "../mesh/readRegions.js";
import type {
  Block,
  DesignDocument,
  GeometryDocument,
  Hemisphere,
  PerHemisphere,
  ViewDocument,
} from "../viewer/viewDocument.js";
import { geometryDocument } from "./geometryDocument.js";
import { builtGeometryFolder, readGeometry } from "./geometryFiles.js";
import type { MapsOfHemisphere } from "./mapsOfHemisphere.js";
import { regionsDocument } from "./regionsDocument.js";
import { statisticDocument } from "./statisticDocument.js";
import { statisticKinds } from "./statisticKinds.js";
import {
  FSAVERAGE5_VERTICES,
  fsaverage5Geometry,
  type SurfaceGeometry,
  sphereGeometry,
} from "./surfaceGeometry.js";
import { BlockStore } from "./writeBlock.js";

/** The maps of one model, one hemisphere or both. */
export interface DesignMaps {
  readonly key: string;
  readonly name: string;
  readonly notes: readonly string[];
  readonly maps: PerHemisphere<MapsOfHemisphere>;
}

export interface ViewDocumentOptions {
  readonly title: string;
  readonly start?: string;
  /** Which statistics travel along; all when left out. */
  readonly statistics?: readonly string[];
  /** What the maps are drawn on; told from their size when left out. */
  readonly geometry?: SurfaceGeometry;
  /** Outlined on the cortex and named at each vertex. */
  readonly regions?: PerHemisphere<Regions>;
  /** Of the response, e.g. "% BOLD". */
  readonly unit?: string;
}

/** A view's document and the blocks that it names. */
export interface OpenedDocument {
  readonly document: ViewDocument;
  readonly store: BlockStore;
}

/**
 * Puts together what a view shows.
 *
 * @throws InputError where maps do not match the surface, or have no vertex in the mask.
 */
export function viewDocument(designs: readonly DesignMaps[], options: ViewDocumentOptions): OpenedDocument {
  const store = new BlockStore();
  const hemispheres = (["lh", "rh"] as const).filter((h) =>
    designs.some(({ maps }) => maps[h] !== undefined),
  );
  const geometry = geometryFor(designs, options.geometry, store);
  for (const { name, maps } of designs) {
    for (const [hemisphere, one] of sidesOf(maps)) {
      const expected = geometry.vertices[hemisphere];
      if (one.vertices === expected) continue;
      throw new InputError({
        key: `${name}, ${hemisphere}`,
        found: `maps of ${one.vertices.toLocaleString("en-US")} vertices`,
        expected:
          expected === undefined
            ? `a ${hemisphere} surface beside ${geometry.space}`
            : `${expected.toLocaleString("en-US")} vertices, as ${geometry.space} has`,
        hint: "Name the surface of these maps: { mesh: { lh: 'lh.pial', rh: 'rh.pial' } }",
      });
    }
  }
  const document: ViewDocument = {
    format: "blmm-view",
    version: 1,
    title: options.title,
    hemispheres,
    geometry,
    designs: designs.map((design) => designDocument(design, store, options)),
    ...(options.regions === undefined ? {} : { regions: regionsDocument(options.regions, geometry, store) }),
    start: options.start ?? "",
  };
  return { document, store };
}

/** The surface that was named, or the one with as many vertices as the maps. */
function geometryFor(
  designs: readonly DesignMaps[],
  given: SurfaceGeometry | undefined,
  store: BlockStore,
): GeometryDocument {
  if (given !== undefined) return geometryDocument(given, store);
  const [first] = designs.flatMap(({ maps }) => Object.values(maps));
  const vertices = first?.vertices ?? 0;
  if (vertices === FSAVERAGE5_VERTICES) {
    const folder = builtGeometryFolder();
    const built = folder === undefined ? undefined : readGeometry(folder, store);
    return built ?? geometryDocument(fsaverage5Geometry(), store);
  }
  const sphere = sphereGeometry(vertices);
  if (sphere !== undefined) return geometryDocument(sphere, store);
  throw new InputError({
    found: `maps of ${vertices.toLocaleString("en-US")} vertices and no surface`,
    expected: `${FSAVERAGE5_VERTICES.toLocaleString("en-US")} (fsaverage5), or the surface by name`,
    hint: "Name the surface of these maps: { mesh: { lh: 'lh.pial', rh: 'rh.pial' } }",
  });
}

/** Left and right, those that are there. */
export function sidesOf<Value>(pair: PerHemisphere<Value>): [Hemisphere, Value][] {
  return (["lh", "rh"] as const).flatMap((h): [Hemisphere, Value][] => {
    const one = pair[h];
    return one === undefined ? [] : [[h, one]];
  });
}

function designDocument(design: DesignMaps, store: BlockStore, options: ViewDocumentOptions): DesignDocument {
  const there = sidesOf(design.maps);
  const mask: { [H in Hemisphere]?: Block } = {};
  for (const [h, one] of there) mask[h] = store.add(`${design.key}.${h}.mask`, one.mask);
  const statistics = statisticKinds
    .filter(({ key }) => options.statistics?.includes(key) ?? true)
    .map((kind) => statisticDocument(kind, design.key, there, store, options.unit ?? ""))
    .filter((statistic) => statistic !== undefined);
  return { key: design.key, name: design.name, notes: design.notes, mask, statistics };
}
