import type { Mesh } from "./mesh.js";
import type { Neighbors } from "./neighbors.js";

/**
 * Length of the shortest path along edges from the nearest of some vertices.
 *
 * @param from 0-based vertices.
 * @returns float64, V, mm; Infinity where no path leads.
 */
export function distanceAlongEdges(mesh: Mesh, neighbors: Neighbors, from: Iterable<number>): Float64Array {
  const { vertices } = mesh;
  const { start, list } = neighbors;
  const V = vertices.length / 3;
  const distance = new Float64Array(V).fill(Number.POSITIVE_INFINITY);
  // Label-correcting: edges of a cortical mesh are of like length, so a plain queue revisits few vertices.
  let queue: number[] = [];
  for (const v of from) {
    distance[v] = 0;
    queue.push(v);
  }
  const queued = new Uint8Array(V);
  while (queue.length > 0) {
    const next: number[] = [];
    for (const v of queue) {
      queued[v] = 0;
      for (let k = start[v]; k < start[v + 1]; k++) {
        const other = list[k];
        const length = distance[v] + edgeLength(vertices, v, other);
        if (length >= distance[other]) continue;
        distance[other] = length;
        if (queued[other] === 0) {
          queued[other] = 1;
          next.push(other);
        }
      }
    }
    queue = next;
  }
  return distance;
}

function edgeLength(vertices: Float32Array, a: number, b: number): number {
  const dx = vertices[3 * a] - vertices[3 * b];
  const dy = vertices[3 * a + 1] - vertices[3 * b + 1];
  const dz = vertices[3 * a + 2] - vertices[3 * b + 2];
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}
