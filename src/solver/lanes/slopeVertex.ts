import { LANES } from "./kernel.js";
import type { SlopeMemory } from "./slopeMemory.js";
import type { Reduction } from "./slopeReduction.js";

/** A vertex set aside with what its images were reduced to. */
export interface SavedVertex {
  /** Its row of the estimates. */
  readonly row: number;
  readonly reduced: Reduction;
  /** Its place among the 8 that were reduced together. */
  readonly lane: number;
  readonly z: Float64Array;
  readonly xe: Float64Array;
  /** Its own G, where it misses images. */
  readonly G: Float64Array | undefined;
}

/** Sets aside a lane of half `half`; with its G where it has its own. */
export function saveVertex(
  memory: SlopeMemory,
  row: number,
  reduced: Reduction,
  lane: number,
  { half, own }: { readonly half: 0 | 1; readonly own: boolean },
): SavedVertex {
  const { f64, design, z, xe, ownG } = memory;
  const { p, levels } = design;
  const lanes = (at: number, count: number) => {
    const values = new Float64Array(count);
    for (let k = 0, from = at / 8 + lane; k < count; k++, from += LANES) values[k] = f64[from];
    return values;
  };
  return {
    row,
    reduced,
    lane,
    z: lanes(z[half], 2 * levels),
    xe: lanes(xe[half], p),
    G: own ? lanes(ownG, 4 * levels) : undefined,
  };
}

/** Sets aside the first `rows.length` lanes of the first half together, which takes a third of the time. */
export function saveVertices(
  memory: SlopeMemory,
  rows: ArrayLike<number>,
  reduced: Reduction,
  own: boolean,
): SavedVertex[] {
  const { kernel, f64, design, z, xe, ownG, byLane } = memory;
  const { p, levels } = design;
  const lanes = (at: number, count: number) => {
    kernel.byLane(count, at, byLane);
    return Array.from(rows, (_, l) => f64.slice(byLane / 8 + l * count, byLane / 8 + (l + 1) * count));
  };
  const [ofZ, ofXe, ofG] = [lanes(z[0], 2 * levels), lanes(xe[0], p), own ? lanes(ownG, 4 * levels) : []];
  return Array.from(rows, (row, lane) => {
    return { row, reduced, lane, z: ofZ[lane], xe: ofXe[lane], G: ofG[lane] };
  });
}

/** Brings a vertex back into lane `lane` of the first half. */
export function loadVertex({ f64, z, xe, ownG }: SlopeMemory, vertex: SavedVertex, lane: number): void {
  const place = (values: Float64Array, at: number) => {
    for (let k = 0, to = at / 8 + lane; k < values.length; k++, to += LANES) f64[to] = values[k];
  };
  place(vertex.z, z[0]);
  place(vertex.xe, xe[0]);
  if (vertex.G !== undefined) place(vertex.G, ownG);
}

/** Brings a vertex into lane `lane` of the 16 in float32, scaled so that e'e = n. */
export function loadVertex32(memory: SlopeMemory, vertex: SavedVertex, lane: number): void {
  const { f32, z32, xe32, design } = memory;
  const scale = Math.sqrt(design.n / vertex.reduced.ee[vertex.lane]);
  const N = 2 * LANES;
  for (let k = 0; k < vertex.z.length; k++) f32[z32 / 4 + k * N + lane] = scale * vertex.z[k];
  for (let k = 0; k < vertex.xe.length; k++) f32[xe32 / 4 + k * N + lane] = scale * vertex.xe[k];
}
