import type { Study } from "../design/index.js";
import { InputError } from "../errors.js";
import { choleskyInPlace, choleskySolve } from "../matrix/cholesky.js";
import { nearestNames } from "../print/nearest.js";
import { formatCount, plural } from "../print/number.js";
import { Report } from "../print/report.js";
import { Table } from "../print/table.js";
import type { Estimates } from "../solver/estimates.js";
import { RowReader } from "../threads/readImages.js";
import { rowsOf } from "../threads/sharedImages.js";
import { covarianceOf } from "./estimateMaps.js";

/** The random effects of one level of the factor at one vertex. */
export interface LevelEffects {
  readonly level: string;
  /** Images of the level that are present here; without any, its effects are 0, the mean of all levels. */
  readonly images: number;
  /** b̂ by column of Z. */
  readonly b: Readonly<Record<string, number>>;
  /** Conditional standard deviation of each, given the estimates. */
  readonly sd: Readonly<Record<string, number>>;
}

const SHOWN = 10;

/** The predicted random effects (BLUPs) of every level at one vertex. */
export class RandomEffects extends Report {
  constructor(
    readonly vertex: number,
    readonly factor: string,
    readonly levels: readonly LevelEffects[],
  ) {
    const columns = Object.keys(levels[0]?.b ?? {});
    const shown = levels.slice(0, SHOWN);
    const rows = shown.map(({ level, images, b, sd }) => [
      level,
      images,
      ...columns.flatMap((name) => [b[name], sd[name]]),
    ]);
    const title =
      shown.length === levels.length
        ? ""
        : `The first ${shown.length} of ${formatCount(levels.length)} levels`;
    super(
      `Random effects at vertex ${vertex}`,
      [
        `${factor}: ${plural(levels.length, "level", "levels")}; b is shrunk towards 0, its SD is conditional`,
      ],
      [new Table(title, [factor, "images", ...columns.flatMap((name) => [name, "SD"])], rows)],
    );
  }

  /**
   * The effects of one level.
   *
   * @throws InputError when there is no such level.
   */
  of(level: string): LevelEffects {
    const found = this.levels.find((one) => one.level === level);
    if (found !== undefined) return found;
    throw new InputError({
      key: this.factor,
      found: `no level ${JSON.stringify(level)}`,
      expected: `a level of ${this.factor}; near: ${nearestNames(
        level,
        this.levels.map((one) => one.level),
      ).join(", ")}`,
    });
  }
}

/**
 * Predicts the random effects of every level at one vertex: b̂ = D Z'V⁻¹(y − Xβ̂), with the conditional variance
 * σ²(D − D Z'V⁻¹Z D) (Robinson 1991, Stat. Sci. 6), from the images of the study at that vertex.
 *
 * @param row the row of the estimates that belongs to the vertex.
 * @throws InputError when the study has no random effects or is not the one that was fitted.
 */
export function randomEffectsAt(study: Study, estimates: Estimates, row: number): RandomEffects {
  const factor = study.factors[0];
  const { n, p, q, X } = study;
  if (factor === undefined || p !== estimates.p || q !== estimates.q) {
    throw new InputError({
      key: "study",
      found: `a study with ${plural(p, "column", "columns")} of X and ${plural(q, "random effect", "random effects")} a level`,
      expected: `the study that was fitted: ${plural(estimates.p, "column", "columns")} of X, ${plural(estimates.q, "random effect", "random effects")} a level`,
    });
  }
  const vertex = estimates.vertices[row];
  const y = readVertex(study, estimates, row);
  const images: number[][] = factor.levels.map(() => []);
  const residual = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    if (y[i] === 0) continue;
    images[factor.level[i]].push(i);
    residual[i] = y[i];
    for (let j = 0; j < p; j++) residual[i] -= X.values[i * p + j] * estimates.beta[row * p + j];
  }
  const D = covarianceOf(estimates, row);
  const Z = factor.Z.values;
  const levels = factor.levels.map((level, s): LevelEffects => {
    const present = images[s];
    const rows = present.map((i) => Z.subarray(i * q, (i + 1) * q));
    const { b, variance } = predict(
      rows,
      present.map((i) => residual[i]),
      D,
      q,
    );
    const named = (of: (a: number) => number) =>
      Object.fromEntries(factor.Z.columns.map((name, a) => [name, of(a)]));
    return {
      level,
      images: present.length,
      b: named((a) => b[a]),
      sd: named((a) => Math.sqrt(Math.max(0, estimates.sigma2[row] * variance[a]))),
    };
  });
  return new RandomEffects(vertex, factor.name, levels);
}

/** The images at one vertex; float64, n, zero where missing. */
function readVertex(study: Study, estimates: Estimates, row: number): Float32Array {
  const vertex = estimates.vertices[row];
  const { images, n } = study;
  const reader = new RowReader(rowsOf(images));
  const Y = new Float32Array(n);
  const digest = new Int32Array(1);
  try {
    reader.read({ from: 0, to: n, first: vertex, width: 1, Y, digest });
  } finally {
    reader.close();
  }
  if (digest[0] === estimates.imagesDigest[row]) return Y;
  throw new InputError({
    key: "study",
    found: `images with other values at vertex ${vertex}`,
    expected: "the images that were fitted",
  });
}

/** b̂ and the diagonal of D − D Z'V⁻¹Z D of one level with the given rows of Z and residuals. */
function predict(
  Z: readonly Float64Array[],
  residual: readonly number[],
  D: Float64Array,
  q: number,
): { b: Float64Array; variance: Float64Array } {
  const k = Z.length;
  // DZ': q × k.
  const DZ = new Float64Array(q * k);
  for (let a = 0; a < q; a++) {
    for (let i = 0; i < k; i++) for (let c = 0; c < q; c++) DZ[a * k + i] += D[a * q + c] * Z[i][c];
  }
  const V = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      V[i * k + j] = i === j ? 1 : 0;
      for (let a = 0; a < q; a++) V[i * k + j] += Z[i][a] * DZ[a * k + j];
    }
  }
  choleskyInPlace(V, k);
  const weighted = Float64Array.from(residual);
  choleskySolve(V, k, weighted);
  const b = new Float64Array(q);
  const variance = new Float64Array(q);
  for (let a = 0; a < q; a++) {
    const solved = DZ.slice(a * k, (a + 1) * k);
    choleskySolve(V, k, solved);
    variance[a] = D[a * q + a];
    for (let i = 0; i < k; i++) {
      b[a] += DZ[a * k + i] * weighted[i];
      variance[a] -= DZ[a * k + i] * solved[i];
    }
  }
  return { b, variance };
}
