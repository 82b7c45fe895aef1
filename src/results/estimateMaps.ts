import { unvech, vechLength } from "../matrix/vech.js";
import type { Estimates } from "../solver/estimates.js";

/** Spreads rows of the estimates over all V vertices: float64, V × width, 0 outside the mask. */
export function spread(
  values: Float64Array | Int32Array,
  estimates: Estimates,
  vertices: number,
  width: number,
): Float64Array {
  const map = new Float64Array(vertices * width);
  const inside = estimates.vertices;
  for (let row = 0; row < inside.length; row++) {
    for (let k = 0; k < width; k++) map[inside[row] * width + k] = values[row * width + k];
  }
  return map;
}

/** The maps that follow from the estimates alone; each is computed when it is asked for. */
export function estimateMaps(
  estimates: Estimates,
  inverseR: Float64Array,
  vertices: number,
  wanted: { readonly cov: boolean; readonly resms: boolean },
): Map<string, () => Float64Array | Int32Array> {
  const { p, q } = estimates;
  const int32 = (values: Int32Array) => () => Int32Array.from(spread(values, estimates, vertices, 1));
  const maps = new Map<string, () => Float64Array | Int32Array>([
    ["mask", () => Int32Array.from(spread(estimates.n, estimates, vertices, 1), (n) => (n === 0 ? 0 : 1))],
    ["n", int32(estimates.n)],
    ["edf", () => Int32Array.from(spread(estimates.n, estimates, vertices, 1), (n) => (n === 0 ? 0 : n - p))],
    ["status", int32(estimates.status)],
    ["beta", () => spread(estimates.beta, estimates, vertices, p)],
    ["sigma2", () => spread(estimates.sigma2, estimates, vertices, 1)],
    ["llh", () => spread(estimates.llh, estimates, vertices, 1)],
  ]);
  maps.set("certificate", () => spread(estimates.certificate, estimates, vertices, 1));
  maps.set("evaluations", int32(estimates.evaluations));
  if (q > 0) maps.set("D", () => spread(estimates.D, estimates, vertices, vechLength(q)));
  if (wanted.resms) maps.set("resms", () => spread(estimates.resms, estimates, vertices, 1));
  if (wanted.cov) maps.set("cov", () => covarianceMap(estimates, inverseR, vertices));
  return maps;
}

/** cov(β̂) = σ² R⁻¹ C R⁻ᵀ, p² numbers a vertex. */
function covarianceMap(estimates: Estimates, inverseR: Float64Array, vertices: number): Float64Array {
  const { p, basisCovariance, sigma2 } = estimates;
  const packed = vechLength(p);
  const map = new Float64Array(vertices * p * p);
  const C = new Float64Array(p * p);
  const half = new Float64Array(p * p);
  estimates.vertices.forEach((v, row) => {
    for (let i = 0, k = row * packed; i < p; i++) {
      for (let j = 0; j <= i; j++) {
        C[i * p + j] = basisCovariance[k];
        C[j * p + i] = basisCovariance[k++];
      }
    }
    for (let i = 0; i < p; i++) {
      for (let j = 0; j < p; j++) {
        let sum = 0;
        for (let a = i; a < p; a++) sum += inverseR[i * p + a] * C[a * p + j];
        half[i * p + j] = sum;
      }
    }
    const base = v * p * p;
    for (let i = 0; i < p; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let a = j; a < p; a++) sum += half[i * p + a] * inverseR[j * p + a];
        map[base + i * p + j] = sigma2[row] * sum;
        map[base + j * p + i] = sigma2[row] * sum;
      }
    }
  });
  return map;
}

/** D̂ of one row of the estimates as a full q × q matrix, row-major. */
export function covarianceOf(estimates: Estimates, row: number): Float64Array {
  const m = vechLength(estimates.q);
  const D = new Float64Array(estimates.q ** 2);
  unvech(estimates.D.subarray(row * m, (row + 1) * m), estimates.q, D);
  return D;
}
