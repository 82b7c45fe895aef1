import { LANES } from "./kernel.js";
import type { SlopeMemory } from "./slopeMemory.js";
import type { Reduction } from "./slopeReduction.js";

/** A vertex with every image, set aside with what its images were reduced to. */
export interface SavedVertex {
  /** Its row of the estimates. */
  readonly row: number;
  readonly reduced: Reduction;
  /** Its place among the 8 that were reduced together. */
  readonly lane: number;
  readonly z: Float64Array;
  readonly xe: Float64Array;
}

/** Sets aside a lane of half `half`. */
export function saveVertex(
  memory: SlopeMemory,
  row: number,
  reduced: Reduction,
  lane: number,
  half: 0 | 1,
): SavedVertex {
  const { p, levels } = memory.design;
  const z = new Float64Array(2 * levels);
  const xe = new Float64Array(p);
  for (let k = 0; k < z.length; k++) z[k] = memory.f64[memory.z[half] / 8 + k * LANES + lane];
  for (let k = 0; k < p; k++) xe[k] = memory.f64[memory.xe[half] / 8 + k * LANES + lane];
  return { row, reduced, lane, z, xe };
}

/** Brings a vertex back into lane `lane` of the first half. */
export function loadVertex({ f64, z, xe }: SlopeMemory, vertex: SavedVertex, lane: number): void {
  for (let k = 0; k < vertex.z.length; k++) f64[z[0] / 8 + k * LANES + lane] = vertex.z[k];
  for (let k = 0; k < vertex.xe.length; k++) f64[xe[0] / 8 + k * LANES + lane] = vertex.xe[k];
}

/** Brings a vertex into lane `lane` of the 16 in float32, scaled so that e'e = n. */
export function loadVertex32(memory: SlopeMemory, vertex: SavedVertex, lane: number): void {
  const { f32, z32, xe32, design } = memory;
  const scale = Math.sqrt(design.n / vertex.reduced.ee[vertex.lane]);
  const N = 2 * LANES;
  for (let k = 0; k < vertex.z.length; k++) f32[z32 / 4 + k * N + lane] = scale * vertex.z[k];
  for (let k = 0; k < vertex.xe.length; k++) f32[xe32 / 4 + k * N + lane] = scale * vertex.xe[k];
}
