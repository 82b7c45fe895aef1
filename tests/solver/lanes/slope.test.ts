import { describe, expect, test } from "vitest";
import { orderByLevel } from "../../../src/model/groups.js";
import { describeLevels } from "../../../src/model/levelDesign.js";
import { buildModel } from "../../../src/model/model.js";
import type { Estimates } from "../../../src/solver/estimates.js";
import { Status } from "../../../src/solver/status.js";
import { testF, testT } from "../../../src/wald/satterthwaite.js";
import { referenceStudy } from "../../reference.js";
import { type SmallStudy, smallStudy } from "../../studies.js";
import { iccStudy } from "../../torture.js";
import { fitHere } from "../fitting.js";
import { findTerms, fitInLanes } from "./fitting.js";
import { expectSame, worst } from "./same.js";

const all = ({ vertices }: { readonly vertices: number }) => Array.from({ length: vertices }, (_, v) => v);
const model = (study: SmallStudy) => buildModel(study.X, study.factor);

describe("the reference study of Design 2", () => {
  const study = referenceStudy("des2");
  const plain = fitHere(study.X, study.factor, study.Y, study.vertices);

  test("every vertex is certified, with the estimates of the plain solver", () => {
    const { estimates, left } = fitInLanes(plain.model, study.Y, study.vertices);
    expect(left).toEqual([]);
    expectSame(estimates, plain.estimates, all(study));
    expect(
      Array.from(estimates.status).filter((status) => status === Status.singular).length,
    ).toBeGreaterThan(5);
  });

  test.each([{ own: true }, { direct: true }, { own: true, direct: true }])(
    "with G of their own, or summed over the levels, they come out the same: %o",
    (options) => {
      const { estimates, left } = fitInLanes(plain.model, study.Y, study.vertices, options);
      expect(left).toEqual([]);
      expectSame(estimates, plain.estimates, all(study));
    },
  );

  test("T, F and their degrees of freedom agree", () => {
    const { estimates } = fitInLanes(plain.model, study.Y, study.vertices);
    const { p, inverseR } = plain.model;
    const L = new Float64Array(p);
    L[3] = 1;
    const rows = new Float64Array(4 * p);
    for (let a = 0; a < 4; a++) rows[a * p + 5 + a] = 1;
    const T = (one: Estimates) => testT(one, inverseR, { name: "time", kind: "T", rows: 1, L }, -323.3);
    const F = (one: Estimates) => testF(one, inverseR, { name: "race", kind: "F", rows: 4, L: rows }, -323.3);
    const t = { a: T(estimates), b: T(plain.estimates) };
    const f = { a: F(estimates), b: F(plain.estimates) };
    for (const v of all(study)) {
      expect(Math.abs(t.a.t[v] - t.b.t[v])).toBeLessThan(1e-6);
      expect(Math.abs(t.a.df[v] / t.b.df[v] - 1)).toBeLessThan(2e-4);
      expect(Math.abs(f.a.F[v] / f.b.F[v] - 1)).toBeLessThan(1e-6);
      expect(Math.abs(f.a.df[v] / f.b.df[v] - 1)).toBeLessThan(2e-4);
    }
  });

  test("what a vertex gets does not depend on its neighbors", () => {
    const few = [3, 50, 51, 120];
    const Y = Float32Array.from({ length: plain.model.n * few.length }, (_, k) => {
      return study.Y[Math.floor(k / few.length) * study.vertices + few[k % few.length]];
    });
    const whole = fitInLanes(plain.model, study.Y, study.vertices, { pilot: false }).estimates;
    const alone = fitInLanes(plain.model, Y, few.length, { pilot: false }).estimates;
    few.forEach((v, k) => {
      expect(alone.llh[k]).toBe(whole.llh[v]);
      expect(alone.D.slice(3 * k, 3 * k + 3)).toEqual(whole.D.slice(3 * v, 3 * v + 3));
    });
  });

  test("the expected information gives the plain solver's", () => {
    const information = "expected" as const;
    const expected = fitHere(study.X, study.factor, study.Y, study.vertices, { information }).estimates;
    const { estimates } = fitInLanes(plain.model, study.Y, study.vertices, { information });
    expect(worst("parameterCovariance", estimates, expected, all(study))).toBeLessThan(1e-4);
  });

  test("each vertex its own missing images, in one block", () => {
    const vertices = 4;
    const { n, level } = plain.model;
    const { outside } = describeLevels(plain.model, orderByLevel(plain.model));
    const Y = new Float32Array(n * vertices);
    for (let i = 0; i < n; i++) {
      for (let v = 0; v < vertices; v++) {
        // Where X is not in the span of Z a level needs all its images: `keepsLevels` sees to that in a fit.
        const isMissing = outside[level[i]] === 0 && (i * 7919 + v * 104729) % 97 < 5 * v;
        Y[i * vertices + v] = isMissing ? 0 : study.Y[i * study.vertices + v];
      }
    }
    const { estimates, left } = fitInLanes(plain.model, Y, vertices, { own: true });
    expect(left).toEqual([]);
    for (let v = 0; v < vertices; v++) {
      const missing = Array.from({ length: n }, (_, i) => i).filter((i) => Y[i * vertices + v] === 0);
      const options = { missing, columns: [v] };
      const one = fitHere(study.X, study.factor, Y, vertices, options).estimates;
      expect(estimates.n[v]).toBe(n - missing.length);
      expect(Math.abs(estimates.llh[v] - one.llh[0])).toBeLessThan(1e-7);
      expect(Math.abs(estimates.sigma2[v] / one.sigma2[0] - 1)).toBeLessThan(1e-7);
      for (let k = 0; k < 3; k++) expect(Math.abs(estimates.D[3 * v + k] - one.D[k])).toBeLessThan(1e-6);
    }
  });
});

