import type { InterceptMemory } from "./interceptMemory.js";
import type { InterceptSums } from "./interceptReduction.js";
import type { InterceptValue } from "./interceptSearch.js";
import { LANE_BYTES, LANES } from "./kernel.js";

/** f of one vertex at one d, with what its information is made of. */
export interface InterceptPoint extends InterceptValue {
  /** e'V⁻¹e of the residuals, and its derivatives in d. */
  readonly residual: number;
  readonly dResidual: number;
  readonly ddResidual: number;
  /** Second derivative of log|V| + log|X'V⁻¹X|, and first and second of log|V|. */
  readonly ddLogDet: number;
  readonly dLogDetV: number;
  readonly ddLogDetV: number;
}

/** What an evaluation reads beside the kernel's memory. */
export type LaneIntercepts = Pick<InterceptSums, "own" | "patterns" | "n" | "within">;

/**
 * Evaluates f = −2 restricted log-likelihood and its first two derivatives for 8 vertices: the second exactly where
 * `whole`, and else close enough to find the way. With ν = 1/(1 + d g) for
 * each pattern,
 *   X'V⁻¹X = E'E + Σ ν B,  X'V⁻¹e = E'e + Σ ν G,  e'V⁻¹e = within + Σ ν c,  log|V| = −Σ count log ν,
 * and what the fixed effects add is tr(C B) and β'Bβ of each pattern. C = UU', β and, where `whole`, U'∂MU are left in the kernel's memory.
 *
 * @param d of each lane, ≥ 0; float64, 8.
 */
export function evaluateIntercepts(
  memory: InterceptMemory,
  sums: LaneIntercepts,
  d: Float64Array,
  whole: boolean,
): InterceptPoint[] {
  const { kernel, f64, design, slots, D, S, dS, ddS, M, C, U, beta, dM, whitened, out, v, Cv } = memory;
  const { p } = design;
  const size = (p * (p + 1)) / 2;
  const T = sums.patterns;
  const [w0, w1, w2] = slots.weights;
  f64.set(d, D / 8);
  // The last slot is E'E.
  kernel.patternWeights(T, D, slots.g, w0, w1 - w0);
  kernel.blend(T, p, w0, slots.G, S, memory.lineOf);
  kernel.blend(T, p, w1, slots.G, dS, memory.lineOf);
  kernel.blend(T, p, w2, slots.G, ddS, memory.lineOf);
  kernel.addLanes(p, S, memory.xe[0], 1, S);
  const weighed = (weights: number, into: number) => {
    if (sums.own) kernel.blend(T + 1, size, weights, slots.B, into, memory.square);
    else kernel.combine(size, T + 1, weights, memory.shared, into, memory.square);
  };
  weighed(w0, M);
  kernel.solve(M, S, beta, C, U, out, p);
  weighed(w1, dM);
  kernel.mirror(dM, 1, p);
  if (whole) {
    kernel.whiten(U, dM, memory.rowWork, whitened, p);
    kernel.crossTraces(1, whitened, memory.crossTraces, p);
  }
  kernel.packTwice(C, memory.packed, p);
  kernel.squareTwice(beta, memory.square2, p);
  const byPattern = (x: number, into: number) => {
    if (sums.own) kernel.against(T, size, x, slots.B, into);
    else kernel.combine(T, size, x, memory.sharedByPattern, into, memory.lineOf);
  };
  byPattern(memory.packed, slots.traces);
  byPattern(memory.square2, slots.forms);
  // v = ∂S − ∂M β, and C v.
  kernel.combineLanes(dM, beta, v, p);
  kernel.addLanes(p, dS, v, -1, v);
  kernel.combineLanes(C, v, Cv, p);
  kernel.innerProduct(p, beta, dS, memory.moved);
  kernel.innerProduct(p, beta, ddS, memory.moved + LANE_BYTES);
  kernel.innerProduct(p, v, Cv, memory.moved + 2 * LANE_BYTES);
  const { g, levels, c, traces, forms } = slots;
  kernel.patternSums(T, D, g, levels, w0, w1 - w0, c, traces, forms, memory.patternSums);
  return Array.from({ length: LANES }, (_, l) => pointOf(memory, sums, l, whole));
}

function pointOf(memory: InterceptMemory, sums: LaneIntercepts, l: number, whole: boolean): InterceptPoint {
  const { f64, design, patternSums, crossTraces, moved, out } = memory;
  const { p } = design;
  const from = patternSums / 8 + l;
  const at = (k: number) => f64[from + k * LANES];
  const trace = at(3);
  // ν B summed over the patterns has eigenvalues near 1, one for each column of X that is constant within levels, and
  // near 0: tr(C∂M C∂M) is then close to what equal eigenvalues of C∂M give.
  const between = at(5);
  const cross = whole ? f64[crossTraces / 8 + l] : between > 0 ? trace ** 2 / between : 0;
  const trace2 = at(4) - cross;
  const moving = moved / 8 + l;
  const dy = at(1) - 2 * f64[moving];
  const ddy = at(2) - 2 * (f64[moving + LANES] + f64[moving + 2 * LANES]);
  const residual = sums.within[l] + at(0) - f64[out / 8 + LANES + l];
  const [first, second] = [at(6), at(7)];
  const degrees = sums.n[l] - p;
  const f = at(8) + f64[out / 8 + l] + degrees * Math.log(residual);
  return {
    f: residual > 0 && Number.isFinite(f) ? f : Number.POSITIVE_INFINITY,
    gradient: first + trace + (degrees * dy) / residual,
    hessian: second + trace2 + degrees * (ddy / residual - (dy / residual) ** 2),
    residual,
    dResidual: dy,
    ddResidual: ddy,
    ddLogDet: second + trace2,
    dLogDetV: first,
    ddLogDetV: second,
  };
}
