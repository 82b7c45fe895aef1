import { vechLength } from "../matrix/vech.js";
import type { Groups } from "../model/groups.js";
import { entryPairs } from "../model/interpolation.js";
import type { Model } from "../model/model.js";
import type { Plan, VertexDesign } from "../model/plan.js";
import type { LeastSquares } from "./leastSquares.js";

/**
 * The images of some vertices reduced to what their likelihoods need; vertices are the fastest index.
 * Everything but γ and y'y is of the residuals r = y − Xγ of the least-squares fit, taken image by image
 * before anything is squared: sums of squares of the images themselves would lose the digits of σ² where the
 * mean is large.
 */
export interface ReducedImages {
  /** γ, the least-squares fit in the orthonormal basis; float64, p × vertices. */
  readonly gamma: Float64Array;
  /** y'y; float64, vertices. */
  readonly yy: Float64Array;
  /** r'r; float64, vertices. */
  readonly rr: Float64Array;
  /** Σ_s of the squares of r_s − Q_s c_s, c_s = Q_s'r_s, which no random effect reaches; float64, vertices. */
  readonly ee: Float64Array;
  /** By visit pattern: g_j; float64, terms × p × vertices. Empty when kept by level. */
  readonly g: Float64Array;
  /** By visit pattern: c_j; float64, terms × vertices. */
  readonly c: Float64Array;
  /** By level: the rotated c_s; float64, vertices × levels × q. Empty when summed by pattern. */
  readonly rotated: Float64Array;
}

/**
 * Whether sums by visit pattern serve the vertices of a design better than one rotated vector a level:
 * when levels share patterns, so that the terms are few and exact.
 */
export function sumsByPattern(design: VertexDesign, levels: number, q: number): boolean {
  const { crossProduct } = design;
  return crossProduct.largestD === Number.POSITIVE_INFINITY && crossProduct.of.length < levels * q;
}

/**
 * Reduces the images of a block of vertices; float32 in, float64 sums. The images themselves are read once.
 *
 * @param leastSquares of the images that the design has.
 * @param Y float32, n × width, row-major, missing values zero.
 * @param columns int32: the columns of Y, one a vertex.
 */
export function reduceImages(
  plan: Plan,
  design: VertexDesign,
  leastSquares: LeastSquares,
  Y: Float32Array,
  width: number,
  columns: Int32Array,
): ReducedImages {
  const { p, q, levels } = plan.model;
  const { groups, crossProduct } = design;
  const count = columns.length;
  const byPattern = q === 0 || sumsByPattern(design, levels, q);
  const terms = byPattern ? crossProduct.of.length : 0;
  const reduced: ReducedImages = {
    gamma: new Float64Array(p * count),
    yy: new Float64Array(count),
    rr: new Float64Array(count),
    ee: new Float64Array(count),
    g: new Float64Array(terms * p * count),
    c: new Float64Array(terms * count),
    rotated: new Float64Array(byPattern ? 0 : count * levels * q),
  };
  const { order } = groups.order;
  const r = new Float64Array(groups.n * count);
  for (let k = 0; k < groups.n; k++) {
    const from = order[k] * width;
    for (let v = 0; v < count; v++) {
      const y = Y[from + columns[v]];
      r[k * count + v] = y;
      reduced.yy[v] += y * y;
    }
  }
  if (plan.model.ones !== undefined) takeOutMean(plan.model.ones, r, groups.n, count, reduced.gamma);
  takeOutFit(plan.model, groups, leastSquares, r, count, reduced.gamma);
  // Without some of the images the basis is not orthonormal: a second fit takes out what the first one left.
  if (groups.n < plan.model.n) takeOutFit(plan.model, groups, leastSquares, r, count, reduced.gamma);
  for (let k = 0; k < r.length; k += count) {
    for (let v = 0; v < count; v++) reduced.rr[v] += r[k + v] * r[k + v];
  }
  if (q === 0) reduced.ee.set(reduced.rr);
  else rotate(plan.model, design, byPattern, r, count, reduced);
  return reduced;
}

