/** A product X'Y to be made: X has one row an image and Y one row of vertices an image, zero where missing. */
export interface Product {
  readonly n: number;
  readonly p: number;
  readonly width: number;
  /** float64, n × p, row-major. */
  readonly X: Float64Array;
  /** float32, n × width, row-major. */
  readonly Y: Float32Array;
}

/** What carries out products between fixed columns and the images. */
export interface ImageProducts {
  readonly name: "wasm" | "gpu" | "reference";
  /** In which way, and on what: a GPU.js mode and its device, or the kind of code. */
  readonly ranAs: string;
  /** Largest difference from the reference that is rounding, as a share of the largest value. */
  readonly tolerance: number;
  /** X'Y; float64, p × width, row-major. */
  multiply(product: Product): Promise<Float64Array>;
}

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
};

/** The largest difference of a product from another, as a share of the largest value of the other. */
export function largestDifference(found: Float64Array, expected: Float64Array): number {
  let worst = 0;
  let largest = 0;
  for (let k = 0; k < expected.length; k++) {
    // A value that is not a number differs by everything.
    const difference = Math.abs(found[k] - expected[k]);
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    largest = Math.max(largest, Math.abs(expected[k]));
  }
  return worst === 0 ? 0 : worst / largest;
}
