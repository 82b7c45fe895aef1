import { coarserFaces } from "../mesh/coarserMesh.js";
import { type BlockSource, readBlock } from "./blocks.js";
import type { GeometryDocument, Hemisphere } from "./viewDocument.js";

/** Triangles: uint32 where there are more than 65,535 vertices. */
export type Faces = Uint16Array | Uint32Array;

/** Vertices from which on a slow machine turns a coarser mesh. */
const LARGE = 100_000;

/** One hemisphere in one shape. */
export interface Surface {
  /** float32, V × 3, mm: x right, y front, z up. */
  readonly positions: Float32Array;
  /** float32, V × 3, unit length, outward. */
  readonly normals: Float32Array;
  readonly center: readonly [number, number, number];
  /** Half the size of the box around it, mm. */
  readonly half: readonly [number, number, number];
  /** Where its center lies from left to right when both hemispheres are side by side, mm. */
  readonly beside: number;
}

/** Surfaces of both hemispheres, decoded when they are first asked for and shared by all views of the page. */
export class Geometry {
  private readonly surfaces = new Map<string, Promise<Surface>>();
  private readonly foldings = new Map<Hemisphere, Promise<Float32Array>>();
  private readonly coarse = new Map<string, Promise<Faces | undefined>>();
  private readonly triangles = new Map<string, Promise<Faces>>();

  private constructor(
    readonly document: GeometryDocument,
    private readonly source: BlockSource,
  ) {}

  private static readonly known = new Map<string, Geometry>();

  static open(document: GeometryDocument, source: BlockSource): Geometry {
    const known = Geometry.known.get(document.digest);
    if (known !== undefined) return known;
    const geometry = new Geometry(document, source);
    Geometry.known.set(document.digest, geometry);
    return geometry;
  }

  get names(): readonly string[] {
    return this.document.surfaces.map(({ name }) => name);
  }

  /** F × 3; hemispheres whose triangles are the same share one array. */
  faces(hemisphere: Hemisphere): Promise<Faces> {
    const block = this.document.faces[hemisphere];
    if (block === undefined) return Promise.resolve(new Uint16Array());
    return remembered(this.triangles, block.id, () => readBlock(block, this.source) as Promise<Faces>);
  }

  /** The triangles of the next coarser mesh on the same vertices, where a large mesh has one: fsaverage6 of fsaverage7. */
  coarseFaces(hemisphere: Hemisphere): Promise<Faces | undefined> {
    const id = this.document.faces[hemisphere]?.id ?? "";
    return remembered(this.coarse, id, async () => {
      const V = this.document.vertices[hemisphere] ?? 0;
      const found = V < LARGE ? undefined : coarserFaces(await this.faces(hemisphere), V);
      return found === undefined ? undefined : Uint32Array.from(found);
    });
  }

  /** float32, V: how deep in a sulcus (> 0) or high on a gyrus (< 0). */
  folding(hemisphere: Hemisphere): Promise<Float32Array> {
    return remembered(this.foldings, hemisphere, async () => {
      const block = this.document.folding[hemisphere];
      if (block === undefined) return new Float32Array(this.document.vertices[hemisphere] ?? 0);
      return Float32Array.from(await readBlock(block, this.source), (value) => value / 1000);
    });
  }

  surface(index: number, hemisphere: Hemisphere): Promise<Surface> {
    return remembered(this.surfaces, `${index} ${hemisphere}`, async () => {
      const block = this.document.surfaces[index]?.shape[hemisphere];
      if (block === undefined) throw new Error(`no ${hemisphere} surface ${index} in this document`);
      const [stored, faces] = await Promise.all([readBlock(block, this.source), this.faces(hemisphere)]);
      const positions = Float32Array.from(stored, (value, i) => block.origin[i % 3] + block.scale * value);
      return surfaceOf(positions, faces, hemisphere);
    });
  }
}

function remembered<K, V>(map: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

export function surfaceOf(
  positions: Float32Array,
  faces: ArrayLike<number>,
  hemisphere: Hemisphere,
): Surface {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  positions.forEach((value, i) => {
    low[i % 3] = Math.min(low[i % 3], value);
    high[i % 3] = Math.max(high[i % 3], value);
  });
  const center = low.map((value, k) => (value + high[k]) / 2) as [number, number, number];
  const half = low.map((value, k) => (high[k] - value) / 2) as [number, number, number];
  const side = hemisphere === "lh" ? -1 : 1;
  // Folded surfaces lie where they are in the head; round ones are centered at 0 and must be moved apart.
  const beside = Math.abs(center[0]) > 10 ? center[0] : side * (half[0] + 4);
  return { positions, normals: vertexNormals(positions, faces), center, half, beside };
}

/** Normals of the vertices: sums of the normals of their triangles, weighted by area. */
export function vertexNormals(p: Float32Array, faces: ArrayLike<number>): Float32Array {
  const n = new Float32Array(p.length);
  for (let f = 0; f < faces.length; f += 3) {
    const [a, b, c] = [3 * faces[f], 3 * faces[f + 1], 3 * faces[f + 2]];
    const [ux, uy, uz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
    const [vx, vy, vz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
    const [x, y, z] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (const k of [a, b, c]) {
      n[k] += x;
      n[k + 1] += y;
      n[k + 2] += z;
    }
  }
  for (let i = 0; i < n.length; i += 3) {
    const length = Math.hypot(n[i], n[i + 1], n[i + 2]) || 1;
    n[i] /= length;
    n[i + 1] /= length;
    n[i + 2] /= length;
  }
  return n;
}
