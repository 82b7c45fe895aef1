import type { Neighbors } from "./neighbors.js";

/**
 * Smooths a map on its mesh: each iteration replaces the value at a vertex by the mean of itself and its neighbors.
 *
 * @param values float64, V; not changed.
 * @param iterations 0 or more; the width of the kernel grows with its square root.
 * @returns float64, V.
 */
export function smoothOnMesh(values: Float64Array, neighbors: Neighbors, iterations: number): Float64Array {
  const { start, list } = neighbors;
  let from = Float64Array.from(values);
  let to = new Float64Array(values.length);
  for (let iteration = 0; iteration < iterations; iteration++) {
    for (let v = 0; v < from.length; v++) {
      const end = start[v + 1];
      let sum = from[v];
      for (let k = start[v]; k < end; k++) sum += from[list[k]];
      to[v] = sum / (end - start[v] + 1);
    }
    [from, to] = [to, from];
  }
  return from;
}

/**
 * Standard deviation at each vertex of independent unit-variance noise after `smoothOnMesh`: the norms of the
 * rows of Sᵏ, exact, so that smoothed noise can be brought back to unit variance everywhere.
 *
 * @returns float64, V.
 */
export function smoothedDeviation(neighbors: Neighbors, iterations: number): Float64Array {
  const { start, list } = neighbors;
  const V = start.length - 1;
  const deviation = new Float64Array(V);
  const weight = new Float64Array(V);
  const next = new Float64Array(V);
  for (let v = 0; v < V; v++) {
    // A row of Sᵏ reaches only k edges far, so only the vertices reached are visited.
    let reached = [v];
    weight[v] = 1;
    for (let iteration = 0; iteration < iterations; iteration++) {
      const wider: number[] = [];
      for (const i of reached) {
        const share = weight[i] / (start[i + 1] - start[i] + 1);
        weight[i] = 0;
        if (next[i] === 0) wider.push(i);
        next[i] += share;
        for (let k = start[i]; k < start[i + 1]; k++) {
          if (next[list[k]] === 0) wider.push(list[k]);
          next[list[k]] += share;
        }
      }
      for (const i of wider) {
        weight[i] = next[i];
        next[i] = 0;
      }
      reached = wider;
    }
    let sum = 0;
    for (const i of reached) {
      sum += weight[i] * weight[i];
      weight[i] = 0;
    }
    deviation[v] = Math.sqrt(sum);
  }
  return deviation;
}
