import type { ImageBlocks } from "../../images/blocks.js";
import { type GivenSums, mendFit, takeFit } from "./givenSums.js";
import type { InterceptMemory } from "./interceptMemory.js";
import { RingPatterns } from "./interceptRing.js";
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
  /**
   * Images present, e'e, what X leaves of it (all, unless γ was given), y'y, and e'e less Σ z²/g; float64, 8.
   */
  readonly n: Float64Array;
  readonly ee: Float64Array;
  readonly rss: Float64Array;
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
  private readonly ring: RingPatterns[];

  constructor(private readonly memory: InterceptMemory) {
    this.picked = new PickedImages(memory);
    this.ring = Array.from({ length: LANES }, () => new RingPatterns(memory.intercepts));
  }

  /**
   * Reduces vertices with every image; fewer than 8 are repeated.
   *
   * @param given their least-squares fits, made in float32: they are mended by float64 sums.
   */
  whole(images: ImageBlocks, columns: Int32Array, given?: GivenSums): InterceptSums {
    const { memory } = this;
    const { intercepts, design } = memory;
    const T = intercepts.g.length;
    this.picked.pick(images, columns);
    memory.placeDesignPatterns();
    const { kernel, S, inverseXX, gamma, line } = memory;
    if (given === undefined) {
      this.sumUp();
      kernel.combine(design.p, design.p, S, inverseXX, gamma, line);
    } else takeFit(memory, given.gamma, columns);
    const takeResiduals = () => kernel.residualsShared(...this.residualArguments());
    takeResiduals();
    const mended = given && mendFit(memory, 0, takeResiduals);
    this.byPattern();
    const n = new Float64Array(LANES).fill(design.n);
    return { ...this.reduced(false, T, n, new Array(LANES).fill(true)), ...mended };
  }

  /** Reduces vertices some of whose images are missing, any mixture of them; fewer than 8 are repeated. */
  own(images: ImageBlocks, columns: Int32Array): InterceptSums {
    const { memory, ring } = this;
    const { kernel, design, S, M, C, gamma, U, out } = memory;
    const { p } = design;
    this.picked.pick(images, columns);
    for (let l = 0; l < LANES; l++) ring[l].take(memory.f32, memory.picked / 4 + l);
    const most = Math.max(...ring.map((own) => own.g.length));
    if (most > MOST_SLOTS)
      return this.reduced(true, 0, new Float64Array(LANES), new Array(LANES).fill(false));
    memory.reserve(most + 1);
    this.placePatterns(most);
    this.sumUp();
    // X'X over each lane's own images: all weights are one.
    const { slots, f64 } = memory;
    const [ones] = slots.weights;
    f64.fill(1, ones / 8, ones / 8 + (most + 1) * LANES);
    kernel.blend(most + 1, (p * (p + 1)) / 2, ones, slots.B, M, memory.square);
    const diagonal = Float64Array.from({ length: p * LANES }, (_, k) => {
      const j = Math.floor(k / LANES);
      return f64[M / 8 + j * (p + 1) * LANES + (k % LANES)];
    });
    kernel.solve(M, S, gamma, C, U, out, p);
    const fits = Array.from({ length: LANES }, (_, l) => {
      for (let j = 0; j < p; j++) {
        // `solve` leaves the inverse of the root of each pivot on the diagonal.
        const inverse = f64[M / 8 + j * (p + 1) * LANES + l];
        if (!(1 > LOST_RANK * diagonal[j * LANES + l] * inverse * inverse)) return false;
      }
      return true;
    });
    kernel.residualsOwn(...this.residualArguments());
    this.byPattern();
    for (let l = 0; l < LANES; l++) this.correct(l);
    return this.reduced(
      true,
      most,
      Float64Array.from(ring, (own) => own.n),
      fits,
    );
  }

  /** z_s = Z_s'y, E'y and X'y = Σ A'z + E'y. */
  private sumUp(): void {
    const { kernel, design, start, Z, A, E, picked, z, ownG, xe, yy, present, S, f64 } = this.memory;
    const { p, levels } = design;
    this.memory.clear(xe[0], p);
    kernel.sumsShared(levels, start, Z, ...E, picked, z[0], ownG, xe[0], yy, present);
    f64.copyWithin(S / 8, xe[0] / 8, xe[0] / 8 + p * LANES);
    kernel.applyA(levels, ...A, z[0], S);
  }

  private residualArguments(): Parameters<InterceptMemory["kernel"]["residualsShared"]> {
    const { memory } = this;
    const { design, start, Z, A, E, picked, gamma, z, xe, ee, work } = memory;
    memory.clear(xe[0], design.p);
    return [design.levels, start, Z, ...A, ...E, picked, gamma, z[0], xe[0], ee, work];
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

  /** g, levels, B and E'E of each lane's own into the slots. */
  private placePatterns(patterns: number): void {
    const { memory, ring } = this;
    const { f64, design, intercepts, slots } = memory;
    const { p } = design;
    const size = (p * (p + 1)) / 2;
    const T = intercepts.g.length;
    memory.clear(slots.B + T * size * LANE_BYTES, (patterns - T) * size);
    memory.clear(slots.G + T * p * LANE_BYTES, (patterns - T) * p);
    memory.clear(slots.c + T * LANE_BYTES, patterns - T);
    ring.forEach((own, l) => {
      for (let t = 0; t < patterns; t++) {
        f64[slots.g / 8 + t * LANES + l] = own.g[t] ?? 0;
        f64[slots.levels / 8 + t * LANES + l] = own.count[t] ?? 0;
        if (t >= own.g.length) continue;
        const B = own.B[t];
        for (let k = 0; k < size; k++) f64[slots.B / 8 + (t * size + k) * LANES + l] = B[k];
      }
      for (let k = 0; k < size; k++) f64[slots.B / 8 + (patterns * size + k) * LANES + l] = own.EE[k];
    });
  }

  /** Takes the levels that lost images out of the pattern they had, and puts them where they are now. */
  private correct(l: number): void {
    const { memory } = this;
    const { f64, design, slots } = memory;
    const { p, A } = design;
    const { levels, before, now, start, column, value, g } = this.ring[l];
    const [G, c, xe] = [slots.G / 8 + l, slots.c / 8 + l, memory.xe[0] / 8 + l];
    for (let k = 0; k < levels.length; k++) {
      const s = levels[k];
      const z = f64[memory.z[0] / 8 + 2 * s * LANES + l];
      if (z === 0) continue;
      const old = before[k];
      for (let e = A.start[2 * s]; e < A.start[2 * s + 1]; e++) {
        const part = A.value[e] * z;
        f64[G + (old * p + A.column[e]) * LANES] -= part;
        f64[xe + A.column[e] * LANES] += part;
      }
      if (g[old] > 0) f64[c + old * LANES] -= (z * z) / g[old];
      const t = now[k];
      if (t < 0) continue;
      for (let e = start[k]; e < start[k + 1]; e++) {
        const part = value[e] * z;
        f64[G + (t * p + column[e]) * LANES] += part;
        f64[xe + column[e] * LANES] -= part;
      }
      f64[c + t * LANES] += (z * z) / g[t];
    }
  }

  private reduced(own: boolean, patterns: number, n: Float64Array, fits: readonly boolean[]): InterceptSums {
    const { f64, design, ee, yy, gamma, slots } = this.memory;
    const lane = (at: number, count = 1) => f64.slice(at / 8, at / 8 + count * LANES);
    const within = lane(ee);
    for (let t = 0; t < patterns; t++) {
      for (let l = 0; l < LANES; l++) within[l] -= f64[slots.c / 8 + t * LANES + l];
    }
    const sums = { n, ee: lane(ee), rss: lane(ee), yy: lane(yy), within, gamma: lane(gamma, design.p) };
    return { own, patterns, ...sums, fits };
  }
}
