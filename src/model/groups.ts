import { thinQR } from "../matrix/qr.js";
import type { Model } from "./model.js";

/**
 * The images that are present at a vertex, grouped by level. With Z_s = Q_s R_s (thin QR) for each
 * level s, the images enter the likelihood only through X'y, y'y and the rotated c_s = Q_s'y_s, and
 * the design only through U_s = Q_s'X_s and R_s.
 */
export interface Groups {
  /** Images present. */
  readonly n: number;
  /** Levels with at least one image. */
  readonly levels: number;
  /** X'X over the images present, in the model's basis; float64, lower triangle packed by rows. */
  readonly XX: Float64Array;
  /** Q_s, one row an image, zero where the image is missing; float64, n × q. */
  readonly rotation: Float64Array;
  /** U_s; float64, levels × q × p. */
  readonly U: Float64Array;
  /** R_s; float64, levels × q × q, row-major, upper triangular. */
  readonly R: Float64Array;
}

/** The first image of each level's run in `order`, and the images sorted by level. */
export interface LevelOrder {
  readonly start: Int32Array;
  readonly order: Int32Array;
}

/** Sorts the images by level, keeping their order within a level. */
export function orderByLevel(model: Model): LevelOrder {
  const start = new Int32Array(model.levels + 1);
  if (model.q === 0) return { start, order: new Int32Array(0) };
  for (let i = 0; i < model.n; i++) start[model.level[i] + 1]++;
  for (let s = 0; s < model.levels; s++) start[s + 1] += start[s];
  const next = start.slice();
  const order = new Int32Array(model.n);
  for (let i = 0; i < model.n; i++) order[next[model.level[i]]++] = i;
  return { start, order };
}

/** Index of entry (i, j), i ≥ j, in a lower triangle packed by rows. */
export function packedIndex(i: number, j: number): number {
  return (i * (i + 1)) / 2 + j;
}

/** Groups all images of the model: what every inner vertex shares. */
export function groupAll(model: Model, levelOrder: LevelOrder): Groups {
  const { n, p, q, levels } = model;
  const XX = new Float64Array((p * (p + 1)) / 2);
  for (let i = 0; i < n; i++) addOuter(XX, model.basis, i * p, p, 1);
  const groups: Groups = {
    n,
    levels,
    XX,
    rotation: new Float64Array(n * q),
    U: new Float64Array(levels * q * p),
    R: new Float64Array(levels * q * q),
  };
  if (q > 0) for (let s = 0; s < levels; s++) rotateLevel(model, levelOrder, s, undefined, groups);
  return groups;
}

/**
 * Groups the images left when some are missing, at a cost set by how many are: levels that lose
 * nothing keep their share of `all`.
 *
 * @param missing indices of the images that are missing, ascending.
 * @returns the groups and the levels that lost an image.
 */
export function groupPresent(
  model: Model,
  levelOrder: LevelOrder,
  all: Groups,
  missing: Int32Array,
): { readonly groups: Groups; readonly changed: Int32Array } {
  const { p, q } = model;
  const absent = new Uint8Array(model.n);
  const XX = all.XX.slice();
  for (const i of missing) {
    absent[i] = 1;
    addOuter(XX, model.basis, i * p, p, -1);
  }
  if (q === 0) {
    return { groups: { ...all, n: model.n - missing.length, XX }, changed: new Int32Array(0) };
  }
  const changed = Int32Array.from(new Set(Array.from(missing, (i) => model.level[i]))).sort();
  const present = { rotation: all.rotation.slice(), U: all.U.slice(), R: all.R.slice() };
  let emptied = 0;
  for (const s of changed) if (rotateLevel(model, levelOrder, s, absent, present) === 0) emptied++;
  const groups = { n: model.n - missing.length, levels: all.levels - emptied, XX, ...present };
  return { groups, changed };
}

/** packed += weight · x x', x = rows[offset … offset + p). */
export function addOuter(
  packed: Float64Array,
  rows: Float64Array,
  offset: number,
  p: number,
  weight: number,
): void {
  let k = 0;
  for (let i = 0; i < p; i++) {
    const x = weight * rows[offset + i];
    for (let j = 0; j <= i; j++) packed[k++] += x * rows[offset + j];
  }
}

/** Writes Q_s, U_s and R_s of one level from its present images; returns how many there are. */
function rotateLevel(
  model: Model,
  { start, order }: LevelOrder,
  s: number,
  absent: Uint8Array | undefined,
  into: { readonly rotation: Float64Array; readonly U: Float64Array; readonly R: Float64Array },
): number {
  const { p, q } = model;
  const images: number[] = [];
  for (let k = start[s]; k < start[s + 1]; k++) {
    const i = order[k];
    into.rotation.fill(0, i * q, (i + 1) * q);
    if (absent === undefined || absent[i] === 0) images.push(i);
  }
  const Zs = new Float64Array(images.length * q);
  images.forEach((i, row) => {
    for (let a = 0; a < q; a++) Zs[row * q + a] = model.Z[i * q + a];
  });
  const { Q, R } = thinQR(Zs, images.length, q);
  into.R.set(R, s * q * q);
  const U = into.U.subarray(s * q * p, (s + 1) * q * p);
  U.fill(0);
  images.forEach((i, row) => {
    for (let a = 0; a < q; a++) {
      const weight = Q[row * q + a];
      into.rotation[i * q + a] = weight;
      if (weight === 0) continue;
      for (let j = 0; j < p; j++) U[a * p + j] += weight * model.basis[i * p + j];
    }
  });
  return images.length;
}
