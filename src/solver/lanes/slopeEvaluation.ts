import { LANE_BYTES, LANES } from "./kernel.js";
import type { LaneSums } from "./slopeDerivatives.js";
import type { SlopeMemory } from "./slopeMemory.js";
import type { SlopeReduction } from "./slopeReduction.js";
import type { SlopeSearch } from "./slopeSearch.js";

/** How an evaluation is done. */
export interface EvaluationKind {
  /** The lanes have G of their own: some of their images may be missing. */
  readonly own: boolean;
  /** With the whole Hessian and what estimates need, and X'V⁻¹X summed for the lanes themselves where `own`. */
  readonly whole: boolean;
}

/**
 * Evaluates f and its derivatives for 8 vertices, in float64.
 *
 * @param half which half of the memory holds the vertices' z.
 * @param ee e'e of each; float64, 8.
 */
export function evaluate(
  memory: SlopeMemory,
  reduction: SlopeReduction,
  searches: readonly SlopeSearch[],
  half: 0 | 1,
  ee: Float64Array,
  { own, whole }: EvaluationKind,
): void {
  const { kernel, f64, design, terms, A, D, S, M, C, sums, out, beta, h, inverse, slope, dM, work } = memory;
  const { p, levels } = design;
  const size = (p * (p + 1)) / 2;
  const r = terms.count;
  for (let l = 0; l < LANES; l++) {
    const { point } = searches[l];
    const [d11, d21, d22] = point.covariance;
    f64[D / 8 + l] = d11;
    f64[D / 8 + LANES + l] = d21;
    f64[D / 8 + 2 * LANES + l] = d22;
    f64[D / 8 + 3 * LANES + l] = point.determinant;
  }
  f64.copyWithin(S / 8, memory.xe[half] / 8, memory.xe[half] / 8 + p * LANES);
  memory.clear(sums, 32);
  // While they search, vertices that miss images borrow the whole sample's X'V⁻¹X; what certifies has its own.
  const direct = memory.direct || (own && whole);
  if (direct) reduction.beginSquare(M);
  else {
    kernel.termWeights(r, memory.termG, memory.entry, D, memory.weights);
    kernel.combine(size, r, memory.weights, memory.B, M, memory.square);
    addShared(f64, M / 8, LANES, design.EE, p);
  }
  const G = own ? memory.ownG : memory.G;
  const z = memory.z[half];
  const first = own ? kernel.pass1Own : kernel.pass1Shared;
  first(levels, ...A, G, D, z, h, inverse, S, M, direct ? 1 : 0, sums, work, p);
  const zDh = f64.slice(sums / 8, sums / 8 + LANES);
  const logDetV = f64.slice(sums / 8 + LANES, sums / 8 + 2 * LANES);
  kernel.solve(M, S, beta, C, memory.U, out, p);
  if (!direct) {
    kernel.packTwice(C, memory.packed, p);
    kernel.combine(r, size, memory.packed, memory.transposedB, memory.traces, memory.line);
    kernel.weigh(r, memory.weights, memory.traces, memory.weighed);
  }
  memory.clear(sums, 32);
  if (whole) memory.clear(slope, 3 * p);
  if (direct && whole) memory.clear(dM, 3 * p * p);
  const second = own ? kernel.pass2Own : kernel.pass2Shared;
  const detail = whole ? (direct ? 1 : 2) : 0;
  second(levels, ...A, G, D, h, inverse, beta, C, sums, slope, dM, detail, direct ? 1 : 0, work, p);
  if (whole) differentiate(memory, direct);
  for (let l = 0; l < LANES; l++) {
    const search = searches[l];
    const residual = ee[l] - zDh[l] - f64[out / 8 + LANES + l];
    const logDet = logDetV[l] + f64[out / 8 + l];
    const f = logDet + search.degrees * Math.log(residual);
    search.f = residual > 0 && Number.isFinite(f) ? f : Number.POSITIVE_INFINITY;
    const lane: LaneSums = {
      values: f64,
      sums: sums / 8 + l,
      weighed: direct ? undefined : memory.weighed / 8 + l,
      cross: whole ? memory.crossTraces / 8 + l : undefined,
      moving: whole ? memory.moving / 8 + l : undefined,
      stride: LANES,
    };
    search.gather(lane, residual);
  }
}

