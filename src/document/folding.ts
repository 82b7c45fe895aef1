import type { Mesh } from "../mesh/index.js";
import { vertexNormals } from "../viewer/geometry.js";

/** The spread of folding patterns as FreeSurfer writes them (`sulc`), to which others are scaled. */
const SPREAD = 5;

/**
 * How a surface is folded, told from its shape where there is no `sulc`: how far a vertex lies under the mean of its
 * neighbors, smoothed. A round surface is nowhere folded.
 *
 * @returns float32, V: above 0 in a sulcus, under 0 on a gyrus.
 */
export function foldingOf({ vertices, faces }: Mesh): Float32Array {
  const normals = vertexNormals(vertices, faces);
  const V = vertices.length / 3;
  const mean = neighborMeans(vertices, faces, 3);
  let depth: Float32Array = new Float32Array(V);
  for (let v = 0, i = 0; v < V; v++, i += 3) {
    for (let k = 0; k < 3; k++) depth[v] += (mean[i + k] - vertices[i + k]) * normals[i + k];
  }
  const middle = depth.reduce((sum, value) => sum + value, 0) / V;
  for (let step = 0; step < 4; step++) depth = neighborMeans(depth, faces, 1);
  let square = 0;
  for (let v = 0; v < V; v++) {
    depth[v] -= middle;
    square += depth[v] ** 2;
  }
  const spread = Math.sqrt(square / V);
  // On a sphere what is left is the grain of the mesh, not folding.
  if (spread < 0.02) return new Float32Array(V);
  return depth.map((value) => Math.max(-30, Math.min(30, (SPREAD * value) / spread)));
}

/** The mean over the neighbors of each vertex; those of an inner edge count twice, for every vertex alike. */
function neighborMeans(values: Float32Array, faces: Int32Array, width: number): Float32Array {
  const sum = new Float32Array(values.length);
  const count = new Uint16Array(values.length / width);
  for (let f = 0; f < faces.length; f += 3) {
    for (let k = 0; k < 3; k++) {
      const v = faces[f + k];
      for (const other of [faces[f + ((k + 1) % 3)], faces[f + ((k + 2) % 3)]]) {
        count[v]++;
        for (let c = 0; c < width; c++) sum[width * v + c] += values[width * other + c];
      }
    }
  }
  return sum.map((value, i) => value / (count[Math.floor(i / width)] || 1));
}
