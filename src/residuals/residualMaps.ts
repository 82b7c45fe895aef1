import type { Study } from "../design/index.js";
import { InputError } from "../errors.js";
import { cellBar, cellSignal } from "../notebook/cell.js";
import { Report } from "../print/report.js";
import { Table } from "../print/table.js";
import type { Results } from "../results/results.js";
import { describe } from "../statistics/index.js";
import { readBlock } from "../threads/readBlock.js";

/** Bytes of images in memory at a time. */
const BLOCK_BYTES = 2 ** 28;

/** How the residuals are distributed at every vertex; prints itself. */
export class ResidualMaps extends Report {
  constructor(
    /** float64, V: 0 for a symmetric distribution; NaN outside the mask. */
    readonly skewness: Float64Array,
    /** float64, V: excess kurtosis, 0 for tails as the normal distribution has; NaN outside the mask. */
    readonly kurtosis: Float64Array,
  ) {
    const rows = Object.entries({ skewness, "excess kurtosis": kurtosis }).map(([name, map]) => {
      const { mean, sd, quartiles } = describe(map);
      return [name, mean, sd, ...quartiles];
    });
    super(
      "Residuals y − Xβ̂",
      [],
      [new Table("", ["", "mean", "SD", "lowest", "25%", "median", "75%", "highest"], rows)],
    );
  }
}

/** How the work is watched and stopped. A notebook's cell does both by itself. */
export interface ResidualOptions {
  /** Hears the share done, 0–1. */
  readonly progress?: (done: number) => void;
  readonly signal?: AbortSignal;
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
  for (let first = 0; first < V; first += width) {
    const w = Math.min(width, V - first);
    const Y = await readBlock(images, first, w, { signal });
    for (let v = 0; v < w; v++) {
      if (results.mask[first + v] === 0) continue;
      const residuals: number[] = [];
      for (let i = 0; i < n; i++) {
        let r = Y[i * w + v];
        if (r === 0) continue;
        for (let k = 0; k < p; k++) r -= X.values[i * p + k] * beta[(first + v) * p + k];
        residuals.push(r);
      }
      [skewness[first + v], kurtosis[first + v]] = shapeOf(residuals);
      if (v % 512 === 0) progress((first + v) / V);
    }
  }
  progress(1);
  return new ResidualMaps(skewness, kurtosis);
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