/** r −= mean(r), which the fit would take out in any case; centered images lose nothing to rounding after that. */
function takeOutMean(
  ones: Float64Array,
  r: Float64Array,
  n: number,
  count: number,
  gamma: Float64Array,
): void {
  const mean = new Float64Array(count);
  for (let k = 0; k < r.length; k += count) for (let v = 0; v < count; v++) mean[v] += r[k + v] / n;
  for (let k = 0; k < r.length; k += count) for (let v = 0; v < count; v++) r[k + v] -= mean[v];
  ones.forEach((weight, j) => {
    for (let v = 0; v < count; v++) gamma[j * count + v] += weight * mean[v];
  });
}

/** r −= Xγ with γ the least-squares fit to r, which is added to `gamma`. */
function takeOutFit(
  { p, basis }: Model,
  { n, order }: Groups,
  leastSquares: LeastSquares,
  r: Float64Array,
  count: number,
  gamma: Float64Array,
): void {
  const Xr = new Float64Array(p * count);
  for (let k = 0; k < n; k++) {
    const row = order.order[k] * p;
    for (let j = 0; j < p; j++) addScaled(Xr, j * count, basis[row + j], r, k * count, count);
  }
  const fit = new Float64Array(p);
  for (let v = 0; v < count; v++) {
    for (let j = 0; j < p; j++) fit[j] = Xr[j * count + v];
    leastSquares.solve(fit);
    for (let j = 0; j < p; j++) {
      Xr[j * count + v] = fit[j];
      gamma[j * count + v] += fit[j];
    }
  }
  for (let k = 0; k < n; k++) {
    const row = order.order[k] * p;
    for (let j = 0; j < p; j++) addScaled(r, k * count, -basis[row + j], Xr, j * count, count);
  }
}

/** Splits r level by level into c_s = Q_s'r_s and what is left, and sums both. */
function rotate(
  { p, q, levels }: Model,
  { groups, patterns }: VertexDesign,
  byPattern: boolean,
  r: Float64Array,
  count: number,
  reduced: ReducedImages,
): void {
  const { start, order } = groups.order;
  const pairs = entryPairs(q);
  const c = new Float64Array(q * count);
  for (let s = 0; s < levels; s++) {
    c.fill(0);
    for (let k = start[s]; k < start[s + 1]; k++) {
      const row = order[k] * q;
      for (let a = 0; a < q; a++) {
        addScaled(c, a * count, groups.rotation[row + a], r, k * count, count);
      }
    }
    for (let k = start[s]; k < start[s + 1]; k++) {
      const row = order[k] * q;
      for (let a = 0; a < q; a++) {
        addScaled(r, k * count, -groups.rotation[row + a], c, a * count, count);
      }
      for (let v = 0; v < count; v++) reduced.ee[v] += r[k * count + v] * r[k * count + v];
    }
    const pattern = patterns.ofLevel[s];
    if (pattern < 0) continue;
    if (!byPattern) {
      for (let a = 0; a < q; a++) {
        for (let v = 0; v < count; v++) reduced.rotated[(v * levels + s) * q + a] = c[a * count + v];
      }
      continue;
    }
    for (let e = 0; e < vechLength(q); e++) {
      const [a, b] = pairs[e];
      const j = pattern * pairs.length + e;
      const ca = a * count;
      const cb = b * count;
      const twice = a === b ? 1 : 2;
      for (let v = 0; v < count; v++) reduced.c[j * count + v] += twice * c[ca + v] * c[cb + v];
      for (let i = 0; i < p; i++) {
        const target = (j * p + i) * count;
        addScaled(reduced.g, target, groups.U[(s * q + a) * p + i], c, cb, count);
        if (a !== b) addScaled(reduced.g, target, groups.U[(s * q + b) * p + i], c, ca, count);
      }
    }
  }
}

/** target[to … to + count) += weight · source[from … from + count). */
function addScaled(
  target: Float64Array,
  to: number,
  weight: number,
  source: Float64Array,
  from: number,
  count: number,
): void {
  if (weight === 0) return;
  for (let v = 0; v < count; v++) target[to + v] += weight * source[from + v];
}
