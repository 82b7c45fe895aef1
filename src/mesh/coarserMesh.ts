import type { Mesh } from "./mesh.js";

/**
 * The mesh from which this one was made by splitting every triangle into four: fsaverage5 gives fsaverage4, that
 * fsaverage3. Its vertices are the first (V + 6) / 4; a triangle whose corners are all new lies in the middle of one
 * of its triangles.
 *
 * @returns undefined where the mesh was not made so.
 */
export function coarserMesh({ vertices, faces }: Mesh): Mesh | undefined {
  const count = (vertices.length / 3 + 6) / 4;
  if (!Number.isInteger(count) || faces.length % 12 !== 0) return undefined;
  const ends = endsOf(faces, count);
  const coarse: number[] = [];
  for (let f = 0; f < faces.length; f += 3) {
    const corners = [faces[f], faces[f + 1], faces[f + 2]];
    if (corners.some((v) => v < count)) continue;
    const [a, b, c] = corners.map((v) => ends.get(v) ?? []);
    // Between the middles of two sides lies the corner that both sides have.
    for (const [one, other] of [
      [c, a],
      [a, b],
      [b, c],
    ]) {
      const corner = one.find((v) => other.includes(v));
      if (corner === undefined) return undefined;
      coarse.push(corner);
    }
  }
  if (4 * coarse.length !== faces.length) return undefined;
  return { vertices: vertices.slice(0, 3 * count), faces: Int32Array.from(coarse) };
}

/** The two old vertices between which each new one was put. */
function endsOf(faces: Int32Array, count: number): Map<number, readonly number[]> {
  const ends = new Map<number, number[]>();
  for (let f = 0; f < faces.length; f += 3) {
    for (let k = 0; k < 3; k++) {
      const v = faces[f + k];
      if (v < count) continue;
      const known = ends.get(v) ?? [];
      ends.set(v, known);
      for (let j = 1; j < 3; j++) {
        const other = faces[f + ((k + j) % 3)];
        if (other < count && !known.includes(other)) known.push(other);
      }
    }
  }
  return ends;
}
