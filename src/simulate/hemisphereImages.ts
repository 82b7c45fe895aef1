import { vechLength } from "../matrix/vech.js";
import type { Cohort } from "./cohort.js";
import { type Random, randomStream } from "./random.js";
import { drawField, type SmoothFields } from "./smoothField.js";
import type { Truth } from "./truth.js";

/**
 * Draws the images of one hemisphere, subject by subject: y = xβ + b₀ + b₁t + ε with (b₀, b₁) ~ N(0, σ²D),
 * ε ~ N(0, σ²), both smooth over the cortex; 0 on the medial wall and where an image is missing.
 *
 * @param stream which random numbers: one stream a hemisphere.
 */
export function* drawImages(
  cohort: Cohort,
  truth: Truth,
  fields: SmoothFields,
  seed: number,
  stream: number,
): Generator<{ readonly visit: number; readonly values: Float32Array }> {
  const V = truth.mask.length;
  const chol = choleskyOfD(truth);
  const p = truth.beta.length / V;
  const [first, second, noise] = [0, 1, 2].map(() => new Float32Array(V));
  let subject = -1;
  let random: Random = randomStream(seed, 0);
  for (let visit = 0; visit < cohort.visits.length; visit++) {
    const { x, time, subject: own } = cohort.visits[visit];
    if (own !== subject) {
      subject = own;
      random = randomStream(seed, 1 + 2 * subject + stream);
      drawField(fields, random, true, first);
      drawField(fields, random, true, second);
    }
    drawField(fields, random, true, noise);
    const coverage = random.uniform();
    const values = new Float32Array(V);
    for (let v = 0; v < V; v++) {
      if (truth.mask[v] === 0 || coverage < truth.missing[v]) continue;
      let mean = 0;
      for (let j = 0; j < p; j++) mean += x[j] * truth.beta[v * p + j];
      const effects =
        chol[3 * v] * first[v] + time * (chol[3 * v + 1] * first[v] + chol[3 * v + 2] * second[v]);
      values[v] = mean + Math.sqrt(truth.sigma2[v]) * (effects + noise[v]);
    }
    yield { visit, values };
  }
}

/** Lower Cholesky factors of D: l11, l21, l22 a vertex. */
function choleskyOfD(truth: Truth): Float64Array {
  const m = vechLength(2);
  const factors = new Float64Array(truth.D.length);
  for (let v = 0; v < truth.mask.length; v++) {
    const l11 = Math.sqrt(Math.max(0, truth.D[v * m]));
    const l21 = l11 === 0 ? 0 : truth.D[v * m + 1] / l11;
    factors[v * m] = l11;
    factors[v * m + 1] = l21;
    factors[v * m + 2] = Math.sqrt(Math.max(0, truth.D[v * m + 2] - l21 * l21));
  }
  return factors;
}
