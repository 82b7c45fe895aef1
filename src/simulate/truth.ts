import { InputError } from "../errors.js";
import type { Hemisphere, Mesh } from "../mesh/index.js";
import { plural } from "../print/number.js";
import type { Results } from "../results/results.js";
import { COLUMNS } from "./cohort.js";
import type { Random } from "./random.js";
import { directions, drawField, smoothFields } from "./smoothField.js";

/** What the images of one hemisphere are drawn from. */
export interface Truth {
  /** float64, V × 23. */
  readonly beta: Float64Array;
  /** float64, V. */
  readonly sigma2: Float64Array;
  /** vech(D) relative to σ²: D11, D21, D22; float64, V × 3. */
  readonly D: Float64Array;
  /** uint8, V: 0 on the medial wall. */
  readonly mask: Uint8Array;
  /** float64, V: share of the images that are missing. */
  readonly missing: Float64Array;
}

/** Where a 2-back task moves the cortex: direction from the middle of a left hemisphere, size, width. */
const TWO_BACK: readonly (readonly [x: number, y: number, z: number, size: number])[] = [
  [-0.55, 0.62, 0.55, 0.9],
  [-0.5, -0.6, 0.65, 1],
  [0.6, 0.35, 0.72, 0.7],
  [-0.45, 0.85, -0.1, 0.4],
  [0.55, -0.6, 0.4, -0.9],
  [0.5, 0.85, -0.1, -0.9],
  [-0.8, -0.5, 0.1, -0.6],
  [-0.85, 0.1, -0.5, -0.5],
];

/** Typical size of each column's effect, in units of the residual standard deviation. */
const EFFECT = [0.2, 0.1, 0.06, 0.08, 0.14, ...new Array<number>(18).fill(0.07)];

/** Smooth maps over a mesh that look like a 2-back contrast, with a medial wall and a ring around it. */
export function drawTruth(mesh: Mesh, hemisphere: Hemisphere, random: Random): Truth {
  const unit = directions(mesh);
  const V = unit.length / 3;
  const p = COLUMNS.length;
  const fields = smoothFields(unit, 30, 3, random);
  const field = () => {
    const values = new Float32Array(V);
    drawField(fields, random, false, values);
    return values;
  };
  const beta = new Float64Array(V * p);
  for (let j = 0; j < p; j++) {
    const values = field();
    for (let v = 0; v < V; v++) beta[v * p + j] = EFFECT[j] * values[v];
  }
  const side = hemisphere === "lh" ? 1 : -1;
  for (let v = 0; v < V; v++) {
    for (const [x, y, z, size] of TWO_BACK) {
      const length = Math.hypot(x, y, z);
      const cosine = (side * x * unit[3 * v] + y * unit[3 * v + 1] + z * unit[3 * v + 2]) / length;
      beta[v * p] += size * Math.exp((cosine - 1) / 0.06);
    }
  }
  const [level, intercept, slope] = [field(), field(), field()];
  const sigma2 = Float64Array.from({ length: V }, (_, v) => Math.exp(0.3 * level[v]));
  const D = new Float64Array(3 * V);
  for (let v = 0; v < V; v++) {
    D[3 * v] = 0.45 * Math.exp(0.4 * intercept[v]);
    // Truly zero at about a third of the vertices: the fits there are singular, as they are in real data.
    D[3 * v + 2] = 0.08 * Math.max(0, slope[v] + 0.45);
    D[3 * v + 1] = -0.2 * Math.sqrt(D[3 * v] * D[3 * v + 2]);
  }
  return { beta, sigma2, D, ...coverage(unit, hemisphere) };
}

/** ABCD's share of vertices on the medial wall, and of those in the ring around it that miss images. */
const WALL = 0.086;
const RING = 0.05;
/** The largest share of images missing at a vertex, and the number of distinct n. */
const MOST_MISSING = 0.39;
const DISTINCT_N = 115;

function coverage(unit: Float64Array, hemisphere: Hemisphere): { mask: Uint8Array; missing: Float64Array } {
  const V = unit.length / 3;
  const medial = hemisphere === "lh" ? 1 : -1;
  const away = Float64Array.from({ length: V }, (_, v) => {
    const [x, y, z] = [unit[3 * v] * medial, unit[3 * v + 1], unit[3 * v + 2]];
    return Math.hypot(x - 0.98, (y + 0.05) / 1.5, z + 0.15);
  });
  const order = Array.from(away.keys()).sort((a, b) => away[a] - away[b]);
  const wall = Math.round(WALL * V);
  const ring = Math.round(RING * V);
  const mask = new Uint8Array(V).fill(1);
  const missing = new Float64Array(V);
  for (let k = 0; k < wall; k++) mask[order[k]] = 0;
  for (let k = 0; k < ring; k++) {
    const step = Math.floor((k / ring) * DISTINCT_N) / DISTINCT_N;
    missing[order[wall + k]] = MOST_MISSING * (1 - step) ** 3;
  }
  return { mask, missing };
}

/**
 * Takes β, σ² and D from results, so that published maps can be the truth.
 *
 * @throws InputError when they are not over this mesh, or have other than 23 columns.
 */
export function truthOf(results: Results, mesh: Mesh): Truth {
  const V = mesh.vertices.length / 3;
  const p = COLUMNS.length;
  const { info, mask } = results;
  const volumes = results.map("beta").volumes;
  if (info.vertices !== V || volumes !== p) {
    throw new InputError({
      ...(results.directory === undefined ? {} : { file: results.directory }),
      found: `${plural(info.vertices, "vertex", "vertices")} and ${plural(volumes, "column", "columns")}`,
      expected: `${plural(V, "vertex", "vertices")} and ${plural(p, "column", "columns")}`,
    });
  }
  const covariance = results.map("D");
  const D = new Float64Array(3 * V);
  for (let v = 0; v < V; v++) {
    for (let k = 0; k < Math.min(3, covariance.volumes); k++)
      D[3 * v + k] = covariance.data[v * covariance.volumes + k];
  }
  const n = results.has("n") ? results.map("n").data : mask;
  const most = Array.from(n).reduce((a, b) => Math.max(a, b), 1);
  return {
    beta: Float64Array.from(results.map("beta").data),
    sigma2: Float64Array.from(results.map("sigma2").data),
    D,
    mask: Uint8Array.from(mask),
    missing: Float64Array.from(n, (count, v) => (mask[v] === 0 ? 0 : 1 - count / most)),
  };
}
