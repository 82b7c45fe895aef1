import { createHash } from "node:crypto";
import { InputError } from "../errors.js";
import { standardMeshes, standardMeshOf } from "../mesh/index.js";
import type { Regions } from "../mesh/readRegions.js";
import type {
  Block,
  DesignDocument,
  GeometryDocument,
  Hemisphere,
  PerHemisphere,
  ViewDocument,
  VolumeGrid,
} from "../viewer/viewDocument.js";
import { geometryDocument } from "./geometryDocument.js";
import { BUILT, builtGeometryFolder, readGeometry } from "./geometryFiles.js";
import { labelsDocument } from "./labelsDocument.js";
import type { MapsOfHemisphere } from "./mapsOfHemisphere.js";
import { geometryNamed, sphereGeometry } from "./standardGeometry.js";
import { statisticDocument } from "./statisticDocument.js";
import { statisticKinds } from "./statisticKinds.js";
import type { SurfaceGeometry } from "./surfaceGeometry.js";
import { BlockStore } from "./writeBlock.js";

/** The maps of one model, one hemisphere or both. */
export interface DesignMaps {
  readonly key: string;
  readonly name: string;
  readonly notes: readonly string[];
  readonly maps: PerHemisphere<MapsOfHemisphere>;
}

/** Patches that a test found, a hemisphere each. */
export interface Overlay {
  readonly title: string;
  readonly sides: PerHemisphere<Regions>;
}

export interface ViewDocumentOptions {
  readonly title: string;
  readonly start?: string;
  /** Which statistics travel along; all when left out. */
  readonly statistics?: readonly string[];
  /** What the maps are drawn on, or its name; told from their size when left out. */
  readonly geometry?: SurfaceGeometry | string;
  /** Outlined on the cortex and named at each vertex. */
  readonly regions?: PerHemisphere<Regions>;
  /** Outlined over the map, and named at each vertex. */
  readonly overlays?: readonly Overlay[];
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
          geometry.volume !== undefined
            ? "one volume, which has no hemispheres: view(results)"
            : expected === undefined
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
    designs: withNumbers(designs.map((design) => designDocument(design, store, options))),
    ...(options.regions === undefined
      ? {}
      : { regions: labelsDocument("regions", options.regions, geometry, store) }),
    ...(options.overlays === undefined
      ? {}
      : {
          overlays: options.overlays.map(({ title, sides }, k) => ({
            title,
            sides: labelsDocument(`overlay${k + 1}`, sides, geometry, store),
          })),
        }),
    start: options.start ?? "",
  };
  return { document, store };
}

/** The surface that was named, or the one with as many vertices as the maps. */
function geometryFor(
  designs: readonly DesignMaps[],
  given: SurfaceGeometry | string | undefined,
  store: BlockStore,
): GeometryDocument {
  if (typeof given === "object") return geometryDocument(given, store);
  const all = designs.flatMap(({ maps }) => Object.values(maps));
  const [first] = all;
  const grid = all.find((maps) => maps.grid !== undefined)?.grid;
  if (grid !== undefined) return volumeDocument(grid, all);
  const vertices = first?.vertices ?? 0;
  const sides = (["lh", "rh"] as const).filter((h) => designs.some(({ maps }) => maps[h] !== undefined));
  const name = given ?? standardMeshOf(vertices)?.name;
  if (name !== undefined) {
    const folder = BUILT.includes(name) ? builtGeometryFolder() : undefined;
    const built = folder === undefined ? undefined : readGeometry(folder, name, store);
    if (built !== undefined) return built;
    const geometry = geometryNamed(name, sides);
    if (geometry !== undefined) return geometryDocument(geometry, store);
  }
  // Of so few vertices no cortex can be told; small simulated studies have them.
  const level = Math.log2((vertices - 2) / 10) / 2;
  if (Number.isInteger(level) && level >= 0 && level < 3)
    return geometryDocument(sphereGeometry(level), store);
  throw new InputError({
    found: `maps of ${vertices.toLocaleString("en-US")} vertices and no surface`,
    expected: `${standardMeshes.map((mesh) => `${mesh.vertices.toLocaleString("en-US")} (${mesh.name})`).join(", ")}, or the surface by name`,
    hint: "Name the surface of these maps: { mesh: { lh: 'lh.pial', rh: 'rh.pial' } } in a cell, --mesh lh.pial rh.pial for the command.",
  });
}

/** The grid of a volume, instead of surfaces. */
function volumeDocument(grid: VolumeGrid, all: readonly MapsOfHemisphere[]): GeometryDocument {
  const { dims, affine } = grid;
  const words = (one: VolumeGrid) => `a volume of ${one.dims.join(" × ")} voxels`;
  for (const { grid: other } of all) {
    if (other !== undefined && sameGrid(grid, other)) continue;
    throw new InputError({
      key: "view",
      found: other === undefined ? "a surface" : `${words(other)}, which lie elsewhere`,
      expected: `${words(grid)} throughout, as the first maps are`,
      hint: "Show them in views of their own.",
    });
  }
  return {
    digest: createHash("sha256")
      .update(JSON.stringify([dims, affine]))
      .digest("hex")
      .slice(0, 16),
    space: words(grid),
    vertices: { lh: dims[0] * dims[1] * dims[2] },
    faces: {},
    folding: {},
    surfaces: [],
    volume: { dims, affine },
  };
}

function sameGrid(a: VolumeGrid, b: VolumeGrid): boolean {
  return (
    a.dims.every((side, k) => side === b.dims[k]) &&
    a.affine.every((value, k) => Math.abs(value - b.affine[k]) < 1e-4)
  );
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
  const without = statistics.flatMap(({ key, volumes }) => {
    const labels = there.flatMap(([, maps]) => maps.volumes(key)?.map(({ label }) => label) ?? []);
    return [...new Set(labels)]
      .filter((label) => !volumes.some((volume) => volume.label === label))
      .map((label) => `${key} of ${label} has no number at any vertex and is left out`);
  });
  return { key: design.key, name: design.name, notes: [...design.notes, ...without], mask, statistics };
}

/** Designs that have something to show; the first says which have not. */
function withNumbers(designs: readonly DesignDocument[]): readonly DesignDocument[] {
  const full = designs.filter(({ statistics }) => statistics.length > 0);
  const empty = designs.filter((design) => !full.includes(design));
  const [first, ...rest] = full;
  if (first === undefined) {
    throw new InputError({
      key: designs.map(({ name }) => name || "view").join(", "),
      found: "no vertex in the mask",
      expected: "at least one vertex with a number",
    });
  }
  if (empty.length === 0) return full;
  const notes = empty.map(({ name }) => `${name}: no vertex in the mask has a number; it is left out`);
  return [{ ...first, notes: [...first.notes, ...notes] }, ...rest];
}
