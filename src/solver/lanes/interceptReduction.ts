import type { ImageBlocks } from "../../images/blocks.js";
import { explained, sumCentered, sumResiduals, sumSquares, wholeFit } from "./centeredSums.js";
import type { GivenSums } from "./givenSums.js";
import type { InterceptMemory } from "./interceptMemory.js";
import { RingLevels } from "./interceptRing.js";
import { LANE_BYTES, LANES } from "./kernel.js";
import { PickedImages } from "./pickedImages.js";

/** More patterns than this, and a vertex goes to the plain solver. */
const MOST_SLOTS = 256;
/** A pivot of X'X under this share of its diagonal: X has lost rank on the images that are left. */
const LOST_RANK = 1e-10;

/** What the images of 8 vertices are reduced to, beside the sums by pattern that lie in the kernel's memory. */
export interface InterceptSums {
  /** Whether the lanes have patterns of their own: some of their images may be missing. */
  readonly own: boolean;
  /** Patterns. */
  readonly patterns: number;
  /** Images present, e'e of the residuals of the least-squares fit, y'y, and e'e less Σ z²/g; float64, 8. */
  readonly n: Float64Array;
  readonly ee: Float64Array;
  readonly yy: Float64Array;
  readonly within: Float64Array;
  /** The least-squares fit; float64, p × 8. */
  readonly gamma: Float64Array;
  /** Lanes that can be fitted here. */
  readonly fits: readonly boolean[];
}

/** Reduces the images of 8 vertices at a time to sums by pattern. */
export class InterceptReduction {
  private readonly picked: PickedImages;
  private readonly ring: RingLevels;

  constructor(private readonly memory: InterceptMemory) {
    this.picked = new PickedImages(memory);
    this.ring = new RingLevels(memory);
  }

  /**
   * Reduces vertices with every image; fewer than 8 are repeated.
   *
   * @param given their least-squares fits, made in float32: they are mended by float64 sums.
   */
  whole(images: ImageBlocks, columns: Int32Array, given?: GivenSums): InterceptSums {
    const { memory } = this;
    const { kernel, design, intercepts, S, inverseXX, beta, line, sharedWhole } = memory;
    const { p } = design;
    const T = intercepts.g.length;
    this.picked.pick(images, columns);
    memory.placeDesignPatterns();
    sumCentered(memory, kernel.sumsShared, 0, { given, columns });
    let gain: Float64Array | undefined;
    for (let times = 0; gain === undefined; times++) {
      if (times > 0) sumResiduals(memory, 0);
      this.byPattern();
      this.sumResponse(T);
      kernel.combine(p, p, S, inverseXX, beta, line);
      if (given !== undefined && times === 0) sumSquares(memory);
      gain = explained(memory, times);
    }
    kernel.combine((T + 1) * p, p, beta, sharedWhole, memory.slots.moves, memory.lineOf);
    this.takeOff(gain, T);
    return this.reduced(false, T, new Float64Array(LANES).fill(design.n), new Array(LANES).fill(true));
  }

  /** Reduces vertices some of whose images are missing, any mixture of them; fewer than 8 are repeated. */
  own(images: ImageBlocks, columns: Int32Array): InterceptSums {
    const { memory, ring } = this;
    const { kernel, design, beta } = memory;
    this.picked.pick(images, columns);
    ring.take();
    const { patterns } = ring;
    if (patterns > MOST_SLOTS)
      return this.reduced(true, 0, new Float64Array(LANES), new Array(LANES).fill(false));
    memory.reserve(patterns + 1);
    ring.place();
    sumCentered(memory, kernel.sumsShared, 0, { given: undefined, columns });
    let gain: Float64Array | undefined;
    let fits: boolean[] = [];
    for (let times = 0; gain === undefined; times++) {
      if (times > 0) sumResiduals(memory, 0);
      this.byPattern();
      ring.move(times === 0);
      this.sumResponse(patterns);
      fits = this.solveOwn(patterns);
      gain = explained(memory, times);
    }
    kernel.packedProducts(patterns + 1, design.p, memory.slots.B, beta, memory.slots.moves);
    this.takeOff(gain, patterns);
    return this.reduced(
      true,
      patterns,
      Float64Array.from(ring.own, ({ n }) => n),
      fits,
    );
  }

