import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStudy, type Study } from "../../src/design/index.js";
import { fit } from "../../src/fit.js";
import { contrast } from "../../src/inference/contrast.js";
import { openResults } from "../../src/results/openResults.js";
import type { Results } from "../../src/results/results.js";
import { sleepstudy, sleepstudyTable } from "../sleepstudy.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
const simulated = new Workspace();
afterAll(() => {
  place.remove();
  simulated.remove();
});

describe("one vertex, beside lme4 and lmerTest", () => {
  let study: Study;
  let results: Results;
  beforeAll(async () => {
    study = await openStudy(sleepstudy(place));
    results = await fit(study);
  });
  const [, ...coefficients] = sleepstudyTable("coefficients.csv");

  test("every column of X has estimate, SE, T, df and p", async () => {
    for (const source of [results, await openResults(place.file("results"))]) {
      const vertex = source.vertex(0);
      coefficients.forEach((row, j) => {
        const [, estimate, SE, df, T, p] = row.map(Number);
        const found = vertex.coefficients[j];
        expect(found.column).toBe(["Intercept", "Days"][j]);
        expect(Math.abs(found.estimate / estimate - 1)).toBeLessThan(1e-6);
        expect(Math.abs(found.SE / SE - 1)).toBeLessThan(1e-4);
        expect(Math.abs(found.T / T - 1)).toBeLessThan(1e-4);
        expect(Math.abs(found.df / df - 1)).toBeLessThan(1e-4);
        expect(Math.abs(Math.log10(found.p / p))).toBeLessThan(1e-3);
        expect(vertex.p[found.column]).toBe(found.p);
      });
      expect(vertex.beta.Days).toBe(vertex.coefficients[1].estimate);
      expect(vertex.status).toBe("converged");
      expect(vertex.n).toBe(180);
      expect(`${vertex}`).toMatch(/Fixed effects\n +estimate β +SE +T +df +p \(two-sided\)/);
    }
  });

  test("AIC and BIC are lme4's", () => {
    const [aic, bic] = coefficients[0].slice(6).map(Number);
    expect(results.aic[0]).toBeCloseTo(aic, 4);
    expect(results.bic[0]).toBeCloseTo(bic, 4);
  });

  test("random effects on request, with their conditional SD", () => {
    const effects = results.vertex(0).randomEffects(study);
    const [, ...rows] = sleepstudyTable("effects.csv");
    expect(effects.levels).toHaveLength(rows.length);
    for (const [subject, ...cells] of rows) {
      const [intercept, days, sdIntercept, sdDays] = cells.map(Number);
      const { b, sd, images } = effects.of(subject);
      expect(images).toBe(10);
      expect(Math.abs(b.Intercept - intercept)).toBeLessThan(1e-2);
      expect(Math.abs(b.Days - days)).toBeLessThan(2e-3);
      expect(Math.abs(sd.Intercept - sdIntercept)).toBeLessThan(1e-2);
      expect(Math.abs(sd.Days - sdDays)).toBeLessThan(2e-3);
    }
    expect(`${effects}`).toContain("The first 10 of 18 levels");
    expect(() => effects.of("999")).toThrow(/no level "999"; expected a level of Subject; near: 309/);
  });

  test("a new contrast keeps the coefficients of its fit", () => {
    expect(contrast(results, "Days").vertex(0).p).toEqual(results.vertex(0).p);
  });
});

describe("a vertex with missing images, and one outside the mask", () => {
  let study: Study;
  let results: Results;
  beforeAll(async () => {
    await simulatedStudy(simulated, 60, 1);
    study = await openStudy(simulated.file("lh_des1.yml"));
    results = await fit(study, { outdir: false });
  });

  test("predicts the effects of a level from the images that are there", () => {
    const n = results.map("n").data;
    const ring = n.findIndex((images, v) => results.mask[v] === 1 && images < results.n);
    const effects = results.vertex(ring).randomEffects(study);
    expect(effects.levels.reduce((sum, { images }) => sum + images, 0)).toBe(n[ring]);
    for (const { images, b, sd } of effects.levels) {
      if (images > 0) continue;
      // Nothing is known of a level without images: its effect is the mean, its variance D σ².
      const D = results.vertex(ring).D.D11 * results.vertex(ring).sigma2;
      expect(Object.values(b)).toEqual([0]);
      expect(Object.values(sd)[0]).toBeCloseTo(Math.sqrt(D), 6);
    }
    // Shrunk effects of a random intercept: b = k D / (1 + k D) times the mean residual, which sums to about 0.
    const total = effects.levels.reduce((sum, { b }) => sum + Object.values(b)[0], 0);
    expect(Math.abs(total)).toBeLessThan(1e-6 * effects.levels.length);
  });

  test("outside the mask there is nothing, and nothing throws", () => {
    const outside = results.vertex(results.mask.indexOf(0));
    expect(`${outside}`).toMatch(/outside the mask/);
    expect([outside.n, outside.status, outside.coefficients.length]).toEqual([0, "outside the mask", 0]);
    expect(outside.beta.Sex).toBeUndefined();
    expect(() => outside.randomEffects(study)).toThrow(/outside the mask; expected a vertex with a fit/);
  });

  test("another study is refused", async () => {
    const other = await openStudy(simulated.file("lh_des2.yml"));
    expect(() => results.vertex(results.mask.indexOf(1)).randomEffects(other)).toThrow(
      /expected the study that was fitted: 23 columns of X, 1 random effect a level/,
    );
  });
});
