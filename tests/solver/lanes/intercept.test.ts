import { describe, expect, test } from "vitest";
import { referenceStudy } from "../../reference.js";
import { smallStudy } from "../../studies.js";
import { meansStudy } from "../../torture.js";
import { fitHere } from "../fitting.js";
import { fitIntercepts } from "./fitting.js";
import { expectSame } from "./same.js";

const CASES = {
  "the reference study of Design 1": referenceStudy("des1"),
  "columns that change within a level": smallStudy({ seed: 3, q: 1, p: 6, subjects: 60, vertices: 8 }),
  "no difference between levels": smallStudy({ seed: 5, q: 1, subjects: 50, vertices: 16, effects: [0] }),
  "large differences between levels": smallStudy({ seed: 6, q: 1, subjects: 50, vertices: 8, effects: [20] }),
  "means of any size": meansStudy(),
  "a slope alone, which some levels have nothing of": slopeAlone(),
};

/** A random slope over visits 0, 1, 2, …: levels with one visit have Z = 0, and missing images make new patterns. */
function slopeAlone() {
  const study = smallStudy({ seed: 7, q: 1, p: 5, subjects: 60, vertices: 8, sameTimes: true });
  const { level, Z } = study.factor;
  const seen = new Map<number, number>();
  const values = Float64Array.from(level, (s) => {
    const visit = seen.get(s) ?? 0;
    seen.set(s, visit + 1);
    return visit;
  });
  return { ...study, factor: { ...study.factor, Z: { ...Z, values } } };
}

describe.each(Object.entries(CASES))("%s", (_name, study) => {
  const plain = fitHere(study.X, study.factor, study.Y, study.vertices);
  const all = Array.from({ length: study.vertices }, (_, v) => v);

  test.each([false, true])("has the plain solver's estimates (as ring vertices: %s)", (ring) => {
    const { estimates, left } = fitIntercepts(plain.model, study.Y, study.vertices, ring);
    expect(left).toEqual([]);
    expectSame(estimates, plain.estimates, all);
    expect(Math.max(...estimates.certificate)).toBeLessThan(1e-8);
  });

  test("and without some of the images", () => {
    const { n } = plain.model;
    const vertices = Math.min(4, study.vertices);
    const Y = new Float32Array(n * vertices);
    const isMissing = (i: number, v: number) => (i * 7919 + v * 104729) % 97 < 6 * v;
    for (let i = 0; i < n; i++) {
      for (let v = 0; v < vertices; v++) {
        Y[i * vertices + v] = isMissing(i, v) ? 0 : study.Y[i * study.vertices + v];
      }
    }
    const { estimates, left } = fitIntercepts(plain.model, Y, vertices, true);
    expect(left).toEqual([]);
    for (let v = 0; v < vertices; v++) {
      const missing = Array.from({ length: n }, (_, i) => i).filter((i) => isMissing(i, v));
      const one = fitHere(study.X, study.factor, Y, vertices, { missing, columns: [v] }).estimates;
      expect([estimates.n[v], estimates.status[v]]).toEqual([n - missing.length, one.status[0]]);
      expect(Math.abs(estimates.llh[v] - one.llh[0])).toBeLessThan(1e-7);
      expect(Math.abs(estimates.sigma2[v] / one.sigma2[0] - 1)).toBeLessThan(1e-7);
      expect(Math.abs(estimates.D[v] - one.D[0])).toBeLessThan(1e-6 * (1 + one.D[0]));
    }
  });
});
