import { addSquare, type InterceptDesign } from "../../model/interceptDesign.js";
import { LANES } from "./kernel.js";

/** Two g that differ by less than this share of themselves are one pattern. */
const SAME_PATTERN = 1e-11;

/**
 * The patterns of one vertex with images missing: levels that lose none keep their share of the design's sums; of the
 * others U = Z_s'X_s, g = Z_s'Z_s and A = U/g are made anew from the images that are left.
 *
 * With X_s = Z_s A + E, E'E of a level is Σ xx' − UU'/g: each of these is added and taken off level by level, so that
 * a column in the span of Z leaves nothing but the rounding of a level.
 */
export class RingPatterns {
  /** g and levels of each pattern, and Σ g A'A packed; the design's patterns first, then the vertex's own. */
  readonly g: number[] = [];
  readonly count: number[] = [];
  readonly B: Float64Array[] = [];
  /** E'E, packed. */
  readonly EE: Float64Array;
  /** Levels that lost images: which, their pattern before, their pattern now (−1 where nothing is left). */
  readonly levels: number[] = [];
  readonly before: number[] = [];
  readonly now: number[] = [];
  /** A of what is left of them: `start[k]` … `start[k + 1]` of `column` and `value`. */
  readonly start: number[] = [0];
  readonly column: Int32Array;
  readonly value: Float64Array;
  /** Images present. */
  n = 0;
  private readonly U: Float64Array;

  constructor(private readonly design: InterceptDesign) {
    const { p } = design.levels;
    const { value } = design.X;
    this.EE = new Float64Array((p * (p + 1)) / 2);
    this.column = new Int32Array(value.length);
    this.value = new Float64Array(value.length);
    this.U = new Float64Array(p);
  }

  /**
   * Takes the images of a vertex.
   *
   * @param Y float32, 8 an image, images in the order of the levels; zero where missing.
   * @param at index of the vertex's first value.
   */
  take(Y: Float32Array, at: number): void {
    const { design, EE } = this;
    const { n, p, start, EE: all } = design.levels;
    const T = design.g.length;
    const size = (p * (p + 1)) / 2;
    this.begin(T, n);
    for (let i = 0, k = 0; i < p; i++) for (let j = 0; j <= i; j++) EE[k++] = all[i * p + j];
    for (let t = 0; t < T; t++) {
      this.g[t] = design.g[t];
      this.count[t] = design.count[t];
      this.B[t].set(design.B.subarray(t * size, (t + 1) * size));
    }
    for (let t = 0; t < T; t++) {
      for (let s = design.start[t]; s < design.start[t + 1]; s++) {
        let missing = 0;
        for (let i = start[s]; i < start[s + 1]; i++) if (Y[at + i * LANES] === 0) missing++;
        if (missing === 0) continue;
        this.n -= missing;
        this.change(s, t, Y, at);
      }
    }
  }

  /** Makes room for so many patterns of a vertex with `n` images, of which no level is known to have changed. */
  begin(patterns: number, n: number): void {
    for (let t = 0; t < patterns; t++) this.B[t] ??= new Float64Array(this.EE.length);
    this.g.length = patterns;
    this.count.length = patterns;
    this.levels.length = 0;
    this.before.length = 0;
    this.now.length = 0;
    this.start.length = 1;
    this.n = n;
  }

  private change(s: number, t: number, Y: Float32Array, at: number): void {
    const { design, EE, U, column, value } = this;
    const { start, Z, A, G } = design.levels;
    const { X } = design;
    addBetween(this.B[t], EE, A.column, A.value, A.start[2 * s], A.start[2 * s + 1], -G[4 * s]);
    this.count[t]--;
    const { p } = design.levels;
    let g = 0;
    for (let i = start[s]; i < start[s + 1]; i++) {
      if (Y[at + i * LANES] === 0) {
        addSquare(EE, X, i, -1);
        continue;
      }
      const z = Z[2 * i];
      g += z * z;
      for (let e = X.start[i]; e < X.start[i + 1]; e++) {
        U[X.column[e]] += z * X.value[e];
      }
    }
    let end = this.start[this.levels.length];
    const from = end;
    for (let j = 0; j < p && g > 0; j++) {
      if (U[j] === 0) continue;
      column[end] = j;
      value[end++] = U[j] / g;
      U[j] = 0;
    }
    this.levels.push(s);
    this.before.push(t);
    this.start.push(end);
    if (g === 0) {
      this.now.push(-1);
      return;
    }
    const pattern = this.patternOf(g);
    this.count[pattern]++;
    this.now.push(pattern);
    addBetween(this.B[pattern], EE, column, value, from, end, g);
  }

  private patternOf(g: number): number {
    for (let t = 0; t < this.g.length; t++) if (Math.abs(this.g[t] - g) <= SAME_PATTERN * g) return t;
    const t = this.g.length;
    this.g.push(g);
    this.count.push(0);
    this.B[t] ??= new Float64Array(this.EE.length);
    this.B[t].fill(0);
    return t;
  }
}

/** B += g a a' and EE −= g a a' for a sparse a, columns ascending. */
function addBetween(
  B: Float64Array,
  EE: Float64Array,
  column: Int32Array,
  value: Float64Array,
  from: number,
  to: number,
  g: number,
): void {
  for (let i = from; i < to; i++) {
    const a = g * value[i];
    const first = (column[i] * (column[i] + 1)) / 2;
    for (let j = from; j <= i; j++) {
      B[first + column[j]] += a * value[j];
      EE[first + column[j]] -= a * value[j];
    }
  }
}