  /** X'e = E'e + Σ A'z over the patterns. */
  private sumResponse(patterns: number): void {
    const { f64, design, S, xe, slots } = this.memory;
    const size = design.p * LANES;
    for (let k = 0; k < size; k++) {
      let sum = f64[xe[0] / 8 + k];
      for (let t = 0; t < patterns; t++) sum += f64[slots.G / 8 + t * size + k];
      f64[S / 8 + k] = sum;
    }
  }

  /** δ = (X'X)⁻¹X'e with X'X over each lane's own images: all weights are one. Returns where X keeps its rank. */
  private solveOwn(patterns: number): boolean[] {
    const { kernel, design, slots, f64, S, M, C, U, beta, out, square } = this.memory;
    const { p } = design;
    const [ones] = slots.weights;
    f64.fill(1, ones / 8, ones / 8 + (patterns + 1) * LANES);
    kernel.blend(patterns + 1, (p * (p + 1)) / 2, ones, slots.B, M, square);
    const diagonal = Float64Array.from({ length: p * LANES }, (_, k) => {
      const j = Math.floor(k / LANES);
      return f64[M / 8 + j * (p + 1) * LANES + (k % LANES)];
    });
    kernel.solve(M, S, beta, C, U, out, p);
    return Array.from({ length: LANES }, (_, l) => {
      for (let j = 0; j < p; j++) {
        // `solve` leaves the inverse of the root of each pivot on the diagonal.
        const inverse = f64[M / 8 + j * (p + 1) * LANES + l];
        if (!(1 > LOST_RANK * diagonal[j * LANES + l] * inverse * inverse)) return false;
      }
      return true;
    });
  }

  /**
   * Takes Xδ off what was summed, given B δ of each pattern and E'E δ: Σ A'z less B δ, E'e less E'E δ, Σ z²/g less
   * 2 δ'ΣA'z − δ'B δ, and e'e less what it explains.
   */
  private takeOff(gain: Float64Array, patterns: number): void {
    const { f64, design, slots, xe, ee, beta } = this.memory;
    const size = design.p * LANES;
    for (let t = 0; t < patterns; t++) {
      const [G, moves, c] = [slots.G / 8 + t * size, slots.moves / 8 + t * size, slots.c / 8 + t * LANES];
      for (let k = 0; k < size; k++) {
        const left = f64[G + k] - f64[moves + k];
        f64[c + (k % LANES)] -= f64[beta / 8 + k] * (f64[G + k] + left);
        f64[G + k] = left;
      }
    }
    const moves = slots.moves / 8 + patterns * size;
    for (let k = 0; k < size; k++) f64[xe[0] / 8 + k] -= f64[moves + k];
    for (let l = 0; l < LANES; l++) f64[ee / 8 + l] -= gain[l];
  }

  /** Σ A'z and Σ z²/g over the levels of each of the design's patterns. */
  private byPattern(): void {
    const { memory } = this;
    const { kernel, f64, intercepts, design, A, slots, squares } = memory;
    const { p } = design;
    for (let t = 0; t < intercepts.g.length; t++) {
      const first = intercepts.start[t];
      const count = intercepts.start[t + 1] - first;
      const G = slots.G + t * p * LANE_BYTES;
      const z = memory.z[0] + first * 2 * LANE_BYTES;
      memory.clear(G, p);
      kernel.applyA(count, A[0] + 8 * first, A[1], A[2], z, G);
      kernel.squares(count, z, squares);
      const g = intercepts.g[t];
      for (let l = 0; l < LANES; l++) f64[slots.c / 8 + t * LANES + l] = g > 0 ? f64[squares / 8 + l] / g : 0;
    }
  }

  private reduced(own: boolean, patterns: number, n: Float64Array, fits: readonly boolean[]): InterceptSums {
    const { f64, ee, yy, slots } = this.memory;
    const lane = (at: number) => f64.slice(at / 8, at / 8 + LANES);
    const within = lane(ee);
    for (let t = 0; t < patterns; t++) {
      for (let l = 0; l < LANES; l++) within[l] -= f64[slots.c / 8 + t * LANES + l];
    }
    const sums = { n, ee: lane(ee), yy: lane(yy), within, gamma: wholeFit(this.memory) };
    return { own, patterns, ...sums, fits };
  }
}
