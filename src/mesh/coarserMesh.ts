import type { Mesh } from "./mesh.js";

/**
 * The mesh from which this one was made by splitting every triangle into four: fsaverage5 gives fsaverage4, that
 * fsaverage3. Its vertices are the first (V + 6) / 4.
 *
 * @returns undefined where the mesh was not made so.
 */
export function coarserMesh({ vertices, faces }: Mesh): Mesh | undefined {
  const coarse = coarserFaces(faces, vertices.length / 3);
  if (coarse === undefined) return undefined;
  const count = (vertices.length / 3 + 6) / 4;
  return { vertices: vertices.slice(0, 3 * count), faces: coarse };
}

/**
 * The triangles of that mesh. One whose corners are all new lies in the middle of a coarse triangle, and between the
 * middles of two sides lies the corner that both sides have.
 *
 * @param vertices V.
 * @returns int32, F / 4 × 3; undefined where the mesh was not made by splitting.
 */
export function coarserFaces(faces: ArrayLike<number>, vertices: number): Int32Array | undefined {
  const count = (vertices + 6) / 4;
  if (!Number.isInteger(count) || faces.length % 12 !== 0) return undefined;
  const ends = endsOf(faces, vertices, count);
  const coarse = new Int32Array(faces.length / 4);
  let at = 0;
  for (let f = 0; f < faces.length; f += 3) {
    const [a, b, c] = [faces[f] - count, faces[f + 1] - count, faces[f + 2] - count];
    if (a < 0 || b < 0 || c < 0) continue;
    if (at + 3 > coarse.length) return undefined;
    coarse[at++] = common(ends, c, a);
    coarse[at++] = common(ends, a, b);
    coarse[at++] = common(ends, b, c);
  }
  return at === coarse.length && coarse.every((v) => v >= 0) ? coarse : undefined;
}

/** int32, 2 for each new vertex: the old ones between which it was put; −1 where there is none. */
function endsOf(faces: ArrayLike<number>, vertices: number, count: number): Int32Array {
  const ends = new Int32Array(2 * (vertices - count)).fill(-1);
  for (let f = 0; f < faces.length; f += 3) {
    for (let k = 0; k < 3; k++) {
      const at = 2 * (faces[f + k] - count);
      if (at < 0) continue;
      for (let j = 1; j < 3; j++) {
        const other = faces[f + ((k + j) % 3)];
        if (other >= count || ends[at] === other) continue;
        if (ends[at] < 0) ends[at] = other;
        else ends[at + 1] = other;
      }
    }
  }
  return ends;
}

function common(ends: Int32Array, one: number, other: number): number {
  const [a, b, c, d] = [ends[2 * one], ends[2 * one + 1], ends[2 * other], ends[2 * other + 1]];
  if (a >= 0 && (a === c || a === d)) return a;
  return b >= 0 && (b === c || b === d) ? b : -1;
}
