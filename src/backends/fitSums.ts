import { fitStopped } from "../errors.js";
import { gatherRows, type ImageBlocks } from "../images/blocks.js";
import { columnsOfLevels, inverseOf, type LevelDesign } from "../model/levelDesign.js";
import type { GivenSums } from "../solver/lanes/givenSums.js";
import { momentWeights, UNKNOWN } from "../solver/lanes/slopeStart.js";
import type { ImageProducts } from "./products.js";
import { referenceProducts } from "./referenceProducts.js";
import type { TrialPart, TrialWork } from "./trials.js";

/** Values of the images that go to a backend together. */
const VALUES = 2 ** 22;

/** What a fit takes from a backend: the products of one design, for some vertices at a time. */
export class FitSums {
  private readonly X: Float64Array;
  private readonly inverse: Float64Array;
  /** Weights of the forms that a start rests on; undefined where it rests on none. */
  private readonly weights: Float64Array | undefined;

  /**
   * @param reference vech(D) from which searches of two random effects start; `undefined`: what starts do without.
   */
  constructor(
    private readonly design: LevelDesign,
    effects: 1 | 2,
    reference: Float64Array | undefined,
  ) {
    const inverse = inverseOf(design.XX, design.p);
    if (inverse === undefined) throw new Error("the design's X has lost rank");
    this.inverse = inverse;
    this.X = columnsOfLevels(design);
    if (effects === 2) this.weights = momentWeights(design, reference ?? Float64Array.from(UNKNOWN)).weights;
  }

  /**
   * The same products one by one, each from what is right, so that backends can be compared. Of the kernel only X'Y is
   * timed: it takes residuals in float64 whoever makes the sums, and the start's on the way.
   *
   * @param Y float32, n × width, images in the order of the levels.
   */
  async trial(Y: Float32Array, width: number): Promise<TrialWork> {
    const { X, design, weights } = this;
    const { n, p, levels, start, Z } = design;
    const product = { n, p, width, X, Y };
    const time = (products: ImageProducts) =>
      products.name === "wasm" ? products.multiply(product) : this.make(products, Y, width);
    if (weights === undefined) {
      return { compare: async (products) => [{ values: await products.multiply(product) }], time };
    }
    const B = this.fitOf(await referenceProducts.multiply(product), width);
    const left = Float32Array.from(await referenceProducts.residuals({ ...product, B }));
    const scale = Y.reduce((largest, y) => Math.max(largest, Math.abs(y)), 0);
    const compare = async (products: ImageProducts): Promise<readonly TrialPart[]> => [
      { values: await products.multiply(product) },
      { values: await products.residuals({ ...product, B }), scale },
      { values: await products.moments({ n, width, levels, start, Z, Y: left, weights }) },
    ];
    return { compare, time };
  }

  /**
   * γ = (X'X)⁻¹X'y, and the forms of y − Xγ.
   *
   * @param Y float32, n × width, images in the order of the levels.
   * @returns γ as float64, p × width; the forms as float64, 4 × width, or empty.
   */
  async make(
    products: ImageProducts,
    Y: Float32Array,
    width: number,
  ): Promise<{ readonly gamma: Float64Array; readonly forms: Float64Array }> {
    const { X, design, weights } = this;
    const { n, p, levels, start, Z } = design;
    const product = { n, p, width, X, Y };
    const gamma = this.fitOf(await products.multiply(product), width);
    if (weights === undefined) return { gamma, forms: new Float64Array(0) };
    const left = Float32Array.from(await products.residuals({ ...product, B: gamma }));
    return { gamma, forms: await products.moments({ n, width, levels, start, Z, Y: left, weights }) };
  }

  /** (X'X)⁻¹X'Y; float64, p × width. */
  private fitOf(XY: Float64Array, width: number): Float64Array {
    const { inverse } = this;
    const { p } = this.design;
    const gamma = new Float64Array(p * width);
    for (let i = 0; i < p; i++) {
      for (let j = 0; j < p; j++) {
        const a = inverse[i * p + j];
        for (let v = 0; v < width; v++) gamma[i * width + v] += a * XY[j * width + v];
      }
    }
    return gamma;
  }

  /**
   * The sums of whole vertices of a block of memory, for all threads.
   *
   * @param columns int32, ascending: the vertices.
   * @throws AbortedError when the signal fires; Error where the backend fails.
   */
  async give(
    products: ImageProducts,
    blocks: ImageBlocks,
    columns: Int32Array,
    signal: AbortSignal | undefined,
  ): Promise<GivenSums> {
    const { n, p } = this.design;
    const gamma = new Float64Array(new SharedArrayBuffer(8 * p * blocks.width));
    const forms = this.weights && new Float64Array(new SharedArrayBuffer(8 * 4 * blocks.width));
    const together = Math.max(1, Math.floor(VALUES / n));
    for (let from = 0; from < columns.length; from += together) {
      // Products may hold up the event loop: an interrupt is heard between them.
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw fitStopped();
      const part = columns.subarray(from, from + together);
      const made = await this.make(products, gatherRows(blocks, part), part.length);
      part.forEach((vertex, v) => {
        for (let j = 0; j < p; j++) gamma[vertex * p + j] = made.gamma[j * part.length + v];
        for (let k = 0; forms !== undefined && k < 4; k++) {
          forms[vertex * 4 + k] = made.forms[k * part.length + v];
        }
      });
    }
    return { gamma, forms };
  }
}
