import { BLOCK_VERTICES, type ImageBlocks, placeOf } from "../../images/blocks.js";
import type { GivenSums } from "./givenSums.js";
import { LANES } from "./kernel.js";
import type { SlopeMemory } from "./slopeMemory.js";

/** What the images of 8 vertices are reduced to, beside the z and E'e that lie in the kernel's memory. */
export interface Reduction {
  /** e'e of the residuals of the least-squares fit, and y'y; float64, 8. */
  readonly ee: Float64Array;
  readonly yy: Float64Array;
  /** e'e less what X explains of it, which is none where γ is the least-squares fit to the last bit; float64, 8. */
  readonly rss: Float64Array;
  /** Images present; float64, 8. */
  readonly present: Float64Array;
  /** The least-squares fit; float64, p × 8. */
  readonly gamma: Float64Array;
}

/** X explains more than this share of the residuals of a given fit: they are taken anew, from the mended fit. */
const LARGEST_SHARE = 1e-6;
/** Times that a given fit is mended at most. */
const MOST_MENDINGS = 3;

/** Reduces the images of 8 vertices at a time. */
export class SlopeReduction {
  /** The block of 64 vertices in the kernel's memory. */
  private blockOf = -1;
  private images: ImageBlocks | undefined;

  constructor(private readonly memory: SlopeMemory) {}

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
    this.pick(images, columns);
    if (given === undefined) this.leastSquares(own, half);
    else this.takeFit(given.gamma, columns);
    this.takeResiduals(own, half);
    const { f64 } = memory;
    const lane = (at: number, count = 1) => f64.slice(at / 8, at / 8 + count * LANES);
    const explained = given === undefined ? undefined : this.mend(half);
    const ee = lane(memory.ee);
    return {
      ee,
      yy: explained?.yy ?? lane(memory.yy),
      rss: explained === undefined ? ee : ee.map((sum, l) => sum - explained.gain[l]),
      present: own ? lane(memory.present) : new Float64Array(LANES).fill(design.n),
      gamma: lane(gamma, design.p),
    };
  }

  /** The lower triangle of a lane matrix from one that all lanes share. */
  fillSquare(M: number, values: Float64Array): void {
    const { f64, design } = this.memory;
    const { p } = design;
    for (let k = 0; k < p * p; k++) f64.fill(values[k], M / 8 + k * LANES, M / 8 + (k + 1) * LANES);
  }

  /** γ of the picked images, from their float64 sums. */
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
      this.fillSquare(M, design.EE);
      kernel.crossProduct(levels, ...A, memory.ownG, M, p);
      kernel.solve(M, S, gamma, memory.C, memory.factor, memory.out, p);
    } else {
      kernel.combine(p, p, S, memory.inverseXX, gamma, memory.line);
    }
  }

  /** γ of the picked images as given; what is not a number begins at zero. */
  private takeFit(given: Float64Array, columns: ArrayLike<number>): void {
    const { f64, design, gamma } = this.memory;
    const { p } = design;
    for (let l = 0; l < LANES; l++) {
      const vertex = columns[Math.min(l, columns.length - 1)];
      for (let j = 0; j < p; j++) {
        const value = given[vertex * p + j];
        f64[gamma / 8 + j * LANES + l] = Number.isFinite(value) ? value : 0;
      }
    }
  }

  /** e = y − Xγ of the picked images, summed by level in float64. */
  private takeResiduals(own: boolean, half: 0 | 1): void {
    const { memory } = this;
    const { kernel, design, A, E, gamma, work } = memory;
    const z = memory.z[half];
    const xe = memory.xe[half];
    memory.clear(xe, design.p);
    const residuals = own ? kernel.residualsOwn : kernel.residualsShared;
    const rest = [memory.picked, gamma, z, xe, memory.ee, work] as const;
    residuals(design.levels, memory.start, memory.Z, ...A, ...E, ...rest);
  }

  /**
   * Mends a given γ by the float64 sums of its residuals: where X still explains a part of them that counts, by
   * δ = (X'X)⁻¹X'e, and the residuals are taken anew. A vertex is mended by its own sums alone.
   *
   * @returns y'y, and what X explains in the end of e'e; float64, 8.
   */
  private mend(half: 0 | 1): { readonly yy: Float64Array; readonly gain: Float64Array } {
    const { memory } = this;
    const { kernel, design, A, S, beta, gamma, f64 } = memory;
    const { p, levels, XX } = design;
    const z = memory.z[half];
    const xe = memory.xe[half];
    const gain = new Float64Array(LANES);
    for (let round = 0; ; round++) {
      f64.copyWithin(S / 8, xe / 8, xe / 8 + p * LANES);
      kernel.applyA(levels, ...A, z, S);
      kernel.combine(p, p, S, memory.inverseXX, beta, memory.line);
      let isMended = true;
      for (let l = 0; l < LANES; l++) {
        gain[l] = 0;
        for (let j = 0; j < p; j++) gain[l] += f64[S / 8 + j * LANES + l] * f64[beta / 8 + j * LANES + l];
        if (!(gain[l] > LARGEST_SHARE * f64[memory.ee / 8 + l]) || round === MOST_MENDINGS) continue;
        isMended = false;
        for (let j = 0; j < p; j++) f64[gamma / 8 + j * LANES + l] += f64[beta / 8 + j * LANES + l];
      }
      if (isMended) break;
      this.takeResiduals(false, half);
    }
    // y'y = e'e + 2 γ'X'e + γ'X'Xγ.
    const yy = f64.slice(memory.ee / 8, memory.ee / 8 + LANES);
    for (let l = 0; l < LANES; l++) {
      const of = (at: number, j: number) => f64[at / 8 + j * LANES + l];
      for (let i = 0; i < p; i++) {
        yy[l] += 2 * of(gamma, i) * of(S, i);
        for (let j = 0; j <= i; j++) yy[l] += (i === j ? 1 : 2) * XX[i * p + j] * of(gamma, i) * of(gamma, j);
      }
    }
    return { yy, gain };
  }

  private pick(images: ImageBlocks, columns: ArrayLike<number>): void {
    const { memory } = this;
    const { n } = images;
    const column = (l: number) => columns[Math.min(l, columns.length - 1)];
    const blockOf = (v: number) => Math.floor(v / BLOCK_VERTICES);
    const block = blockOf(columns[0]);
    let together = true;
    for (let l = 1; l < columns.length; l++) together &&= blockOf(columns[l]) === block;
    if (!together) {
      for (let l = 0; l < LANES; l++) {
        let from = placeOf(n, column(l));
        const end = memory.picked / 4 + n * LANES;
        for (let to = memory.picked / 4 + l; to < end; to += LANES, from += BLOCK_VERTICES) {
          memory.f32[to] = images.values[from];
        }
      }
      return;
    }
    if (this.images !== images || this.blockOf !== block) {
      const size = n * BLOCK_VERTICES;
      memory.f32.set(images.values.subarray(block * size, (block + 1) * size), memory.block / 4);
      this.images = images;
      this.blockOf = block;
    }
    for (let l = 0; l < LANES; l++) {
      memory.i32[memory.columns / 4 + l] = 4 * (column(l) - block * BLOCK_VERTICES);
    }
    memory.kernel.pick(n, memory.block, memory.columns, memory.picked);
  }
}
