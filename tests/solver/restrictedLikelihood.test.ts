import { describe, expect, test } from "vitest";
import { unvech, vechLength } from "../../src/matrix/vech.js";
import { exactCrossProduct } from "../../src/model/crossProduct.js";
import { buildModel } from "../../src/model/model.js";
import { designWithout, type Plan, planModel, type VertexDesign } from "../../src/model/plan.js";
import { LeastSquares } from "../../src/solver/leastSquares.js";
import { LevelResponse } from "../../src/solver/levelResponse.js";
import { PatternResponse } from "../../src/solver/patternResponse.js";
import { reduceImages, sumsByPattern } from "../../src/solver/reduceImages.js";
import type { Response } from "../../src/solver/response.js";
import { RestrictedLikelihood } from "../../src/solver/restrictedLikelihood.js";
import { denseReml } from "../oracle/denseReml.js";
import { smallStudy } from "../studies.js";
import { fitHere } from "./fitting.js";

/** The likelihood of one vertex as the solver builds it, and its γ̂ with the least-squares fit put back. */
function likelihoodOf(plan: Plan, design: VertexDesign, Y: Float32Array, vertices: number, v: number) {
  const { p, q, levels } = plan.model;
  const likelihood = new RestrictedLikelihood(design.groups, design.patterns, design.crossProduct, p, q);
  const leastSquares = new LeastSquares(design.groups, p);
  const reduced = reduceImages(plan, design, leastSquares, Y, vertices, Int32Array.of(v));
  const byPattern = sumsByPattern(design, levels, q);
  const response: Response = byPattern ? new PatternResponse(likelihood) : new LevelResponse(likelihood);
  response.take(reduced, 1, 0);
  const gamma = () => likelihood.gamma.map((value, j) => value + reduced.gamma[j]);
  return { likelihood, response, gamma };
}

/** −2 × the restricted log-likelihood from f(D), with the constants of the user's X. */
function llhOf(likelihood: RestrictedLikelihood, plan: Plan): number {
  const degrees = likelihood.groups.n - plan.model.p;
  const sigma2 = likelihood.residual / degrees;
  const logs = likelihood.logDetV + likelihood.logDetM + plan.model.logDetXX;
  return -0.5 * (degrees * (Math.log(2 * Math.PI * sigma2) + 1) + logs);
}

const COVARIANCES: Readonly<Record<number, readonly number[]>> = {
  1: [0.7],
  2: [0.7, -0.2, 0.4],
  3: [0.7, -0.2, 0.1, 0.4, 0.05, 0.2],
};

const CASES = [
  { name: "an intercept", q: 1, sameTimes: false },
  { name: "an intercept and a slope, everybody seen at the same times", q: 2, sameTimes: true },
  { name: "an intercept and a slope, everybody seen at other times", q: 2, sameTimes: false },
  { name: "three random effects", q: 3, sameTimes: false },
];

describe.each(CASES)("the restricted likelihood with $name", ({ q, sameTimes }) => {
  const study = smallStudy({ q, sameTimes, subjects: 24, seed: 3 + q });
  const model = buildModel(study.X, study.factor);
  const plan = planModel(model);
  const vechD = Float64Array.from(COVARIANCES[q]);
  const m = vechLength(q);

  /** D in the user's units. */
  const userD = (scaled: Float64Array) => {
    const full = new Float64Array(q * q);
    unvech(scaled, q, full);
    return Array.from({ length: q }, (_, a) =>
      Array.from({ length: q }, (_, b) => {
        let sum = 0;
        for (let i = 0; i < q; i++) {
          for (let j = 0; j < q; j++) {
            sum += model.inverseZFactor[a * q + i] * full[i * q + j] * model.inverseZFactor[b * q + j];
          }
        }
        return sum;
      }),
    );
  };

  test.each([[[]], [[0, 5, 6, 30]]])("is that of the dense formula without images %j", (missing) => {
    const design = designWithout(plan, Int32Array.from(missing));
    const Y = study.Y.slice();
    for (const i of missing) for (let v = 0; v < study.vertices; v++) Y[i * study.vertices + v] = 0;
    const present = Array.from({ length: model.n }, (_, i) => i).filter((i) => !missing.includes(i));
    for (const v of [0, 3]) {
      const { likelihood, response, gamma } = likelihoodOf(plan, design, Y, study.vertices, v);
      likelihood.value(vechD, response);
      const y = Array.from({ length: model.n }, (_, i) => Y[i * study.vertices + v]);
      const dense = denseReml(study.X, study.factor, y, userD(vechD), present);
      expect(llhOf(likelihood, plan)).toBeCloseTo(dense.llh, 7);
      expect(likelihood.residual / (present.length - model.p)).toBeCloseTo(dense.sigma2, 9);
      for (let i = 0; i < model.p; i++) {
        let beta = 0;
        for (let j = i; j < model.p; j++) beta += model.inverseR[i * model.p + j] * gamma()[j];
        expect(beta).toBeCloseTo(dense.beta[i], 8);
      }
    }
  });

  test("has the gradient and Hessian of its own differences", () => {
    const { likelihood, response } = likelihoodOf(plan, plan.all, study.Y, study.vertices, 1);
    const f = (D: Float64Array) => likelihood.value(D, response);
    f(vechD);
    likelihood.derivatives(response);
    const gradient = likelihood.gradient.slice();
    const hessian = likelihood.hessian.slice();
    const step = 1e-4;
    for (let k = 0; k < m; k++) {
      const up = vechD.slice();
      const down = vechD.slice();
      up[k] += step;
      down[k] -= step;
      const slope = (f(up) - f(down)) / (2 * step);
      expect(gradient[k]).toBeCloseTo(slope, 4);
      f(up);
      likelihood.derivatives(response);
      const above = likelihood.gradient.slice();
      f(down);
      likelihood.derivatives(response);
      for (let l = 0; l < m; l++) {
        expect(hessian[k * m + l]).toBeCloseTo((above[l] - likelihood.gradient[l]) / (2 * step), 3);
      }
    }
  });
});

