import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Block, GeometryDocument } from "../viewer/viewDocument.js";
import { geometryDocument } from "./geometryDocument.js";
import type { SurfaceGeometry } from "./surfaceGeometry.js";
import { BlockStore } from "./writeBlock.js";

/** The geometries that the build leaves in dist/geometry, and that come with the JupyterLab extension. */
export const BUILT: readonly string[] = ["fsaverage5", "fsaverage4", "fsaverage3"];

const indexOf = (space: string) => `${space}.json`;

/** Every block of a geometry, once. */
export function blocksOfGeometry({ faces, folding, surfaces }: GeometryDocument): Block[] {
  const all = [
    ...Object.values(faces),
    ...Object.values(folding),
    ...surfaces.flatMap(({ shape }) => Object.values(shape)),
  ];
  return [...new Map(all.map((block) => [block.id, block])).values()];
}

/** Writes a geometry as files: `fsaverage5.json` and `<digest>/<id>.gz`. */
export function writeGeometry(geometry: SurfaceGeometry, folder: string): GeometryDocument {
  const store = new BlockStore();
  const document = geometryDocument(geometry, store);
  mkdirSync(path.join(folder, document.digest), { recursive: true });
  for (const [id, bytes] of store.bytes) writeFileSync(path.join(folder, document.digest, `${id}.gz`), bytes);
  writeFileSync(path.join(folder, indexOf(geometry.space)), JSON.stringify(document));
  return document;
}

/** Puts a geometry from files into a store; undefined where there is none. */
export function readGeometry(folder: string, space: string, store: BlockStore): GeometryDocument | undefined {
  const file = path.join(folder, indexOf(space));
  if (!existsSync(file)) return undefined;
  const document = JSON.parse(readFileSync(file, "utf8")) as GeometryDocument;
  for (const { id } of blocksOfGeometry(document)) {
    store.addWritten(id, readFileSync(path.join(folder, document.digest, `${id}.gz`)));
  }
  return document;
}

/** The folder in which the build leaves geometries, so that views need no Python packages. */
export function builtGeometryFolder(): string | undefined {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    for (const place of [path.join(folder, "geometry"), path.join(folder, "dist", "geometry")]) {
      if (existsSync(path.join(place, indexOf(BUILT[0])))) return place;
    }
    const parent = path.dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}
