import { thinQR } from "../matrix/qr.js";
import type { Model } from "./model.js";

/**
 * The images that are present at a vertex, grouped by level. With Z_s = Q_s R_s (thin QR) for each
 * level s, the images enter the likelihood only through X'y, the rotated c_s = Q_s'y_s and what is left of
 * y'y, and the design only through U_s = Q_s'X_s, R_s and what is left of X'X: the residuals
 * E_s = X_s − Q_s U_s, which random effects do not touch.
 */
export interface Groups {
  /** Images present. */
  readonly n: number;
  /** Levels with at least one image. */
  readonly levels: number;
  /** The images present, one run a level; all in one run where there is no factor. */
  readonly order: LevelOrder;
  /** X'X over the images present, in the model's basis; float64, lower triangle packed by rows. */
  readonly XX: Float64Array;
  /** Σ E_s'E_s; float64, lower triangle packed by rows. Summed from the residuals, so nothing cancels. */
  readonly EE: Float64Array;
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
export function orderByLevel(model: Pick<Model, "n" | "q" | "levels" | "level">): LevelOrder {
  const start = new Int32Array(model.levels + 1);
  if (model.q === 0) return { start, order: new Int32Array(0) };
  for (let i = 0; i < model.n; i++) start[model.level[i] + 1]++;
  for (let s = 0; s < model.levels; s++) start[s + 1] += start[s];
  const next = start.slice();
  const order = new Int32Array(model.n);
  for (let i = 0; i < model.n; i++) order[next[model.level[i]]++] = i;
  return { start, order };
}

function presentOrder(
  model: Model,
  { start, order }: LevelOrder,
  absent: Uint8Array | undefined,
): LevelOrder {
  const isPresent = (i: number) => absent === undefined || absent[i] === 0;
  if (model.q === 0) {
    const images = Int32Array.from({ length: model.n }, (_, i) => i).filter(isPresent);
    return { start: Int32Array.of(0, images.length), order: images };
  }
  if (absent === undefined) return { start, order };
  const left = new Int32Array(start.length);
  for (let s = 0; s < model.levels; s++) {
    let count = 0;
    for (let k = start[s]; k < start[s + 1]; k++) if (isPresent(order[k])) count++;
    left[s + 1] = left[s] + count;
  }
  return { start: left, order: order.filter(isPresent) };
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
    order: presentOrder(model, levelOrder, undefined),
    XX,
    EE: q > 0 ? new Float64Array(XX.length) : XX,
    rotation: new Float64Array(n * q),
    U: new Float64Array(levels * q * p),
    R: new Float64Array(levels * q * q),
  };
  for (let s = 0; s < levels && q > 0; s++) {
    rotateLevel(model, groups.order, s, groups);
    addResiduals(groups.EE, model, groups.order, s, groups, 1);
  }
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
  const order = presentOrder(model, levelOrder, absent);
  const n = model.n - missing.length;
  if (q === 0) return { groups: { ...all, n, order, XX, EE: XX }, changed: new Int32Array(0) };
  const changed = Int32Array.from(new Set(Array.from(missing, (i) => model.level[i]))).sort();
  const present = { rotation: all.rotation.slice(), U: all.U.slice(), R: all.R.slice() };
  let emptied = 0;
  const EE = all.EE.slice();
  for (const s of changed) {
    addResiduals(EE, model, all.order, s, all, -1);
    for (let k = levelOrder.start[s]; k < levelOrder.start[s + 1]; k++) {
      present.rotation.fill(0, levelOrder.order[k] * q, (levelOrder.order[k] + 1) * q);
    }
    if (rotateLevel(model, order, s, present) === 0) emptied++;
    addResiduals(EE, model, order, s, present, 1);
  }
  const groups = { n, levels: all.levels - emptied, order, XX, EE, ...present };
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
  into: { readonly rotation: Float64Array; readonly U: Float64Array; readonly R: Float64Array },
): number {
  const { p, q } = model;
  const images = Array.from(order.subarray(start[s], start[s + 1]));
  const Zs = new Float64Array(images.length * q);
  images.forEach((i, row) => {
    for (let a = 0; a < q; a++) Zs[row * q + a] = model.Z[i * q + a];
  });
  const { Q, R } = thinQR(Zs, images.length, q);
  into.R.set(R, s * q * q);
  const U = into.U.subarray(s * q * p, (s + 1) * q * p);
  U.fill(0);
  // Where Z is zero no random effect reaches the images: they are residual as they are.
  if (R.every((value) => value === 0)) return images.length;
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

/** EE += weight · E_s'E_s of one level. */
function addResiduals(
  EE: Float64Array,
  model: Model,
  { start, order }: LevelOrder,
  s: number,
  { rotation, U }: Pick<Groups, "rotation" | "U">,
  weight: number,
): void {
  const { p, q, basis } = model;
  const residual = new Float64Array(p);
  for (let k = start[s]; k < start[s + 1]; k++) {
    const i = order[k];
    for (let j = 0; j < p; j++) {
      let sum = basis[i * p + j];
      for (let a = 0; a < q; a++) sum -= rotation[i * q + a] * U[(s * q + a) * p + j];
      residual[j] = sum;
    }
    addOuter(EE, residual, 0, p, weight);
  }
}