/** −∂M, U'∂MU, tr(C∂_kM C∂_lM) and what the moving β adds to the Hessian; `direct` where ∂M is there already. */
function differentiate(memory: SlopeMemory, direct: boolean): void {
  const { kernel, design, terms, C, U, dM, whitened, rowWork } = memory;
  const { p } = design;
  const size = (p * (p + 1)) / 2;
  const full = p * p * LANE_BYTES;
  for (let k = 0; k < 3; k++) {
    const block = k * full;
    if (!direct) {
      const weights = memory.weights + (k + 1) * terms.count * LANE_BYTES;
      kernel.combine(size, terms.count, weights, memory.B, dM + block, memory.square);
    }
    kernel.mirror(dM + block, direct ? 1 : -1, p);
    kernel.whiten(U, dM + block, rowWork, whitened + block, p);
  }
  kernel.crossTraces(3, whitened, memory.crossTraces, p);
  kernel.moving(C, memory.slope, memory.moved, memory.moving, p);
}

/**
 * A Newton step for 16 vertices with every image, in float32: f is not looked at, since what comes of the steps
 * is evaluated in float64.
 *
 * @param ee e'e of each in the unit in which its z is scaled; float64, 16.
 */
export function stride(memory: SlopeMemory, searches: readonly SlopeSearch[], ee: Float64Array): void {
  const { kernel, f32, design, terms, A32, D, S, M, C, sums, out, beta, h, inverse, work } = memory;
  const { p, levels } = design;
  const size = (p * (p + 1)) / 2;
  const r = terms.count;
  const N = 2 * LANES;
  for (let l = 0; l < N; l++) {
    const { point } = searches[l];
    const [d11, d21, d22] = point.covariance;
    f32[D / 4 + l] = d11;
    f32[D / 4 + N + l] = d21;
    f32[D / 4 + 2 * N + l] = d22;
    f32[D / 4 + 3 * N + l] = point.determinant;
  }
  f32.copyWithin(S / 4, memory.xe32 / 4, memory.xe32 / 4 + p * N);
  memory.clear(sums, 64);
  const { direct } = memory;
  if (direct) f32.fill(0, M / 4, M / 4 + p * p * N);
  else {
    kernel.termWeights32(r, memory.termG32, memory.entry, D, memory.weights);
    kernel.combine32(size, r, memory.weights, memory.B32, M, memory.square);
  }
  addShared(f32, M / 4, N, design.EE, p);
  const withM = direct ? 1 : 0;
  kernel.pass1Shared32(levels, ...A32, memory.G32, D, memory.z32, h, inverse, S, M, withM, sums, work, p);
  const zDh = f32.slice(sums / 4, sums / 4 + N);
  kernel.solve32(M, S, beta, C, memory.U, out, p);
  if (!direct) {
    kernel.packTwice32(C, memory.packed, p);
    kernel.combine32(r, size, memory.packed, memory.transposedB32, memory.traces, memory.line);
    kernel.weigh32(r, memory.weights, memory.traces, memory.weighed);
  }
  memory.clear(sums, 64);
  const rest = [memory.slope, memory.dM, 0, withM, work, p] as const;
  kernel.pass2Shared32(levels, ...A32, memory.G32, D, h, inverse, beta, C, sums, ...rest);
  for (let l = 0; l < N; l++) {
    const residual = ee[l] - zDh[l] - f32[out / 4 + N + l];
    const lane: LaneSums = {
      values: f32,
      sums: sums / 4 + l,
      weighed: direct ? undefined : memory.weighed / 4 + l,
      cross: undefined,
      moving: undefined,
      stride: N,
    };
    searches[l].gather(lane, residual);
    searches[l].stride();
  }
}

/** Adds a matrix that all lanes share to the lower triangle of M; nothing where it is zero. */
function addShared(
  values: Float64Array | Float32Array,
  M: number,
  lanes: number,
  shared: Float64Array,
  p: number,
): void {
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      const value = shared[i * p + j];
      if (value === 0) continue;
      const at = M + (i * p + j) * lanes;
      for (let l = 0; l < lanes; l++) values[at + l] += value;
    }
  }
}
