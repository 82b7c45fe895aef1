import type { Mesh } from "./mesh.js";

/** Which vertices share an edge, as compressed rows: those of v are `list[start[v]] … list[start[v + 1] − 1]`. */
export interface Neighbors {
  /** int32, V + 1. */
  readonly start: Int32Array;
  /** int32, start[V]: ascending within a vertex, each neighbor once, never the vertex itself. */
  readonly list: Int32Array;
}

/** The neighbors of every vertex of a mesh, from the edges of its faces; a vertex in no face has none. */
export function neighborsOf(mesh: Mesh): Neighbors {
  const V = mesh.vertices.length / 3;
  const { faces } = mesh;
  // Each face names an edge from both of its ends, so an inner edge is met twice; duplicates go after sorting.
  const begin = new Int32Array(V + 1);
  for (const v of faces) begin[v + 1] += 2;
  for (let v = 0; v < V; v++) begin[v + 1] += begin[v];
  const met = new Int32Array(begin[V]);
  const next = begin.slice(0, V);
  for (let f = 0; f < faces.length; f += 3) {
    for (let k = 0; k < 3; k++) {
      const v = faces[f + k];
      met[next[v]++] = faces[f + ((k + 1) % 3)];
      met[next[v]++] = faces[f + ((k + 2) % 3)];
    }
  }
  const start = new Int32Array(V + 1);
  const list = new Int32Array(met.length);
  let filled = 0;
  for (let v = 0; v < V; v++) {
    let last = -1;
    for (const other of met.subarray(begin[v], begin[v + 1]).sort()) {
      if (other !== last && other !== v) list[filled++] = other;
      last = other;
    }
    start[v + 1] = filled;
  }
  return { start, list: list.slice(0, filled) };
}
