import { type GivenSums, takeFit } from "./givenSums.js";
import { LANES } from "./kernel.js";
import type { SlopeMemory } from "./slopeMemory.js";

/** About so many images have their mean taken off all: it need only be near. */
const CENTERED_BY = 256;
/** Where X explains more than this share of what was summed, residuals of the fit are summed instead. */
const LARGEST_SHARE = 0.75;
/** Times that they are at most. */
const MOST_TIMES = 3;

/**
 * Sums the picked images of 8 vertices, into half `half` of the memory. The mean is taken off first, or the fit that is
 * given: X spans it (where it does not, nothing is taken off), so that the least-squares fit of what is left differs by it
 * alone, and no digits are lost however large the mean is. The sums of a column of X do not depend on the others.
 *
 * @param sums the kernel's sums: with a G of each lane, or one for all.
 */
export function sumCentered(
  memory: SlopeMemory,
  sums: SlopeMemory["kernel"]["sumsShared"],
  half: 0 | 1,
  { given, columns }: { readonly given: GivenSums | undefined; readonly columns: ArrayLike<number> },
): void {
  const { kernel, design, start, Z, E, picked, center, z, ownG, xe, ee, yy, present, gamma } = memory;
  const { n, p, levels, ones } = design;
  if (given !== undefined) {
    memory.clear(center, 1);
    takeFit(memory, given.gamma, columns);
    sumResiduals(memory, half);
    return;
  }
  memory.clear(gamma, p);
  memory.clear(xe[half], p);
  if (ones === undefined) memory.clear(center, 1);
  else kernel.centers(n, Math.ceil(n / CENTERED_BY), picked, center);
  sums(levels, start, Z, ...E, picked, center, z[half], ownG, xe[half], ee, yy, present);
}

/** Sums the residuals of the picked images and the fit so far, image by image before anything is squared. */
export function sumResiduals(memory: SlopeMemory, half: 0 | 1): void {
  const { kernel, design, start, Z, A, E, picked, center, gamma, z, xe, ee, work } = memory;
  memory.clear(xe[half], design.p);
  kernel.residuals(design.levels, start, Z, ...A, ...E, picked, center, gamma, z[half], xe[half], ee, work);
}

/** y'y = e'e + 2 γ'X'e + γ'X'Xγ of residuals of a fit that was given, once X'e is known. */
export function sumSquares({ f64, design, S, gamma, ee, yy }: SlopeMemory): void {
  const { p, XX } = design;
  const of = (at: number, j: number, l: number) => f64[at / 8 + j * LANES + l];
  for (let l = 0; l < LANES; l++) {
    let sum = of(ee, 0, l);
    for (let i = 0; i < p; i++) {
      sum += 2 * of(gamma, i, l) * of(S, i, l);
      for (let j = 0; j <= i; j++) {
        sum += (i === j ? 1 : 2) * XX[i * p + j] * of(gamma, i, l) * of(gamma, j, l);
      }
    }
    f64[yy / 8 + l] = sum;
  }
}

/**
 * What X explains of the sums, δ'X'e of each lane; or undefined where that is too much of a lane: its fit so far has then
 * moved by δ, and the residuals are to be summed anew. A vertex's sums are changed by its own images alone.
 *
 * @param times that they have been.
 */
export function explained(memory: SlopeMemory, times: number): Float64Array | undefined {
  const { f64, design, S, beta, gamma, ee } = memory;
  const { p } = design;
  const gain = new Float64Array(LANES);
  let isLittle = true;
  for (let l = 0; l < LANES; l++) {
    for (let at = l; at < p * LANES; at += LANES) gain[l] += f64[S / 8 + at] * f64[beta / 8 + at];
    if (!(gain[l] > LARGEST_SHARE * f64[ee / 8 + l]) || times === MOST_TIMES) continue;
    isLittle = false;
    for (let at = l; at < p * LANES; at += LANES) f64[gamma / 8 + at] += f64[beta / 8 + at];
  }
  return isLittle ? gain : undefined;
}

/** The least-squares fit: what was taken off the images first, the fit so far and δ; float64, p × 8. */
export function wholeFit({ f64, design, center, gamma, beta }: SlopeMemory): Float64Array {
  const { p, ones } = design;
  const fit = new Float64Array(p * LANES);
  const [soFar, step, first] = [gamma / 8, beta / 8, center / 8];
  for (let k = 0; k < fit.length; k++) fit[k] = f64[soFar + k] + f64[step + k];
  if (ones === undefined) return fit;
  for (let j = 0, k = 0; j < p; j++) for (let l = 0; l < LANES; l++) fit[k++] += ones[j] * f64[first + l];
  return fit;
}
