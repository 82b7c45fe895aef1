import type { ImageBlocks } from "../../images/blocks.js";
import { explained, sumCentered, sumResiduals, sumSquares, wholeFit } from "./centeredSums.js";
import type { GivenSums } from "./givenSums.js";
import type { InterceptMemory } from "./interceptMemory.js";
import { RingPatterns } from "./interceptRing.js";
import { areKept, type KeptSums, keepSums, type NestedSums, takePatterns, takeSums } from "./keptSums.js";
import { LANE_BYTES, LANES } from "./kernel.js";
import { PickedImages } from "./pickedImages.js";
import { clearOwn, correctLevels, mostPatterns, placePatterns } from "./ringSlots.js";

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

/** What sums have to do with another study or backend. */
export interface OtherSums {
  /** Least-squares fits made in float32: they are mended by float64 sums. */
  readonly given?: GivenSums | undefined;
  /** Where sums are kept for a study with fewer columns. */
  readonly keep?: KeptSums | undefined;
  /** Those that a study with more columns kept. */
  readonly nested?: NestedSums | undefined;
}

/** What X explains of 8 vertices with patterns of their own, and which of them can be fitted here. */
interface OwnFit {
  readonly gain: Float64Array;
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
   * @param other sums that are kept for another study, or were kept by another, or least-squares fits made in float32.
   */
  whole(images: ImageBlocks, columns: Int32Array, { given, keep, nested }: OtherSums = {}): InterceptSums {
    const { memory } = this;
    const { design, intercepts } = memory;
    const T = intercepts.g.length;
    memory.placeDesignPatterns();
    let gain: Float64Array | undefined;
    if (nested !== undefined && areKept(nested, false, columns)) {
      memory.clear(memory.gamma, design.p);
      takeSums(memory, nested, columns);
      gain = this.fitWhole(0);
    }
    // Not kept, or X explains too much of it: the images themselves.
    if (gain === undefined) {
      this.picked.pick(images, columns);
      sumCentered(memory, memory.kernel.sumsShared, 0, { given, columns });
    }
    for (let times = 0; gain === undefined; times++) {
      if (times > 0) sumResiduals(memory, 0);
      this.byPattern();
      if (keep !== undefined && times === 0) keepSums(memory, keep, columns);
      gain = this.fitWhole(times, given !== undefined);
    }
    const { kernel, beta, sharedWhole, slots, lineOf } = memory;
    kernel.combine((T + 1) * design.p, design.p, beta, sharedWhole, slots.moves, lineOf);
    this.takeOff(gain, T);
    return this.reduced(false, T, new Float64Array(LANES).fill(design.n), new Array(LANES).fill(true));
  }

  /** Reduces vertices some of whose images are missing, any mixture of them; fewer than 8 are repeated. */
  own(images: ImageBlocks, columns: Int32Array, { keep, nested }: OtherSums = {}): InterceptSums {
    const { memory, ring } = this;
    const isKept = nested !== undefined && areKept(nested, true, columns);
    const found = isKept ? this.ownKept(nested, columns) : undefined;
    const sums = found ?? this.ownSummed(images, columns, keep);
    if (sums === undefined)
      return this.reduced(true, 0, new Float64Array(LANES), new Array(LANES).fill(false));
    const { gain, fits } = sums;
    const most = mostPatterns(ring);
    const { kernel, design, slots, beta } = memory;
    kernel.packedProducts(most + 1, design.p, slots.B, beta, slots.moves);
    this.takeOff(gain, most);
    return this.reduced(
      true,
      most,
      Float64Array.from(ring, (own) => own.n),
      fits,
    );
  }

  /** Sums that are kept; undefined where X explains too much of them. */
  private ownKept(nested: NestedSums, columns: Int32Array): OwnFit | undefined {
    const { memory, ring } = this;
    for (let l = 0; l < LANES; l++) takePatterns(nested, columns[Math.min(l, columns.length - 1)], ring[l]);
    const most = mostPatterns(ring);
    memory.reserve(most + 1);
    placePatterns(memory, ring);
    memory.clear(memory.gamma, memory.design.p);
    takeSums(memory, nested, columns, ring);
    return this.fitOwn(most, 0);
  }

  /** Sums of the images; undefined where these make too many patterns. */
  private ownSummed(
    images: ImageBlocks,
    columns: Int32Array,
    keep: KeptSums | undefined,
  ): OwnFit | undefined {
    const { memory, ring } = this;
    this.picked.pick(images, columns);
    for (let l = 0; l < LANES; l++) ring[l].take(memory.f32, memory.picked / 4 + l);
    const most = mostPatterns(ring);
    if (most > MOST_SLOTS) return undefined;
    memory.reserve(most + 1);
    placePatterns(memory, ring);
    sumCentered(memory, memory.kernel.sumsShared, 0, { given: undefined, columns });
    for (let times = 0; ; times++) {
      if (times > 0) sumResiduals(memory, 0);
      this.byPattern();
      clearOwn(memory, most);
      for (let l = 0; l < LANES; l++) correctLevels(memory, ring[l], l);
      if (keep !== undefined && times === 0) keepSums(memory, keep, columns, ring);
      const fit = this.fitOwn(most, times);
      if (fit !== undefined) return fit;
    }
  }

  /** The fit of whole vertices; returns what X explains, or undefined where that is too much. */
  private fitWhole(times: number, isGiven = false): Float64Array | undefined {
    const { memory } = this;
    const { kernel, design, intercepts, S, inverseXX, beta, line } = memory;
    this.sumResponse(intercepts.g.length);
    kernel.combine(design.p, design.p, S, inverseXX, beta, line);
    if (isGiven && times === 0) sumSquares(memory);
    return explained(memory, times);
  }

  private fitOwn(patterns: number, times: number): OwnFit | undefined {
    this.sumResponse(patterns);
    const fits = this.solveOwn(patterns);
    const gain = explained(this.memory, times);
    return gain && { gain, fits };
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
