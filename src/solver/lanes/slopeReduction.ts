import type { ImageBlocks } from "../../images/blocks.js";
import { type GivenSums, mendFit, takeFit } from "./givenSums.js";
import { LANES } from "./kernel.js";
import { PickedImages } from "./pickedImages.js";
import type { SlopeMemory } from "./slopeMemory.js";

/** What the images of 8 vertices are reduced to, beside the z and E'e that lie in the kernel's memory. */
export interface Reduction {
  /** e'e of the residuals of the least-squares fit, and y'y; float64, 8. */
  readonly ee: Float64Array;
  readonly yy: Float64Array;
  /** e'e less what X explains of it, which is nothing unless γ was given; float64, 8. */
  readonly rss: Float64Array;
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
    const { design, gamma } = memory;
    this.picked.pick(images, columns);
    if (given === undefined) this.leastSquares(own, half);
    else takeFit(memory, given.gamma, columns);
    this.takeResiduals(own, half);
    const mended = given && mendFit(memory, half, () => this.takeResiduals(own, half));
    const { f64 } = memory;
    const lane = (at: number, count = 1) => f64.slice(at / 8, at / 8 + count * LANES);
    const ee = lane(memory.ee);
    return {
      ee,
      rss: mended?.rss ?? ee,
      yy: mended?.yy ?? lane(memory.yy),
      present: own ? lane(memory.present) : new Float64Array(LANES).fill(design.n),
      gamma: lane(gamma, design.p),
    };
  }

  /** γ of the picked images. */
  private leastSquares(own: boolean, half: 0 | 1): void {
    const { memory } = this;
    const { kernel, design, A, E, S, M, gamma } = memory;
    const { p, levels } = design;
    const z = memory.z[half];
    const xe = memory.xe[half];
    memory.clear(xe, p);
    const sums = own ? kernel.sumsOwn : kernel.sumsShared;
    sums(levels, memory.start, memory.Z, ...E, memory.picked, z, memory.ownG, xe, memory.yy, memory.present);
    // X'y = Σ A'z + E'y.
    memory.f64.copyWithin(S / 8, xe / 8, xe / 8 + p * LANES);
    kernel.applyA(levels, ...A, z, S);
    if (own) {
      this.beginSquare(M);
      kernel.crossProduct(levels, ...A, memory.ownG, M, p);
      kernel.solve(M, S, gamma, memory.C, memory.U, memory.out, p);
    } else {
      kernel.combine(p, p, S, memory.inverseXX, gamma, memory.line);
    }
  }

  /** e = y − Xγ of the picked images, image by image before anything is squared. */
  private takeResiduals(own: boolean, half: 0 | 1): void {
    const { memory } = this;
    const { kernel, design, start, Z, A, E, picked, gamma, ee, work } = memory;
    const xe = memory.xe[half];
    memory.clear(xe, design.p);
    const residuals = own ? kernel.residualsOwn : kernel.residualsShared;
    residuals(design.levels, start, Z, ...A, ...E, picked, gamma, memory.z[half], xe, ee, work);
  }

  /** Σ E'E, from which X'V⁻¹X is summed, into M. */
  beginSquare(M: number): void {
    const { f64, design, EE } = this.memory;
    f64.copyWithin(M / 8, EE / 8, EE / 8 + design.p ** 2 * LANES);
  }
}
