import type { InterceptDesign } from "../../model/interceptDesign.js";
import { LANE_BYTES, LANES } from "./kernel.js";
import { SlopeMemory } from "./slopeMemory.js";

/** What differs by pattern: one more slot than patterns holds E'E, whose weight is one whatever d is. */
interface Slots {
  readonly count: number;
  /** Of each slot: Σ A'z (p lane vectors), Σ z²/g, tr(C B) and β'Bβ; and its weight and two derivatives in d. */
  readonly G: number;
  readonly c: number;
  readonly traces: number;
  readonly forms: number;
  readonly weights: readonly [number, number, number];
  /** g and levels. */
  readonly g: number;
  readonly levels: number;
  /** B of each lane's own, packed: slots × p(p+1)/2 lane vectors. */
  readonly B: number;
  /** B of each slot times δ: p lane vectors each. */
  readonly moves: number;
}

/** The kernel's memory for a design with one random effect: levels lie as those of two, the second column of Z zero. */
export class InterceptMemory extends SlopeMemory {
  /** Σ g A'A of each pattern and E'E, which all lanes share, packed: [p(p+1)/2][patterns + 1], and transposed. */
  readonly shared: number;
  readonly sharedByPattern: number;
  /** The same as whole matrices one below the other: [(patterns + 1) × p][p]. */
  readonly sharedWhole: number;
  /** ββ' packed, ∂S, ∂²S, ∂S − ∂M β and C times it. */
  readonly square2: number;
  readonly dS: number;
  readonly ddS: number;
  readonly v: number;
  readonly Cv: number;
  /** Σ z² over some levels. */
  readonly squares: number;
  /** What the patterns add to f and its derivatives. */
  readonly patternSums: number;
  slots: Slots;
  /** The columns of X that each level has: start, column, a, at, values. */
  readonly levelColumns: readonly [number, number, number, number, number];
  /** Which of the 8 vertices miss each image, and room for a level that changes. */
  readonly missing: number;
  readonly changing: number;

  constructor(readonly intercepts: InterceptDesign) {
    const { levels: design, B } = intercepts;
    const { p } = design;
    const size = (p * (p + 1)) / 2;
    // No term of two random effects is used.
    const terms = {
      count: 1,
      G: new Float64Array(4),
      entry: new Int32Array(1),
      B: new Float64Array(size),
      error: 0,
      largestD: 0,
    };
    super(design, terms);
    const T = intercepts.g.length;
    // Two rows more: `combine` takes rows in pairs.
    const byEntry = new Float64Array((size + 2) * (T + 1));
    const byPattern = new Float64Array((T + 3) * size);
    const whole = new Float64Array(((T + 1) * p + 2) * p);
    for (let i = 0, k = 0; i < p; i++) {
      for (let j = 0; j <= i; j++, k++) {
        for (let t = 0; t <= T; t++) {
          const value = t < T ? B[t * size + k] : design.EE[i * p + j];
          byEntry[k * (T + 1) + t] = value;
          byPattern[t * size + k] = value;
          whole[(t * p + i) * p + j] = value;
          whole[(t * p + j) * p + i] = value;
        }
      }
    }
    this.shared = this.float64(byEntry);
    this.sharedByPattern = this.float64(byPattern);
    this.sharedWhole = this.float64(whole);
    this.square2 = this.lanes(size);
    [this.dS, this.ddS, this.v, this.Cv] = [this.lanes(p), this.lanes(p), this.lanes(p), this.lanes(p)];
    this.squares = this.lanes(1);
    this.slots = this.allocateSlots(T + 1);
    this.patternSums = this.lanes(9);
    const { start, column, a, at, values } = intercepts.columns;
    this.levelColumns = [
      this.int32(start),
      this.int32(column),
      this.float64(a),
      this.int32(at),
      this.float64(values),
    ];
    this.missing = this.allocate(design.n);
    this.changing = this.lanes(2 + 2 * p);
  }

  /** Makes room for so many slots; what they held is lost. */
  reserve(count: number): void {
    if (count <= this.slots.count) return;
    this.slots = this.allocateSlots(2 * count);
  }

  /** The design's g and levels, the same in all lanes. */
  placeDesignPatterns(): void {
    const { intercepts, f64, slots } = this;
    const place = (values: Float64Array, at: number) => {
      values.forEach((value, t) => {
        f64.fill(value, at / 8 + t * LANES, at / 8 + (t + 1) * LANES);
      });
    };
    place(intercepts.g, slots.g);
    place(intercepts.count, slots.levels);
  }

  private allocateSlots(count: number): Slots {
    const { p } = this.design;
    const lanes = (each: number) => this.lanes(count * each);
    const line = p * count + 2;
    this.lineOf = this.int32(Int32Array.from({ length: line }, (_, j) => j * LANE_BYTES));
    return {
      count,
      G: lanes(p),
      c: lanes(1),
      // `combine` may write one more.
      traces: this.lanes(count + 1),
      forms: this.lanes(count + 1),
      weights: [lanes(1), lanes(1), lanes(1)],
      g: lanes(1),
      levels: lanes(1),
      B: lanes((p * (p + 1)) / 2),
      moves: this.lanes(count * p + 1),
    };
  }

  /** Byte offsets of lane vectors one after the other, as many as slots or columns of X. */
  lineOf = 0;
}
