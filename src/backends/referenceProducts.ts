import type { ImageProducts, LevelProduct } from "./products.js";

/** Plain TypeScript with float64 sums: what the others are held against. */
export const referenceProducts: ImageProducts = {
  name: "reference",
  ranAs: "TypeScript, float64 sums",
  tolerance: 0,
  async multiply({ n, p, width, X, Y }) {
    const sums = new Float64Array(p * width);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < p; j++) {
        const x = X[i * p + j];
        if (x === 0) continue;
        for (let v = 0; v < width; v++) sums[j * width + v] += x * Y[i * width + v];
      }
    }
    return sums;
  },
  async residuals({ n, p, width, X, Y, B }) {
    const left = Float64Array.from(Y);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < p; j++) {
        const x = X[i * p + j];
        if (x === 0) continue;
        for (let v = 0; v < width; v++) left[i * width + v] -= x * B[j * width + v];
      }
    }
    return left;
  },
  async levelSums(product) {
    return levelSums(product);
  },
  async moments({ weights, ...product }) {
    return momentsOf(levelSums(product), weights, product);
  },
  async close() {},
};

function levelSums({ width, levels, start, Z, Y }: LevelProduct): Float64Array {
  const sums = new Float64Array(2 * levels * width);
  for (let s = 0; s < levels; s++) {
    for (let i = start[s]; i < start[s + 1]; i++) {
      for (let a = 0; a < 2; a++) {
        for (let v = 0; v < width; v++) sums[(2 * s + a) * width + v] += Z[2 * i + a] * Y[i * width + v];
      }
    }
  }
  return sums;
}

/** The four forms from z; float64, (2 · levels) × width. */
export function momentsOf(
  z: Float64Array,
  weights: Float64Array,
  { levels, width }: Pick<LevelProduct, "levels" | "width">,
): Float64Array {
  const forms = new Float64Array(4 * width);
  for (let s = 0; s < levels; s++) {
    for (let v = 0; v < width; v++) {
      const z1 = z[2 * s * width + v];
      const z2 = z[(2 * s + 1) * width + v];
      for (let k = 0; k < 4; k++) {
        const w = 12 * s + 3 * k;
        forms[k * width + v] += weights[w] * z1 * z1 + weights[w + 1] * z1 * z2 + weights[w + 2] * z2 * z2;
      }
    }
  }
  return forms;
}
