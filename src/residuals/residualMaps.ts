import { type BackendChoice, checkBackend } from "../backends/backend.js";
import { chooserFor } from "../backends/chooseProducts.js";
import type { ImageProducts, Product } from "../backends/products.js";
import { referenceProducts } from "../backends/referenceProducts.js";
import type { TrialWork } from "../backends/trials.js";
import { wasmProducts } from "../backends/wasmProducts.js";
import type { Study } from "../design/index.js";
import { InputError } from "../errors.js";
import { cellBar, cellSignal } from "../notebook/cell.js";
import { Report } from "../print/report.js";
import { Table } from "../print/table.js";
import type { Results } from "../results/results.js";
import { describe } from "../statistics/index.js";
import { readBlock } from "../threads/readBlock.js";

/** Bytes of images in memory at a time. */
const BLOCK_BYTES = 2 ** 26;
/** Vertices on which backends are compared. */
const SLICE = 64;

/** How the residuals are distributed at every vertex; prints itself. */
export class ResidualMaps extends Report {
  constructor(
    /** float64, V: 0 for a symmetric distribution; NaN outside the mask. */
    readonly skewness: Float64Array,
    /** float64, V: excess kurtosis, 0 for tails as the normal distribution has; NaN outside the mask. */
    readonly kurtosis: Float64Array,
    /** What made the residuals, as what, and why not another that was asked for. */
    readonly backend: string,
  ) {
    const rows = Object.entries({ skewness, "excess kurtosis": kurtosis }).map(([name, map]) => {
      const { mean, sd, quartiles } = describe(map);
      return [name, mean, sd, ...quartiles];
    });
    super(
      "Residuals y − Xβ̂",
      [`by ${backend}`],
      [new Table("", ["", "mean", "SD", "lowest", "25%", "median", "75%", "highest"], rows)],
    );
  }
}

/** How the work is watched and stopped. A notebook's cell does both by itself. */
export interface ResidualOptions {
  /** Hears the share done, 0–1. */
  readonly progress?: (done: number) => void;
  readonly signal?: AbortSignal;
  /**
   * What makes the residuals: `wasm` (when left out), `reference`, or `gpu` and `auto` where they agree with the
   * reference on a slice, to 10⁻⁵ of the largest residual.
   */
  readonly backend?: "auto" | "wasm" | "gpu" | "reference";
}

/**
 * Skewness and excess kurtosis of the residuals y − Xβ̂ at every vertex, which hold both ε and b. Moments with n in the
 * denominator, as scipy.stats has them by default.
 *
 * @param study the study that was fitted: its images are read once more.
 * @throws InputError when the results are not of this study.
 * @throws AbortedError when the signal fires.
 */
export async function residualMaps(
  study: Study,
  results: Results,
  options: ResidualOptions = {},
): Promise<ResidualMaps> {
  const { n, p, X, images } = study;
  const V = images.vertices;
  const asked = checkBackend(options.backend);
  if (results.info.vertices !== V || results.info.columns.length !== p) {
    throw new InputError({
      key: "residualMaps",
      found: `results of ${results.info.vertices} vertices and ${results.info.columns.length} columns of X`,
      expected: `${V} and ${p}, as the study has`,
    });
  }
  const signal = options.signal ?? cellSignal();
  const bar = options.progress === undefined ? cellBar("Residuals") : undefined;
  const progress = options.progress ?? ((done: number) => bar?.update({ done }));
  const beta = results.map("beta").data;
  const [skewness, kurtosis] = [new Float64Array(V).fill(Number.NaN), new Float64Array(V).fill(Number.NaN)];
  const width = Math.max(1, Math.min(V, Math.floor(BLOCK_BYTES / (4 * n))));
  const columns = Float64Array.from(X.values);
  let by: Chosen | undefined;
  try {
    for (let first = 0; first < V; first += width) {
      const w = Math.min(width, V - first);
      const Y = await readBlock(images, first, w, { signal });
      const B = new Float64Array(p * w);
      const inside: number[] = [];
      for (let v = 0; v < w; v++) {
        if (results.mask[first + v] === 0) continue;
        inside.push(v);
        for (let k = 0; k < p; k++) B[k * w + v] = beta[(first + v) * p + k];
      }
      if (inside.length === 0) continue;
      const product = { n, p, width: w, X: columns, Y, B };
      by ??= await choose(asked, product, inside);
      const left = await by.products.residuals(product);
      for (const v of inside) {
        const residuals: number[] = [];
        for (let i = 0; i < n; i++) if (Y[i * w + v] !== 0) residuals.push(left[i * w + v]);
        [skewness[first + v], kurtosis[first + v]] = shapeOf(residuals);
        if (v % 512 === 0) progress((first + v) / V);
      }
    }
  } finally {
    await by?.products.close();
  }
  progress(1);
  return new ResidualMaps(skewness, kurtosis, by?.said ?? "nothing: no vertex is in the mask");
}

interface Chosen {
  readonly products: ImageProducts;
  readonly said: string;
}

type Residuals = Product & { readonly B: Float64Array };

/** What makes the residuals; tried on a few of the vertices where there is a choice. */
async function choose(asked: BackendChoice, product: Residuals, inside: readonly number[]): Promise<Chosen> {
  const own = asked === "reference" ? referenceProducts : wasmProducts();
  const chooser = chooserFor(asked);
  const said = (products: ImageProducts) => `${products.name}: ${products.ranAs}`;
  if (chooser === undefined) return { products: own, said: said(own) };
  const slice = columnsOf(product, inside.slice(0, SLICE));
  const work: TrialWork = {
    // Where an image is missing there is no residual to compare.
    compare: async (products) => {
      const left = await products.residuals(slice);
      return [{ values: Array.from(left, (value, k) => (slice.Y[k] === 0 ? 0 : value)) }];
    },
    time: (products) => products.residuals(slice),
  };
  const { products = own, why } = await chooser(work, { threads: 1, wasm: () => wasmProducts() });
  return { products, said: [said(products), why].filter((part) => part !== "").join("; ") };
}

/** Some columns of Y and B. */
function columnsOf({ n, p, width, X, Y, B }: Residuals, columns: readonly number[]): Residuals {
  const count = columns.length;
  const some = { n, p, width: count, X, Y: new Float32Array(n * count), B: new Float64Array(p * count) };
  columns.forEach((column, v) => {
    for (let i = 0; i < n; i++) some.Y[i * count + v] = Y[i * width + column];
    for (let k = 0; k < p; k++) some.B[k * count + v] = B[k * width + column];
  });
  return some;
}

/** Skewness and excess kurtosis, from central moments. */
function shapeOf(values: readonly number[]): [number, number] {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let [m2, m3, m4] = [0, 0, 0];
  for (const value of values) {
    const d = value - mean;
    m2 += d ** 2 / n;
    m3 += d ** 3 / n;
    m4 += d ** 4 / n;
  }
  return [m3 / m2 ** 1.5, m4 / m2 ** 2 - 3];
}
