import type { LaneIntercepts } from "./interceptEvaluation.js";
import type { InterceptMemory } from "./interceptMemory.js";
import type { InterceptValue } from "./interceptSearch.js";
import { LANE_BYTES, LANES } from "./kernel.js";

/** d at which f is evaluated, a multiple of the lanes: with so many it is found between them to about 1e-10 of itself. */
const NODES = 3 * LANES;
/** f is known up to this d. */
const LARGEST = 32;

/** f of one vertex along d, as far as it takes to find the way. */
export interface InterceptProfile {
  /** f up to a constant, and its derivatives; undefined where d is too large. */
  at(d: number): InterceptValue | undefined;
}

/**
 * f of whole vertices along d from its values at 24 of them. Where no image is missing log|V|, X'V⁻¹X and its factor are
 * the same for all vertices at each d, so that f takes one product with the factor there.
 *
 * In u = log(1 + s d), s the mean of g, every term of f is analytic for |Im u| < π: eigenvalues of V and of X'V⁻¹X are
 * a + b eᵘ with a, b ≥ 0, times a power of eᵘ. Its Chebyshev series converges by a factor of three or more with each
 * node (Trefethen 2013, Approximation Theory and Approximation Practice, theorem 8.2).
 */
export class InterceptProfiles {
  /** s, and u of the largest d. */
  private readonly scale: number;
  private readonly end: number;
  /** What does not depend on the vertex: log|V| + log|X'V⁻¹X|; float64, nodes. */
  private readonly logDet = new Float64Array(NODES);
  /** Places in the kernel's memory: of ν, nodes × patterns; of the factors; of residuals and of the three series. */
  private readonly nu: number;
  private readonly factors: number;
  private readonly values: number;
  private readonly series: number;
  private readonly transform: number;
  private readonly offsets: number;

  constructor(private readonly memory: InterceptMemory) {
    const { intercepts, design } = memory;
    const { g, count } = intercepts;
    const { p } = design;
    let images = 0;
    let levels = 0;
    for (let t = 0; t < g.length; t++) {
      images += g[t] * count[t];
      levels += count[t];
    }
    this.scale = images / levels;
    this.end = Math.log1p(this.scale * LARGEST);
    this.nu = memory.allocate(8 * NODES * g.length);
    this.factors = memory.allocate((8 * NODES * p * (p + 1)) / 2);
    this.values = memory.lanes(NODES);
    this.series = memory.lanes(3 * NODES);
    this.transform = memory.float64(seriesFromValues(this.end));
    this.offsets = memory.int32(Int32Array.from({ length: 3 * NODES + 2 }, (_, k) => k * LANE_BYTES));
    for (let first = 0; first < NODES; first += LANES) this.factorize(first);
  }

  /** d of a node. */
  private node(k: number): number {
    return Math.expm1((this.end * (1 + Math.cos((Math.PI * (k + 0.5)) / NODES))) / 2) / this.scale;
  }

  /** ν, log-determinants and factors of 8 nodes, one a lane. */
  private factorize(first: number): void {
    const { memory } = this;
    const { kernel, f64, intercepts, design, slots, D, M, S, beta, C, U, out } = memory;
    const { g, count } = intercepts;
    const { p } = design;
    const T = g.length;
    const [w0, w1] = slots.weights;
    const d = Float64Array.from({ length: LANES }, (_, l) => this.node(first + l));
    memory.placeDesignPatterns();
    f64.set(d, D / 8);
    kernel.patternWeights(T, D, slots.g, w0, w1 - w0);
    kernel.combine((p * (p + 1)) / 2, T + 1, w0, memory.shared, M, memory.square);
    memory.clear(S, p);
    kernel.solve(M, S, beta, C, U, out, p);
    for (let l = 0; l < LANES; l++) {
      const k = first + l;
      let logDetV = 0;
      for (let t = 0; t < T; t++) {
        logDetV += count[t] * Math.log1p(d[l] * g[t]);
        f64[this.nu / 8 + k * T + t] = f64[w0 / 8 + t * LANES + l];
      }
      this.logDet[k] = logDetV + f64[out / 8 + l];
      let to = this.factors / 8 + (k * p * (p + 1)) / 2;
      for (let j = 0; j < p; j++) {
        for (let i = 0; i <= j; i++) f64[to++] = f64[U / 8 + (i * p + j) * LANES + l];
      }
    }
  }

