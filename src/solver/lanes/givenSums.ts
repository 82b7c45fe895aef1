import { LANES } from "./kernel.js";
import type { SlopeMemory } from "./slopeMemory.js";

/** What was made of the images of whole vertices beforehand, in float32: where their searches begin. */
export interface GivenSums {
  /** The least-squares fit in the columns of the lane design; float64, vertices × p, shared between threads. */
  readonly gamma: Float64Array;
  /** The four forms of the residuals from which a search of two random effects starts; float64, vertices × 4, shared. */
  readonly forms: Float64Array | undefined;
}

/** X explains more than this share of the residuals of a given fit: they are taken anew, from the mended fit. */
const LARGEST_SHARE = 1e-6;
/** Times that a given fit is mended at most. */
const MOST_MENDINGS = 3;

/** Puts the given γ of 8 vertices where the least-squares fit would be; what is not a number begins at zero. */
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

/**
 * Mends a given γ by the float64 sums of its residuals e = y − Xγ: where X still explains a part of them that counts,
 * by δ = (X'X)⁻¹X'e, and the residuals are taken anew. A vertex is mended by its own sums alone.
 *
 * @param half where z and E'e of the residuals lie.
 * @param takeResiduals takes the residuals of γ anew.
 * @returns y'y, and e'e less what X explains of it in the end; float64, 8.
 */
export function mendFit(
  memory: SlopeMemory,
  half: 0 | 1,
  takeResiduals: () => void,
): { readonly yy: Float64Array; readonly rss: Float64Array } {
  const { kernel, design, A, S, beta, gamma, f64, ee, inverseXX, line } = memory;
  const { p, levels, XX } = design;
  const xe = memory.xe[half];
  const gain = new Float64Array(LANES);
  const of = (at: number, j: number, l: number) => f64[at / 8 + j * LANES + l];
  for (let round = 0; ; round++) {
    // X'e = Σ A'z + E'e.
    f64.copyWithin(S / 8, xe / 8, xe / 8 + p * LANES);
    kernel.applyA(levels, ...A, memory.z[half], S);
    kernel.combine(p, p, S, inverseXX, beta, line);
    let isMended = true;
    for (let l = 0; l < LANES; l++) {
      gain[l] = 0;
      for (let j = 0; j < p; j++) gain[l] += of(S, j, l) * of(beta, j, l);
      if (!(gain[l] > LARGEST_SHARE * of(ee, 0, l)) || round === MOST_MENDINGS) continue;
      isMended = false;
      for (let j = 0; j < p; j++) f64[gamma / 8 + j * LANES + l] += of(beta, j, l);
    }
    if (isMended) break;
    takeResiduals();
  }
  const rss = Float64Array.from(gain, (part, l) => of(ee, 0, l) - part);
  // y'y = e'e + 2 γ'X'e + γ'X'Xγ.
  const yy = Float64Array.from({ length: LANES }, (_, l) => {
    let sum = of(ee, 0, l);
    for (let i = 0; i < p; i++) {
      sum += 2 * of(gamma, i, l) * of(S, i, l);
      for (let j = 0; j <= i; j++) {
        sum += (i === j ? 1 : 2) * XX[i * p + j] * of(gamma, i, l) * of(gamma, j, l);
      }
    }
    return sum;
  });
  return { yy, rss };
}
