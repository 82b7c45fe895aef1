import { vechLength } from "../matrix/vech.js";
import { entryPairs } from "../model/interpolation.js";
import type { Plan, VertexDesign } from "../model/plan.js";

/** The images of some vertices reduced to what their likelihoods need; vertices are the fastest index. */
export interface ReducedImages {
  /** X'y in the orthonormal basis; float64, p × vertices. */
  readonly Xy: Float64Array;
  /** y'y; float64, vertices. */
  readonly yy: Float64Array;
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
 * One pass over the images of a block of vertices; float32 in, float64 sums.
 *
 * @param Y float32, n × width, row-major, missing values zero.
 * @param columns int32: the columns of Y, one a vertex.
 */
export function reduceImages(
  plan: Plan,
  design: VertexDesign,
  Y: Float32Array,
  width: number,
  columns: Int32Array,
): ReducedImages {
  const { n, p, q, basis, levels } = plan.model;
  const { groups, crossProduct, patterns } = design;
  const count = columns.length;
  const byPattern = sumsByPattern(design, levels, q);
  const terms = byPattern ? crossProduct.of.length : 0;
  const reduced: ReducedImages = {
    Xy: new Float64Array(p * count),
    yy: new Float64Array(count),
    g: new Float64Array(terms * p * count),
    c: new Float64Array(terms * count),
    rotated: new Float64Array(byPattern ? 0 : count * levels * q),
  };
  const row = new Float64Array(count);
  const c = new Float64Array(q * count);
  const addImage = (i: number) => {
    for (let v = 0; v < count; v++) row[v] = Y[i * width + columns[v]];
    for (let v = 0; v < count; v++) reduced.yy[v] += row[v] * row[v];
    for (let j = 0; j < p; j++) addScaled(reduced.Xy, j * count, basis[i * p + j], row, 0, count);
  };
  if (q === 0) {
    for (let i = 0; i < n; i++) addImage(i);
    return reduced;
  }
  const pairs = entryPairs(q);
  const { start, order } = plan.levelOrder;
  for (let s = 0; s < levels; s++) {
    c.fill(0);
    for (let k = start[s]; k < start[s + 1]; k++) {
      const i = order[k];
      addImage(i);
      for (let a = 0; a < q; a++) addScaled(c, a * count, groups.rotation[i * q + a], row, 0, count);
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
  return reduced;
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
