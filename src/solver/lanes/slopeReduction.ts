import type { ImageBlocks } from "../../images/blocks.js";
import { explained, sumCentered, sumResiduals, sumSquares, wholeFit } from "./centeredSums.js";
import type { GivenSums } from "./givenSums.js";
import { LANES } from "./kernel.js";
import { PickedImages } from "./pickedImages.js";
import type { SlopeMemory } from "./slopeMemory.js";

/** What the images of 8 vertices are reduced to, beside the z and E'e that lie in the kernel's memory. */
export interface Reduction {
  /** e'e of the residuals of the least-squares fit, and y'y; float64, 8. */
  readonly ee: Float64Array;
  readonly yy: Float64Array;
  /** Images present; float64, 8. */
  readonly present: Float64Array;
  /** The least-squares fit; float64, p × 8. */
  readonly gamma: Float64Array;
}

/** Reduces the images of 8 vertices at a time. */
export class SlopeReduction {
  private readonly picked: PickedImages;

  constructor(private readonly memory: SlopeMemory) {
    this.picked = new PickedImages(memory);
  }

  /**
   * Reduces 8 vertices into half `half` of the memory; `own` where some of their images may be missing.
   *
   * @param columns which vertices of the images; fewer than 8 are repeated.
   * @param given the least-squares fit of whole vertices, made in float32: it is mended by float64 sums.
   */
  reduce(
    images: ImageBlocks,
    columns: ArrayLike<number>,
    own: boolean,
    half: 0 | 1,
    given?: GivenSums,
  ): Reduction {
    const { memory } = this;
    const { kernel, design } = memory;
    this.picked.pick(images, columns);
    sumCentered(memory, own ? kernel.sumsOwn : kernel.sumsShared, half, { given, columns });
    let gain: Float64Array | undefined;
    for (let times = 0; gain === undefined; times++) {
      if (times > 0) sumResiduals(memory, half);
      this.leastSquares(own, half);
      if (given !== undefined && times === 0) sumSquares(memory);
      gain = explained(memory, times);
    }
    this.takeOff(gain, own, half);
    const lane = (at: number) => memory.f64.slice(at / 8, at / 8 + LANES);
    return {
      ee: lane(memory.ee),
      yy: lane(memory.yy),
      present: own ? lane(memory.present) : new Float64Array(LANES).fill(design.n),
      gamma: wholeFit(memory),
    };
  }

  /** X'e = Σ A'z + E'e, and δ = (X'X)⁻¹X'e. */
  private leastSquares(own: boolean, half: 0 | 1): void {
    const { memory } = this;
    const { kernel, f64, design, A, S, M, beta } = memory;
    const { p, levels } = design;
    const xe = memory.xe[half];
    f64.copyWithin(S / 8, xe / 8, xe / 8 + p * LANES);
    kernel.applyA(levels, ...A, memory.z[half], S);
    if (own) {
      this.beginSquare(M);
      kernel.crossProduct(levels, ...A, memory.ownG, M, p);
      kernel.solve(M, S, beta, memory.C, memory.U, memory.out, p);
    } else {
      kernel.combine(p, p, S, memory.inverseXX, beta, memory.line);
    }
  }

  /** Takes Xδ off what was summed: z less G A δ, E'e less E'E δ, and e'e less what it explains. */
  private takeOff(gain: Float64Array, own: boolean, half: 0 | 1): void {
    const { memory } = this;
    const { kernel, f64, design, A, G, ownG, beta, ee, work } = memory;
    const { p, levels, E, EE } = design;
    const xe = memory.xe[half];
    if (own) kernel.moveOwn(levels, ...A, ownG, beta, memory.z[half], work);
    else kernel.moveShared(levels, ...A, G, beta, memory.z[half], work);
    for (let l = 0; l < LANES; l++) {
      f64[ee / 8 + l] -= gain[l];
      if (E.value.length === 0) continue;
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < p; j++) {
          const value = EE[i >= j ? i * p + j : j * p + i];
          f64[xe / 8 + i * LANES + l] -= value * f64[beta / 8 + j * LANES + l];
        }
      }
    }
  }

  /** Σ E'E, from which X'V⁻¹X is summed, into M. */
  beginSquare(M: number): void {
    const { f64, design, EE } = this.memory;
    f64.copyWithin(M / 8, EE / 8, EE / 8 + design.p ** 2 * LANES);
  }
}
