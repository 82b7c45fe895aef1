// The lane kernel: the restricted likelihood of many vertices at a time, in SIMD lanes, for a factor with one or two
// random effects. Compiled by AssemblyScript into dist/kernel.wasm.
//
// Per level s: G_s = Z_s'Z_s, z_s = Z_s'e_s, X_s = Z_s A_s + E_s with Z_s'E_s = 0, A_s and E_s sparse and shared:
//   det = |I + G D|,  h = (I + G D)^-1 z,  T = (I + G D)^-1 G = Z'V^-1 Z
//   X'V^-1 X = E'E + sum A'T A,  X'V^-1 e = E'e + sum A'h,  e'V^-1 e = e'e - sum z'D h,  log|V| = sum log det
// Lane vectors are contiguous: value of lane l of quantity k at k * 64 + 8 l (float64) or 4 l (float32).
// Functions named ...Own have one G a lane, for vertices that miss images; ...Shared have one G for all.
import { applyA_, crossProduct_ } from "./levels";
import { solve_ } from "./factorize";
import { pass1 } from "./pass1";
import { pass2 } from "./pass2";
import { combine_, moments_, packTwice_, termWeights_, weigh_ } from "./terms";
export { change, congruence, crossTraces, mirror, square, whiten } from "./congruence";
export { byLane, byLane32, moveAlong } from "./estimateRows";
export { combineLanes, innerProduct, moving } from "./factorize";
export {
  addLanes,
  against,
  blend,
  packedProducts,
  patternSums,
  patternWeights,
  residualsAt,
  squares,
  squareTwice,
} from "./intercept";
export { centers, moveOwn, moveShared, narrow, pick, pickTogether, residuals, sumsOwn, sumsShared } from "./reduce";
export { changeLevels, missingOf } from "./ring";
export { clean, tally } from "./rows";
export { weightedSums, weightedSums32 } from "./weightedSums";

/** The first free byte of the memory. */
export function heapBase(): usize {
  return __heap_base;
}

export function pass1Shared(
  levels: i32,
  row: usize,
  col: usize,
  val: usize,
  G: usize,
  D: usize,
  z: usize,
  H: usize,
  inv: usize,
  S: usize,
  M: usize,
  withM: i32,
  sums: usize,
  work: usize,
  p: i32,
): void {
  pass1<i32, f64>(levels, row, col, val, G, D, z, H, inv, S, M, withM, sums, work, p);
}

export function pass1Own(
  levels: i32,
  row: usize,
  col: usize,
  val: usize,
  G: usize,
  D: usize,
  z: usize,
  H: usize,
  inv: usize,
  S: usize,
  M: usize,
  withM: i32,
  sums: usize,
  work: usize,
  p: i32,
): void {
  pass1<i64, f64>(levels, row, col, val, G, D, z, H, inv, S, M, withM, sums, work, p);
}

export function pass1Shared32(
  levels: i32,
  row: usize,
  col: usize,
  val: usize,
  G: usize,
  D: usize,
  z: usize,
  H: usize,
  inv: usize,
  S: usize,
  M: usize,
  withM: i32,
  sums: usize,
  work: usize,
  p: i32,
): void {
  pass1<i32, f32>(levels, row, col, val, G, D, z, H, inv, S, M, withM, sums, work, p);
}

export function pass2Shared(
  levels: i32,
  row: usize,
  col: usize,
  val: usize,
  G: usize,
  D: usize,
  H: usize,
  inv: usize,
  beta: usize,
  C: usize,
  sums: usize,
  slope: usize,
  dM: usize,
  final: i32,
  withQ: i32,
  work: usize,
  p: i32,
): void {
  pass2<i32, f64>(levels, row, col, val, G, D, H, inv, beta, C, sums, slope, dM, final, withQ, work, p);
}

export function pass2Own(
  levels: i32,
  row: usize,
  col: usize,
  val: usize,
  G: usize,
  D: usize,
  H: usize,
  inv: usize,
  beta: usize,
  C: usize,
  sums: usize,
  slope: usize,
  dM: usize,
  final: i32,
  withQ: i32,
  work: usize,
  p: i32,
): void {
  pass2<i64, f64>(levels, row, col, val, G, D, H, inv, beta, C, sums, slope, dM, final, withQ, work, p);
}

export function pass2Shared32(
  levels: i32,
  row: usize,
  col: usize,
  val: usize,
  G: usize,
  D: usize,
  H: usize,
  inv: usize,
  beta: usize,
  C: usize,
  sums: usize,
  slope: usize,
  dM: usize,
  final: i32,
  withQ: i32,
  work: usize,
  p: i32,
): void {
  pass2<i32, f32>(levels, row, col, val, G, D, H, inv, beta, C, sums, slope, dM, final, withQ, work, p);
}

export function applyA(levels: i32, row: usize, col: usize, val: usize, h: usize, out: usize): void {
  applyA_<f64>(levels, row, col, val, h, out);
}

export function applyA32(levels: i32, row: usize, col: usize, val: usize, h: usize, out: usize): void {
  applyA_<f32>(levels, row, col, val, h, out);
}

export function crossProduct(
  levels: i32,
  row: usize,
  col: usize,
  val: usize,
  G: usize,
  M: usize,
  p: i32,
): void {
  crossProduct_<f64>(levels, row, col, val, G, M, p);
}

export function crossProduct32(
  levels: i32,
  row: usize,
  col: usize,
  val: usize,
  G: usize,
  M: usize,
  p: i32,
): void {
  crossProduct_<f32>(levels, row, col, val, G, M, p);
}

export function solve(M: usize, S: usize, beta: usize, C: usize, W: usize, out: usize, p: i32): void {
  solve_<f64>(M, S, beta, C, W, out, p);
}

export function solve32(M: usize, S: usize, beta: usize, C: usize, W: usize, out: usize, p: i32): void {
  solve_<f32>(M, S, beta, C, W, out, p);
}

export function moments(levels: i32, w: usize, z: usize, out: usize): void {
  moments_<f64>(levels, w, z, out);
}

export function moments32(levels: i32, w: usize, z: usize, out: usize): void {
  moments_<f32>(levels, w, z, out);
}

export function termWeights(r: i32, G: usize, entry: usize, D: usize, w: usize): void {
  termWeights_<f64>(r, G, entry, D, w);
}

export function termWeights32(r: i32, G: usize, entry: usize, D: usize, w: usize): void {
  termWeights_<f32>(r, G, entry, D, w);
}

export function combine(rows: i32, inner: i32, w: usize, B: usize, out: usize, at: usize): void {
  combine_<f64>(rows, inner, w, B, out, at);
}

export function combine32(rows: i32, inner: i32, w: usize, B: usize, out: usize, at: usize): void {
  combine_<f32>(rows, inner, w, B, out, at);
}

export function packTwice(C: usize, out: usize, p: i32): void {
  packTwice_<f64>(C, out, p);
}

export function packTwice32(C: usize, out: usize, p: i32): void {
  packTwice_<f32>(C, out, p);
}

export function weigh(r: i32, w: usize, t: usize, out: usize): void {
  weigh_<f64>(r, w, t, out);
}

export function weigh32(r: i32, w: usize, t: usize, out: usize): void {
  weigh_<f32>(r, w, t, out);
}
