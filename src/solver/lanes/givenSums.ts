import { LANES } from "./kernel.js";
import type { SlopeMemory } from "./slopeMemory.js";

/** What was made of the images of whole vertices beforehand, in float32: where their searches begin. */
export interface GivenSums {
  /** The least-squares fit in the columns of the lane design; float64, vertices × p, shared between threads. */
  readonly gamma: Float64Array;
  /** The four forms of the residuals from which a search of two random effects starts; float64, vertices × 4, shared. */
  readonly forms: Float64Array | undefined;
}

/** Puts the given γ of 8 vertices where the least-squares fit will be; what is not a number begins at zero. */
export function takeFit(
  { f64, design, gamma }: SlopeMemory,
  given: Float64Array,
  columns: ArrayLike<number>,
): void {
  const { p } = design;
  for (let l = 0; l < LANES; l++) {
    const vertex = columns[Math.min(l, columns.length - 1)];
    for (let j = 0; j < p; j++) {
      const value = given[vertex * p + j];
      f64[gamma / 8 + j * LANES + l] = Number.isFinite(value) ? value : 0;
    }
  }
}