describe("designs of other kinds", () => {
  test.each([
    ["columns of X that change within a level", { seed: 3, q: 2, p: 6, subjects: 60, vertices: 8 }],
    ["everybody seen at the same times", { seed: 4, q: 2, p: 3, subjects: 60, vertices: 8, sameTimes: true }],
    ["no difference between levels", { seed: 5, q: 2, p: 3, subjects: 50, vertices: 16, effects: [0, 0] }],
    [
      "large differences between levels",
      { seed: 6, q: 2, p: 3, subjects: 60, vertices: 8, effects: [1.5, 0.8] },
    ],
  ])("%s", (_name, options) => {
    const study = smallStudy(options);
    const plain = fitHere(study.X, study.factor, study.Y, study.vertices);
    for (const own of [false, true]) {
      const { estimates, left } = fitInLanes(plain.model, study.Y, study.vertices, { own });
      const certified = all(study).filter((v) => !left.includes(v));
      expect(certified.length).toBeGreaterThan(study.vertices / 2);
      expectSame(estimates, plain.estimates, certified);
    }
  });

  test("X beside the span of Z is kept image by image", () => {
    const { E, outside, EE } = describeLevels(
      model(smallStudy({ seed: 3, q: 2, p: 6 })),
      orderByLevel(model(smallStudy({ seed: 3, q: 2, p: 6 }))),
    );
    expect(E.value.length).toBeGreaterThan(0);
    expect(outside.some((flag) => flag === 1)).toBe(true);
    expect(EE.some((value) => value !== 0)).toBe(true);
  });

  test("images of any mean and any magnitude", () => {
    const study = smallStudy({ seed: 8, q: 2, p: 3, subjects: 60, vertices: 4 });
    const base = fitInLanes(model(study), study.Y, study.vertices).estimates;
    for (const scale of [2 ** 80, 2 ** -80]) {
      const scaled = fitInLanes(
        model(study),
        study.Y.map((y) => y * scale),
        study.vertices,
      );
      expect(scaled.left).toEqual([]);
      expect(worst("D", scaled.estimates, base, all(study))).toBeLessThan(1e-6);
    }
    const far = study.Y.map((y) => Math.fround(1e4 + y));
    const plain = fitHere(study.X, study.factor, far, study.vertices);
    expectSame(fitInLanes(plain.model, far, study.vertices).estimates, plain.estimates, all(study));
  });

  test("beyond the range of the terms, vertices are handed back or summed over the levels", () => {
    const study = iccStudy();
    const plain = fitHere(study.X, study.factor, study.Y, study.vertices);
    const design = describeLevels(plain.model, orderByLevel(plain.model));
    expect(findTerms(design).largestD).toBe(10);
    const whole = fitInLanes(plain.model, study.Y, study.vertices, { pilot: false });
    const own = fitInLanes(plain.model, study.Y, study.vertices, { own: true });
    expect(whole.left.length).toBeGreaterThan(own.left.length);
    expect(whole.left).toContain(7);
    expectSame(
      own.estimates,
      plain.estimates,
      all(study).filter((v) => !own.left.includes(v)),
    );
    expectSame(
      whole.estimates,
      plain.estimates,
      all(study).filter((v) => !whole.left.includes(v)),
    );
  });
});

test("the kernel's memory grows while images are brought into it", () => {
  const study = smallStudy({ seed: 11, q: 2, p: 3, subjects: 3000, visits: (s) => 1 + (s % 3), vertices: 3 });
  const model = buildModel(study.X, study.factor);
  const whole = fitInLanes(model, study.Y, 3, { direct: true });
  const ring = fitInLanes(model, study.Y, 3, { own: true, direct: true, pilot: false });
  expect([whole.left, ring.left]).toEqual([[], []]);
  expectSame(ring.estimates, whole.estimates, [0, 1, 2]);
});
