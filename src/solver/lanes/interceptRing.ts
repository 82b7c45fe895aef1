import { BLOCK_VERTICES, type ImageBlocks, placeOf } from "../../images/blocks.js";
import { choleskyInPlace, choleskySolve } from "../../matrix/cholesky.js";
import { addSquare, type InterceptDesign } from "../../model/interceptDesign.js";
import type { InterceptSums } from "./interceptProfile.js";

/** A vertex some of whose images are missing, reduced: its sums, its least-squares fit, and y'y and e'e. */
export interface RingReduction {
  readonly sums: InterceptSums;
  readonly gamma: Float64Array;
  readonly yy: number;
  readonly ee: number;
}

/**
 * Reduces one vertex with images missing: levels that lose none keep their share of the design's sums, and A, E and
 * the pattern of the others are made anew from the images that are left.
 *
 * @returns undefined where X loses rank on them.
 */
export function reduceRing(
  design: InterceptDesign,
  images: ImageBlocks,
  vertex: number,
): RingReduction | undefined {
  const { levels: all, X } = design;
  const { n, p, levels, start, Z, A, G } = all;
  const size = (p * (p + 1)) / 2;
  const y = new Float64Array(n);
  const from = placeOf(n, vertex);
  let present = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    y[i] = images.values[from + i * BLOCK_VERTICES];
    yy += y[i] * y[i];
    if (y[i] !== 0) present++;
  }
  const patterns = new Map<number, number>();
  const g = Array.from(design.g);
  for (let t = 0; t < g.length; t++) patterns.set(Number(g[t].toPrecision(12)), t);
  const count = Array.from(design.count);
  const B: Float64Array[] = g.map((_, t) => design.B.slice(t * size, (t + 1) * size));
  const EE = new Float64Array(size);
  for (let i = 0, k = 0; i < p; i++) for (let j = 0; j <= i; j++) EE[k++] = all.EE[i * p + j];
  /** A and the pattern of each level that lost images. */
  const changed = new Map<number, { readonly a: Float64Array; readonly pattern: number }>();
  for (let t = 0; t < design.g.length; t++) {
    for (let s = design.start[t]; s < design.start[t + 1]; s++) {
      let isWhole = true;
      for (let i = start[s]; i < start[s + 1]; i++) isWhole &&= y[i] !== 0;
      if (isWhole) continue;
      addSquare(B[t], A, 2 * s, -G[4 * s]);
      for (let i = start[s]; i < start[s + 1]; i++) addSquare(EE, all.E, i, -1);
      count[t]--;
      const level = leftOf(design, s, y, EE);
      if (level.g === 0) {
        changed.set(s, { a: level.a, pattern: -1 });
        continue;
      }
      const key = Number(level.g.toPrecision(12));
      const pattern = patterns.get(key) ?? g.length;
      if (pattern === g.length) {
        patterns.set(key, pattern);
        g.push(level.g);
        count.push(0);
        B.push(new Float64Array(size));
      }
      count[pattern]++;
      for (let i = 0, k = 0; i < p; i++) {
        for (let j = 0; j <= i; j++, k++) B[pattern][k] += level.g * level.a[i] * level.a[j];
      }
      changed.set(s, { a: level.a, pattern });
    }
  }
  const L = new Float64Array(p * p);
  for (let i = 0, k = 0; i < p; i++) {
    for (let j = 0; j <= i; j++, k++) L[i * p + j] = B.reduce((sum, part) => sum + part[k], EE[k]);
  }
  if (!Number.isFinite(choleskyInPlace(L, p, 1e-10))) return undefined;
  const gamma = new Float64Array(p);
  for (let i = 0; i < n; i++) {
    if (y[i] === 0) continue;
    for (let e = X.start[i]; e < X.start[i + 1]; e++) gamma[X.column[e]] += X.value[e] * y[i];
  }
  choleskySolve(L, p, gamma);
  // Residuals image by image, before anything is squared.
  let ee = 0;
  const T = g.length;
  const sums = { G: new Float64Array(T * p), c: new Float64Array(T), Ee: new Float64Array(p) };
  let pattern = 0;
  let within = 0;
  for (let s = 0; s < levels; s++) {
    while (pattern + 1 < design.start.length - 1 && s >= design.start[pattern + 1]) pattern++;
    let z = 0;
    for (let i = start[s]; i < start[s + 1]; i++) {
      if (y[i] === 0) continue;
      let e = y[i];
      for (let k = X.start[i]; k < X.start[i + 1]; k++) e -= X.value[k] * gamma[X.column[k]];
      y[i] = e;
      z += Z[2 * i] * e;
      ee += e * e;
      for (let k = X.start[i]; k < X.start[i + 1]; k++) sums.Ee[X.column[k]] += X.value[k] * e;
    }
    const level = changed.get(s);
    const t = level?.pattern ?? pattern;
    if (t < 0) continue;
    sums.c[t] += (z * z) / g[t];
    if (level !== undefined) for (let j = 0; j < p; j++) sums.G[t * p + j] += level.a[j] * z;
    else {
      for (let k = A.start[2 * s]; k < A.start[2 * s + 1]; k++) {
        sums.G[t * p + A.column[k]] += A.value[k] * z;
      }
    }
  }
  within = ee;
  for (let t = 0; t < T; t++) {
    within -= sums.c[t];
    // E'e = X'e − Σ A'z.
    for (let j = 0; j < p; j++) sums.Ee[j] -= sums.G[t * p + j];
  }
  const joined = new Float64Array(T * size);
  B.forEach((part, t) => {
    joined.set(part, t * size);
  });
  return {
    sums: {
      ...sums,
      g: Float64Array.from(g),
      count: Float64Array.from(count),
      B: joined,
      EE,
      within,
      n: present,
    },
    gamma,
    yy,
    ee,
  };
}

/** g and A of what is left of a level, whose E'E is added to EE. */
function leftOf(
  { levels: { p, start, Z }, X }: InterceptDesign,
  s: number,
  y: Float64Array,
  EE: Float64Array,
): { readonly g: number; readonly a: Float64Array } {
  let g = 0;
  const a = new Float64Array(p);
  const add = (row: Float64Array, i: number, weight: number) => {
    for (let e = X.start[i]; e < X.start[i + 1]; e++) row[X.column[e]] += weight * X.value[e];
  };
  for (let i = start[s]; i < start[s + 1]; i++) {
    if (y[i] === 0) continue;
    g += Z[2 * i] ** 2;
    add(a, i, Z[2 * i]);
  }
  for (let j = 0; j < p && g > 0; j++) a[j] /= g;
  const row = new Float64Array(p);
  for (let i = start[s]; i < start[s + 1]; i++) {
    if (y[i] === 0) continue;
    row.fill(0);
    add(row, i, 1);
    for (let j = 0; j < p; j++) row[j] -= Z[2 * i] * a[j];
    for (let j = 0, k = 0; j < p; j++) for (let l = 0; l <= j; l++, k++) EE[k] += row[j] * row[l];
  }
  return { g, a };
}