  /**
   * The profiles of 8 vertices whose sums lie in the kernel's memory; undefined where f is no number at some d.
   *
   * @param sums of vertices that have the design's patterns.
   */
  of(sums: LaneIntercepts): (InterceptProfile | undefined)[] {
    const { memory, values, series, logDet } = this;
    const { kernel, f64, design, intercepts, slots, xe, S } = memory;
    const { p } = design;
    const T = intercepts.g.length;
    kernel.residualsAt(NODES, p, T, this.nu, slots.G, slots.c, xe[0], this.factors, S, values);
    for (let k = 0; k < NODES; k++) {
      for (let l = 0; l < LANES; l++) {
        const at = values / 8 + k * LANES + l;
        f64[at] = logDet[k] + (sums.n[l] - p) * Math.log(sums.within[l] + f64[at]);
      }
    }
    kernel.combine(3 * NODES, NODES, values, this.transform, series, this.offsets);
    return Array.from({ length: LANES }, (_, l) => {
      const own = new Float64Array(3 * NODES);
      let sum = 0;
      for (let k = 0, from = series / 8 + l; k < own.length; k++, from += LANES) {
        own[k] = f64[from];
        sum += own[k];
      }
      return Number.isFinite(sum) ? new Series(own, this.scale, this.end) : undefined;
    });
  }
}

/** The Chebyshev series of f, f' and f'' in u. */
class Series implements InterceptProfile {
  constructor(
    private readonly coefficients: Float64Array,
    private readonly scale: number,
    private readonly end: number,
  ) {}

  at(d: number): InterceptValue | undefined {
    if (d > LARGEST) return undefined;
    const x = (2 * Math.log1p(this.scale * d)) / this.end - 1;
    const slope = this.sum(1, x);
    // du/dd, and its own derivative is minus its square.
    const du = this.scale / (1 + this.scale * d);
    return {
      f: this.sum(0, x),
      gradient: slope * du,
      hessian: (this.sum(2, x) - slope) * du * du,
    };
  }

  /** Clenshaw's sum of one of the series at x in [−1, 1]. */
  private sum(which: 0 | 1 | 2, x: number): number {
    const { coefficients } = this;
    const first = which * NODES;
    let [b1, b2] = [0, 0];
    for (let k = first + NODES - 1; k > first; k--) {
      const b = coefficients[k] + 2 * x * b1 - b2;
      b2 = b1;
      b1 = b;
    }
    return coefficients[first] + x * b1 - b2;
  }
}

/**
 * The matrix that takes values at the nodes to the coefficients of the Chebyshev series, and of its first and second
 * derivative in u; float64, (3 nodes + 2) × nodes, the last two rows zero: `combine` takes rows in pairs.
 *
 * @param end u goes from 0 to there.
 */
function seriesFromValues(end: number): Float64Array {
  const N = NODES;
  const matrix = new Float64Array((3 * N + 2) * N);
  for (let k = 0; k < N; k++) {
    for (let j = 0; j < N; j++) {
      matrix[j * N + k] = ((j === 0 ? 1 : 2) / N) * Math.cos((Math.PI * j * (k + 0.5)) / N);
    }
    for (let order = 1; order <= 2; order++) {
      const [from, to] = [(order - 1) * N, order * N];
      // c'_{j−1} = c'_{j+1} + 2 j c_j, half of it at j = 1, times dx/du.
      for (let j = N - 1; j >= 1; j--) {
        const above = j + 1 < N ? matrix[(to + j + 1) * N + k] : 0;
        matrix[(to + j - 1) * N + k] = above + 2 * j * matrix[(from + j) * N + k] * (2 / end);
      }
      matrix[to * N + k] /= 2;
    }
  }
  return matrix;
}
