import { createHash } from "node:crypto";
import type { Hemisphere, Mesh } from "../mesh/index.js";
import type { Block, GeometryDocument, SurfaceBlock } from "../viewer/viewDocument.js";
import type { SurfaceGeometry } from "./surfaceGeometry.js";
import type { BlockStore } from "./writeBlock.js";

/** Positions are stored in steps of this many mm, where the surface lies within ±128 mm: finer than any eye sees. */
const STEP = 1 / 256;

/** Writes a geometry into blocks: both hemispheres in all their shapes. */
export function geometryDocument(geometry: SurfaceGeometry, store: BlockStore): GeometryDocument {
  const hash = createHash("sha256").update(geometry.space);
  const hemispheres = (["lh", "rh"] as const).filter((h) => geometry.surfaces[0]?.mesh[h] !== undefined);
  const add = <Written extends Int16Array | Uint16Array | Uint32Array>(id: string, array: Written): Block => {
    hash.update(id).update(array);
    return store.add(id, array);
  };
  const vertices: { [H in Hemisphere]?: number } = {};
  const faces: { [H in Hemisphere]?: Block } = {};
  const folding: { [H in Hemisphere]?: Block } = {};
  for (const h of hemispheres) {
    const mesh = geometry.surfaces[0]?.mesh[h];
    if (mesh === undefined) continue;
    vertices[h] = mesh.vertices.length / 3;
    const other = h === "rh" ? geometry.surfaces[0]?.mesh.lh : undefined;
    faces[h] =
      (other !== undefined && same(other.faces, mesh.faces) ? faces.lh : undefined) ??
      add(`${h}.faces`, packedFaces(mesh));
    const fold = geometry.folding[h];
    if (fold !== undefined)
      folding[h] = add(
        `${h}.folding`,
        Int16Array.from(fold, (value) => Math.round(1000 * value)),
      );
  }
  const surfaces = geometry.surfaces.map(({ name, mesh }) => {
    const shape: { [H in Hemisphere]?: SurfaceBlock } = {};
    for (const h of hemispheres) {
      const one = mesh[h];
      if (one === undefined) continue;
      const { values, scale, origin } = packedPositions(one.vertices);
      shape[h] = { ...add(`${h}.${name}`, values), scale, origin };
    }
    return { name, shape };
  });
  return {
    digest: hash.digest("hex").slice(0, 16),
    space: geometry.space,
    vertices,
    faces,
    folding,
    surfaces,
  };
}

function packedFaces({ vertices, faces }: Mesh): Uint16Array | Uint32Array {
  return vertices.length / 3 > 65_535 ? Uint32Array.from(faces) : Uint16Array.from(faces);
}

function packedPositions(positions: Float32Array) {
  const low = [0, 1, 2].map((axis) => extreme(positions, axis, Math.min));
  const high = [0, 1, 2].map((axis) => extreme(positions, axis, Math.max));
  const fits = [...low, ...high].every((value) => Math.abs(value) < 127);
  const origin = (fits ? [0, 0, 0] : low.map((value, k) => (value + high[k]) / 2)) as [
    number,
    number,
    number,
  ];
  const half = Math.max(...low.map((value, k) => (high[k] - value) / 2));
  const scale = fits ? STEP : half / 32_000;
  const values = Int16Array.from(positions, (value, i) => Math.round((value - origin[i % 3]) / scale));
  return { values, scale, origin };
}

function extreme(positions: Float32Array, axis: number, choose: (a: number, b: number) => number): number {
  let found = positions[axis];
  for (let i = axis; i < positions.length; i += 3) found = choose(found, positions[i]);
  return found;
}

function same(a: Int32Array, b: Int32Array): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}