test("the interpolated cross product is the exact one for any D, with and without missing images", () => {
  const study = smallStudy({
    q: 2,
    subjects: 900,
    visits: (s) => 2 + (s % 2),
    jitter: 0.1,
    fromFirstVisit: true,
    p: 6,
    seed: 9,
    vertices: 2,
  });
  const model = buildModel(study.X, study.factor);
  const plan = planModel(model);
  const missing = Int32Array.from({ length: 40 }, (_, k) => 7 * k + (k % 3));
  for (const design of [plan.all, designWithout(plan, missing)]) {
    expect(design.crossProduct.largestD).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(design.crossProduct.of.length).toBeLessThan(design.patterns.count);
    const exact = { ...design, crossProduct: exactCrossProduct(model, design.groups, design.patterns) };
    const Y = study.Y.slice();
    if (design !== plan.all) for (const i of missing) Y.fill(0, i * 2, i * 2 + 2);
    const a = likelihoodOf(plan, design, Y, study.vertices, 0);
    const b = likelihoodOf(plan, exact, Y, study.vertices, 0);
    for (const D of [
      [0, 0, 0],
      [0.5, 0.1, 0.05],
      [1, -0.9, 0.81],
      [40, 3, 20],
      [1e-5, 0, 3],
      [2.3, 0.4, 1e-6],
    ]) {
      const vechD = Float64Array.from(D);
      const [fa, fb] = [a.likelihood.value(vechD, a.response), b.likelihood.value(vechD, b.response)];
      expect(Math.abs(fa - fb)).toBeLessThan(1e-7);
      for (let j = 0; j < model.p; j++) {
        const scale = Math.max(...b.gamma().map(Math.abs));
        expect(Math.abs(a.gamma()[j] - b.gamma()[j]) / scale).toBeLessThan(1e-8);
      }
    }
  }
});

test("with many levels, where the search simplifies the Hessian, it still ends at the maximum", () => {
  const study = smallStudy({ q: 2, subjects: 400, p: 4, seed: 5, vertices: 6, effects: [0.8, 0.4] });
  const model = buildModel(study.X, study.factor);
  const plan = planModel(model);
  const { estimates } = fitHere(study.X, study.factor, study.Y, study.vertices);
  for (let v = 0; v < study.vertices; v++) {
    expect(estimates.status[v]).toBe(1);
    expect(estimates.evaluations[v]).toBeLessThan(20);
    const { likelihood, response } = likelihoodOf(plan, plan.all, study.Y, study.vertices, v);
    const [d11, d21, d22] = estimates.D.subarray(3 * v, 3 * v + 3);
    const [t11, t12, , t22] = model.zFactor;
    const [x, y] = [t11 * d11 + t12 * d21, t11 * d21 + t12 * d22];
    const best = Float64Array.of(x * t11 + y * t12, y * t22, d22 * t22 * t22);
    const f = likelihood.value(best, response);
    likelihood.derivatives(response);
    const steepest = Math.max(...likelihood.gradient.map(Math.abs));
    expect(steepest).toBeLessThan(1e-3);
    for (let k = 0; k < 3; k++) {
      for (const step of [-1e-3, 1e-3]) {
        const other = best.slice();
        other[k] += step;
        expect(likelihood.value(other, response)).toBeGreaterThan(f);
      }
    }
  }
});
