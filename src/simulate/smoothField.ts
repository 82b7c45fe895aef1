import type { Mesh } from "../mesh/index.js";
import type { Random } from "./random.js";

/** Waves that together make a smooth random field with variance 1 at every vertex. */
export interface SmoothFields {
  readonly waves: number;
  /** float32, V × waves; the squares of a row sum to 1. */
  readonly weights: Float32Array;
}

/** Directions of the vertices from the middle of the mesh: float64, V × 3, unit length. */
export function directions(mesh: Mesh): Float64Array {
  const V = mesh.vertices.length / 3;
  const center = [0, 0, 0];
  for (let k = 0; k < 3 * V; k++) center[k % 3] += mesh.vertices[k] / V;
  const out = new Float64Array(3 * V);
  for (let v = 0; v < V; v++) {
    const d = [0, 1, 2].map((k) => mesh.vertices[3 * v + k] - center[k]);
    const length = Math.hypot(...d) || 1;
    for (let k = 0; k < 3; k++) out[3 * v + k] = d[k] / length;
  }
  return out;
}

/** Random plane waves over the directions; `frequency` in radians across the sphere's radius. */
export function smoothFields(
  unit: Float64Array,
  waves: number,
  frequency: number,
  random: Random,
): SmoothFields {
  const V = unit.length / 3;
  const weights = new Float32Array(V * waves);
  const wave = Array.from({ length: waves }, () => ({
    x: frequency * random.normal(),
    y: frequency * random.normal(),
    z: frequency * random.normal(),
    phase: 2 * Math.PI * random.uniform(),
  }));
  for (let v = 0; v < V; v++) {
    let squares = 0;
    for (let k = 0; k < waves; k++) {
      const { x, y, z, phase } = wave[k];
      const value = Math.cos(x * unit[3 * v] + y * unit[3 * v + 1] + z * unit[3 * v + 2] + phase);
      weights[v * waves + k] = value;
      squares += value * value;
    }
    const scale = 1 / Math.sqrt(squares);
    for (let k = 0; k < waves; k++) weights[v * waves + k] *= scale;
  }
  return { waves, weights };
}

/** Share of the variance of a draw that is smooth; the rest is white. */
const SMOOTH_SHARE = 0.6;

/** One draw of unit variance at every vertex: float32, V. */
export function drawField(fields: SmoothFields, random: Random, white: boolean, into: Float32Array): void {
  const { waves, weights } = fields;
  const amplitudes = Float64Array.from({ length: waves }, () => random.normal());
  const smooth = white ? Math.sqrt(SMOOTH_SHARE) : 1;
  const rough = white ? Math.sqrt(1 - SMOOTH_SHARE) : 0;
  for (let v = 0; v < into.length; v++) {
    let sum = 0;
    for (let k = 0; k < waves; k++) sum += weights[v * waves + k] * amplitudes[k];
    into[v] = smooth * sum + (white ? rough * random.normal() : 0);
  }
}
