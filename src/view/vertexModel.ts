import type { Study } from "../design/index.js";
import { InputError } from "../errors.js";
import { oneVertex } from "../oneVertex/index.js";
import type { Results } from "../results/results.js";
import { studyOf } from "./studyOf.js";

/** One level of the grouping factor at a vertex. */
export interface LevelFit {
  readonly name: string;
  /** Times and values of the images present, by time. */
  readonly times: readonly number[];
  readonly values: readonly number[];
  /** BLUPs b̂, in the unit of the response. */
  readonly effects: readonly number[];
  /** The level's own line: value at time 0 (its covariates, its b̂) and slope. */
  readonly line: { readonly at0: number; readonly slope: number };
}

/** Everything a chart of one vertex needs. */
export interface VertexModel {
  /** Names of the random effects. */
  readonly effects: readonly string[];
  readonly factor: string;
  readonly time: string;
  readonly levels: readonly LevelFit[];
  /** The population's line at the mean of the other covariates. */
  readonly population: { readonly at0: number; readonly slope: number };
  /** y − Xβ̂ − Zb̂ of the images present. */
  readonly residuals: readonly number[];
  /** σ̂. */
  readonly sigma: number;
}

/**
 * The fitted model at one vertex, level by level: one value of every image is read, D is that of the results, and
 * b̂ = D Z'V⁻¹(y − Xβ̂).
 *
 * @throws InputError when the vertex is outside the mask, or the images are not at hand.
 */
export async function vertexModel(results: Results, vertex: number): Promise<VertexModel> {
  if (results.mask[vertex] !== 1) {
    throw new InputError({
      key: `vertex ${vertex}`,
      found: "it is outside the mask",
      expected: "one inside",
    });
  }
  const study = await studyOf(results);
  const one = await oneVertex(study, vertex);
  const { p, q, X } = study;
  const factor = study.factors.length > 0 ? study.factors[0] : undefined;
  const fit = one.at(q === 0 ? 0 : vechAt(results, vertex));
  checkVariance(results, vertex, fit.sigma2);
  const beta = Object.values(fit.beta);
  const blups = new Map(one.effects(fit).map(({ subject, effects }) => [subject, Object.values(effects)]));
  const time = timeColumn(study);
  const fitted = (i: number) => beta.reduce((sum, b, j) => sum + b * X.values[i * p + j], 0);
  const t = (i: number) => (time === undefined ? 0 : X.values[i * p + time]);
  const slope = time === undefined ? 0 : beta[time];
  const z = (i: number) => Array.from({ length: q }, (_, a) => factor?.Z.values[i * q + a] ?? 0);
  const slopeEffect = time === undefined ? -1 : (factor?.Z.columns.indexOf(X.columns[time]) ?? -1);
  const present = Array.from(one.y.keys()).filter((i) => !Number.isNaN(one.y[i]));
  const byLevel = new Map<number, number[]>();
  for (const i of present) {
    const level = factor?.level[i] ?? i;
    const images = byLevel.get(level);
    if (images === undefined) byLevel.set(level, [i]);
    else images.push(i);
  }
  const residuals: number[] = [];
  const levels = [...byLevel].map(([s, images]): LevelFit => {
    const name = factor?.levels[s] ?? `image ${s}`;
    const effects = blups.get(name) ?? [];
    for (const i of images)
      residuals.push(one.y[i] - fitted(i) - z(i).reduce((sum, value, a) => sum + value * effects[a], 0));
    // The level's covariates at time 0: what its images predict, without the part that time plays.
    const own = images.reduce((sum, i) => sum + fitted(i) - slope * t(i), 0) / images.length;
    const constant = effects.reduce((sum, b, a) => (a === slopeEffect ? sum : sum + b * z(images[0])[a]), 0);
    const order = images.toSorted((i, j) => t(i) - t(j));
    return {
      name,
      times: order.map(t),
      values: order.map((i) => one.y[i]),
      effects,
      line: { at0: own + constant, slope: slope + (slopeEffect < 0 ? 0 : effects[slopeEffect]) },
    };
  });
  return {
    effects: factor?.Z.columns ?? [],
    factor: factor?.name ?? "image",
    time: time === undefined ? "" : X.columns[time],
    levels,
    population: {
      at0: present.reduce((sum, i) => sum + fitted(i) - slope * t(i), 0) / present.length,
      slope,
    },
    residuals,
    sigma: Math.sqrt(fit.sigma2),
  };
}

/** Maps are float32: what is farther from σ² of the fit than this comes from other images. */
const SAME = 1e-3;

function checkVariance(results: Results, vertex: number, sigma2: number): void {
  const { data } = results.map("sigma2");
  if (Math.abs(sigma2 - data[vertex]) <= SAME * data[vertex] || data[vertex] === 0) return;
  throw new InputError({
    key: `vertex ${vertex}`,
    found: "images with other values than those that were fitted",
    expected: "the same images",
    hint: "Fit again, or put them back.",
  });
}

/** vech of D as the results have it, relative to σ². */
function vechAt(results: Results, vertex: number): number[] {
  const { data, volumes } = results.map("D");
  return Array.from({ length: volumes }, (_, k) => data[vertex * volumes + k]);
}

/** The column of X that is time: the slope of Z by name, else the one that varies most within levels. */
function timeColumn({ X, p, n, factors }: Study): number | undefined {
  if (factors.length === 0) return undefined;
  const [factor] = factors;
  const named = factor.Z.columns.map((name) => X.columns.indexOf(name)).find((j) => j > 0);
  if (named !== undefined) return named;
  let best: { j: number; share: number } | undefined;
  for (let j = 0; j < p; j++) {
    const [sum, count] = [new Float64Array(factor.levels.length), new Float64Array(factor.levels.length)];
    let total = 0;
    for (let i = 0; i < n; i++) {
      sum[factor.level[i]] += X.values[i * p + j];
      count[factor.level[i]]++;
      total += X.values[i * p + j];
    }
    let [within, all] = [0, 0];
    for (let i = 0; i < n; i++) {
      const s = factor.level[i];
      within += (X.values[i * p + j] - sum[s] / count[s]) ** 2;
      all += (X.values[i * p + j] - total / n) ** 2;
    }
    const share = all === 0 ? 0 : within / all;
    if (share > 1e-9 && share > (best?.share ?? 0)) best = { j, share };
  }
  return best?.j;
}
