import { vechLength } from "../matrix/vech.js";
import type { Estimates } from "../solver/estimates.js";
import { LaneMemory } from "../solver/lanes/kernel.js";

/** Vertices whose sums are made together: their C and ∂C stay in the processor's cache for one pair after another. */
const VERTICES = 64;

/**
 * Σ w C and Σ w ∂_kC for some vectors of weights, at one vertex after another: all that contrasts need of
 * C = (X'V⁻¹X)⁻¹, which is most of what an estimate holds and is read once for all of them.
 */
export class ContrastSums {
  /** By weights: of C by vertex, then of its m derivatives by vertex and derivative; float64, weights × 64 (m + 1). */
  private readonly sums: Float64Array;
  private first = Number.NEGATIVE_INFINITY;

  /**
   * @param weights vectors for C packed; float64, p(p+1)/2 each.
   * @param m how many of the derivatives are wanted: all or none.
   */
  constructor(
    private readonly estimates: Estimates,
    private readonly weights: readonly Float64Array[],
    readonly m: number,
  ) {
    this.sums = new Float64Array(weights.length * (m + 1) * VERTICES);
  }

  /** The sums of a row of the estimates with weights `pair`: `k` is 0 for C and 1 … m for its derivatives. */
  at(row: number, pair: number, k: number): number {
    const { m } = this;
    const vertex = row - this.first;
    const from = pair * (m + 1) * VERTICES;
    return this.sums[k === 0 ? from + vertex : from + VERTICES + vertex * m + k - 1];
  }

  /** Makes the sums of a row, if they are not there yet, and of the rows after it. */
  prepare(row: number): void {
    if (row >= this.first && row < this.first + VERTICES) return;
    this.first = row;
    const { estimates, weights, m, sums } = this;
    const { p, basisCovariance, basisGradient, vertices } = estimates;
    const packed = vechLength(p);
    const count = Math.min(VERTICES, vertices.length - row);
    const { memory, weight, C, dC, out } = workspace(packed, m);
    const { kernel, f64, f32 } = memory;
    f64.set(basisCovariance.subarray(row * packed, (row + count) * packed), C / 8);
    f32.set(basisGradient.subarray(row * m * packed, (row + count) * m * packed), dC / 4);
    weights.forEach((values, pair) => {
      f64.set(values, weight / 8);
      kernel.weightedSums(count, packed, weight, C, out);
      kernel.weightedSums32(count * m, packed, weight, dC, out + VERTICES * 8);
      const from = out / 8;
      sums.set(f64.subarray(from, from + (m + 1) * VERTICES), pair * (m + 1) * VERTICES);
    });
  }
}

/** Places in the kernel's memory: of the weights, of C and ∂C of some vertices, and of their sums. */
interface Workspace {
  readonly memory: LaneMemory;
  readonly weight: number;
  readonly C: number;
  readonly dC: number;
  readonly out: number;
}

const workspaces = new Map<string, Workspace>();
let shared: LaneMemory | undefined;

/** Nothing stays there between two calls: one piece of memory serves all contrasts of designs of one size. */
function workspace(packed: number, m: number): Workspace {
  const key = `${packed} ${m}`;
  let found = workspaces.get(key);
  if (found === undefined) {
    shared ??= new LaneMemory();
    found = {
      memory: shared,
      weight: shared.allocate(8 * packed),
      C: shared.allocate(8 * packed * VERTICES),
      dC: shared.allocate(4 * packed * VERTICES * m),
      out: shared.allocate(8 * (m + 1) * VERTICES),
    };
    workspaces.set(key, found);
  }
  return found;
}
