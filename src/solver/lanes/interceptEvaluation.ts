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
  const { kernel, f64, design, slots, g, S, dS, ddS, M, C, U, beta, dM, whitened, out, v, Cv } = memory;
  const { p } = design;
  const size = (p * (p + 1)) / 2;
  const T = sums.patterns;
  const [w0, w1, w2] = slots.weights;
  for (let k = 0; k < T * LANES; k++) {
    const nu = 1 / (1 + d[k % LANES] * g[k]);
    f64[w0 / 8 + k] = nu;
    f64[w1 / 8 + k] = -g[k] * nu * nu;
    f64[w2 / 8 + k] = 2 * g[k] * g[k] * nu * nu * nu;
  }
  // The last slot is E'E.
  f64.fill(1, w0 / 8 + T * LANES, w0 / 8 + (T + 1) * LANES);
  f64.fill(0, w1 / 8 + T * LANES, w1 / 8 + (T + 1) * LANES);
  f64.fill(0, w2 / 8 + T * LANES, w2 / 8 + (T + 1) * LANES);
  kernel.blend(T, p, w0, slots.G, S, memory.lineOf);
  kernel.blend(T, p, w1, slots.G, dS, memory.lineOf);
  kernel.blend(T, p, w2, slots.G, ddS, memory.lineOf);
  const Ee = memory.xe[0] / 8;
  for (let k = 0; k < p * LANES; k++) f64[S / 8 + k] += f64[Ee + k];
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
  for (let k = 0; k < p * LANES; k++) f64[v / 8 + k] = f64[dS / 8 + k] - f64[v / 8 + k];
  kernel.combineLanes(C, v, Cv, p);
  kernel.innerProduct(p, beta, dS, memory.moved);
  kernel.innerProduct(p, beta, ddS, memory.moved + LANE_BYTES);
  kernel.innerProduct(p, v, Cv, memory.moved + 2 * LANE_BYTES);
  return Array.from({ length: LANES }, (_, l) => pointOf(memory, sums, d[l], l, whole));
}

function pointOf(
  memory: InterceptMemory,
  sums: LaneIntercepts,
  d: number,
  l: number,
  whole: boolean,
): InterceptPoint {
  const { f64, design, slots, g, counts } = memory;
  const { p } = design;
  const [w0, w1, w2] = slots.weights;
  const at = (lanes: number, k: number) => f64[lanes / 8 + k * LANES + l];
  let [y, dy, ddy, logDetV, first, second] = [sums.within[l], 0, 0, 0, 0, 0];
  let [trace, trace2, between] = [0, 0, 0];
  for (let t = 0; t < sums.patterns; t++) {
    const [nu, d1, d2] = [at(w0, t), at(w1, t), at(w2, t)];
    const [c, B, form] = [at(slots.c, t), at(slots.traces, t), at(slots.forms, t)];
    const [size, levels] = [g[t * LANES + l], counts[t * LANES + l]];
    y += nu * c;
    dy += d1 * (c + form);
    ddy += d2 * (c + form);
    trace += d1 * B;
    trace2 += d2 * B;
    between += nu * B;
    logDetV += levels * Math.log1p(d * size);
    first += levels * size * nu;
    second -= levels * (size * nu) ** 2;
  }
  // ν B summed over the patterns has eigenvalues near 1, one for each column of X that is constant within levels, and
  // near 0: tr(C∂M C∂M) is then close to what equal eigenvalues of C∂M give.
  if (whole) trace2 -= at(memory.crossTraces, 0);
  else if (between > 0) trace2 -= trace ** 2 / between;
  dy -= 2 * at(memory.moved, 0);
  ddy -= 2 * (at(memory.moved, 1) + at(memory.moved, 2));
  const residual = y - at(memory.out, 1);
  const degrees = sums.n[l] - p;
  const f = logDetV + at(memory.out, 0) + degrees * Math.log(residual);
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
