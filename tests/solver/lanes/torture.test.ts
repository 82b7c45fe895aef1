import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { buildModel } from "../../../src/model/model.js";
import { Status } from "../../../src/solver/status.js";
import { denseReml } from "../../oracle/denseReml.js";
import { readRows } from "../../reference.js";
import { fullStudy, largeLevelOfManyStudy, studies, vanishingStudy } from "../../torture.js";
import { fitHere } from "../fitting.js";
import { fitInLanes } from "./fitting.js";

const fixtures = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..", "fixtures", "torture");

describe.each(["icc", "lognormal1", "lognormal2", "lognormal3", "heavy", "large"])("%s", (name) => {
  const study = studies[name]();
  const model = buildModel(study.X, study.factor);
  const answers = readRows(path.join(fixtures, `lme4_${name}.csv`));

  test.each([false, true])("what is certified is lme4's best of several starts (own G: %s)", (own) => {
    const { estimates, left } = fitInLanes(model, study.Y, study.vertices, { own, pilot: false });
    const certified = answers.map((_, v) => v).filter((v) => !left.includes(v));
    // With very few levels the doubtful ones are left to the plain solver.
    expect(certified.length).toBeGreaterThan(model.levels < 40 ? -1 : 0);
    for (const v of certified) {
      expect([v, estimates.llh[v] - answers[v].llh > -1e-6]).toEqual([v, true]);
      expect([v, estimates.llh[v] - answers[v].llh < 1e-5]).toEqual([v, true]);
      expect(Math.abs(estimates.sigma2[v] / answers[v].sigma2 - 1)).toBeLessThan(1e-4);
    }
  });
});

test("one level that outweighs 249 others has every start tried", () => {
  const study = largeLevelOfManyStudy();
  const model = buildModel(study.X, study.factor);
  const { estimates, left } = fitInLanes(model, study.Y, study.vertices, { pilot: false });
  const first = fitHere(study.X, study.factor, study.Y, study.vertices, { starts: "first" });
  const all = fitHere(study.X, study.factor, study.Y, study.vertices);
  expect(left).toEqual([]);
  for (let v = 0; v < study.vertices; v++) {
    expect([v, all.estimates.llh[v] - first.estimates.llh[v] > 1e-4]).toEqual([v, true]);
    expect([v, Math.abs(estimates.llh[v] - all.estimates.llh[v]) < 1e-5]).toEqual([v, true]);
  }
});

test("a residual variance that vanishes is left to the plain solver, or left out", () => {
  const study = vanishingStudy();
  const model = buildModel(study.X, study.factor);
  for (const own of [false, true]) {
    const { estimates, left } = fitInLanes(model, study.Y, study.vertices, { own, pilot: false });
    expect(left).toContain(0);
    expect([estimates.status[1], estimates.status[2]]).toEqual([Status.outside, Status.outside]);
    expect(left).not.toContain(1);
    expect(left).not.toContain(2);
  }
});

test("with p close to n no likelihood is overstated", () => {
  const study = fullStudy();
  const model = buildModel(study.X, study.factor);
  const { estimates, left } = fitInLanes(model, study.Y, study.vertices, { own: true });
  for (let v = 0; v < study.vertices; v++) {
    if (left.includes(v)) continue;
    const [d11, d21, d22] = estimates.D.subarray(3 * v, 3 * v + 3);
    const y = Array.from({ length: study.X.n }, (_, i) => study.Y[i * study.vertices + v]);
    const dense = denseReml(study.X, study.factor, y, [
      [d11, d21],
      [d21, d22],
    ]);
    expect(Math.abs(estimates.llh[v] - dense.llh)).toBeLessThan(1e-5);
  }
});
