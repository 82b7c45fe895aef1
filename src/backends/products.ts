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

/** The images of some levels, one level after the other, and Z beside them. */
export interface LevelProduct {
  readonly n: number;
  readonly width: number;
  readonly levels: number;
  /** int32, levels + 1: the first image of each level. */
  readonly start: Int32Array;
  /** float64, n × 2, row-major. */
  readonly Z: Float64Array;
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
  /** Y − XB with B float64, p × width; n × width, row-major. */
  residuals(product: Product & { readonly B: Float64Array }): Promise<Float32Array | Float64Array>;
  /** z_s = Z_s'Y_s of every level; float64, (2 · levels) × width, row-major. */
  levelSums(product: LevelProduct): Promise<Float64Array>;
  /**
   * Σ_s of each four forms w_1 z_1² + w_2 z_1 z_2 + w_3 z_2² in z_s = Z_s'Y_s, whose weights are float64, levels × 12;
   * float64, 4 × width, row-major. A search starts from such sums of the residuals.
   */
  moments(product: LevelProduct & { readonly weights: Float64Array }): Promise<Float64Array>;
  /** Frees what is held on a device; nothing may be asked for afterwards. */
  close(): Promise<void>;
}

/**
 * X_b'Y for many designs on the same images, as a bootstrap needs them: the images go to the device once.
 *
 * @param designs float64, n × p each, row-major.
 * @returns float64, p × width of each, row-major.
 */
export async function multiplyMany(
  products: ImageProducts,
  { n, p, width, Y }: Omit<Product, "X">,
  designs: readonly Float64Array[],
): Promise<Float64Array[]> {
  const columns = p * designs.length;
  const X = new Float64Array(n * columns);
  designs.forEach((design, b) => {
    for (let i = 0; i < n; i++) X.set(design.subarray(i * p, (i + 1) * p), i * columns + b * p);
  });
  const sums = await products.multiply({ n, p: columns, width, X, Y });
  return designs.map((_, b) => sums.slice(b * p * width, (b + 1) * p * width));
}

/** The largest difference of a product from another, as a share of the largest value of the other or of `scale`. */
export function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>, scale = 0): number {
  let worst = 0;
  let largest = scale;
  for (let k = 0; k < expected.length; k++) {
    // A value that is not a number differs by everything.
    const difference = Math.abs(found[k] - expected[k]);
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    largest = Math.max(largest, Math.abs(expected[k]));
  }
  return worst === 0 ? 0 : worst / largest;
}
