import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { vechLength } from "../../src/matrix/vech.js";
import { Status } from "../../src/solver/status.js";
import { testT } from "../../src/wald/satterthwaite.js";
import { denseReml } from "../oracle/denseReml.js";
import { type SmallStudy, smallStudy } from "../studies.js";
import { fitHere } from "./fitting.js";

const runs = { numRuns: 12 };
const cases = fc.record({ seed: fc.integer({ min: 1, max: 10_000 }), q: fc.constantFrom(1, 2) });
const make = ({ seed, q }: { seed: number; q: number }) => smallStudy({ seed, q, subjects: 40, vertices: 3 });
const fitted = (study: SmallStudy) => fitHere(study.X, study.factor, study.Y, study.vertices);

function tOf({ estimates, model }: ReturnType<typeof fitted>): Float64Array {
  const L = new Float64Array(model.p);
  L[1] = 1;
  return testT(estimates, model.inverseR, { name: "time", kind: "T", rows: 1, L }, -323).t;
}

function closeTo(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  for (let k = 0; k < expected.length; k++) {
    expect(Math.abs(found[k] - expected[k])).toBeLessThan(tolerance * (1 + Math.abs(expected[k])));
  }
}

describe("whatever the data", () => {
  test("the order of the images and of the subjects changes nothing", () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 2, max: 1000 }), (options, stride) => {
        const study = make(options);
        const { n } = study.X;
        const p = study.X.columns.length;
        const { q } = options;
        const order = Array.from({ length: n }, (_, i) => i).sort(
          (a, b) => ((a * stride) % 1009) - ((b * stride) % 1009),
        );
        const pick = (values: Float64Array, width: number) =>
          Float64Array.from(order.flatMap((i) => [...values.subarray(i * width, (i + 1) * width)]));
        const S = study.factor.levels.length;
        const shuffled: SmallStudy = {
          ...study,
          X: { ...study.X, values: pick(study.X.values, p) },
          Y: Float32Array.from(order.flatMap((i) => [...study.Y.subarray(i * 3, i * 3 + 3)])),
          factor: {
            ...study.factor,
            level: Int32Array.from(order, (i) => S - 1 - study.factor.level[i]),
            Z: { ...study.factor.Z, values: pick(study.factor.Z.values, q) },
          },
        };
        const a = fitted(study).estimates;
        const b = fitted(shuffled).estimates;
        closeTo(b.llh, a.llh, 1e-8);
        closeTo(b.beta, a.beta, 1e-5);
        closeTo(b.sigma2, a.sigma2, 1e-5);
      }),
      runs,
    );
  });

  test("scaling the images scales β and σ and leaves T and D", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0.25, 4, 1024), (options, scale) => {
        const study = make(options);
        const a = fitted(study);
        const b = fitted({ ...study, Y: study.Y.map((y) => y * scale) });
        closeTo(
          b.estimates.beta.map((x) => x / scale),
          a.estimates.beta,
          1e-6,
        );
        closeTo(
          b.estimates.sigma2.map((x) => x / scale ** 2),
          a.estimates.sigma2,
          1e-6,
        );
        closeTo(b.estimates.D, a.estimates.D, 1e-4);
        closeTo(tOf(b), tOf(a), 1e-6);
      }),
      runs,
    );
  });

  test("adding Xb to the images moves β by b", () => {
    fc.assert(
      fc.property(cases, (options) => {
        const study = make(options);
        const p = study.X.columns.length;
        const b = [3, -1, 0.5, 2];
        const moved = study.Y.map((y, k) => {
          const i = Math.floor(k / 3);
          return y + b.reduce((sum, weight, j) => sum + weight * study.X.values[i * p + j], 0);
        });
        const before = fitted(study).estimates;
        const after = fitted({ ...study, Y: moved }).estimates;
        closeTo(
          after.beta,
          before.beta.map((beta, k) => beta + b[k % p]),
          1e-5,
        );
        closeTo(after.sigma2, before.sigma2, 1e-5);
      }),
      runs,
    );
  });

  test("no covariance near the answer has a higher likelihood, on the boundary or off it", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0, 0.15, 1), (options, strength) => {
        const { q } = options;
        const study = smallStudy({
          ...options,
          subjects: 25,
          vertices: 2,
          effects: [strength, strength / 2].slice(0, q),
        });
        const { estimates } = fitted(study);
        const m = vechLength(q);
        for (let v = 0; v < 2; v++) {
          const y = Array.from({ length: study.X.n }, (_, i) => study.Y[i * 2 + v]);
          const D = estimates.D.subarray(v * m, (v + 1) * m);
          const full = (d: ArrayLike<number>) =>
            q === 1
              ? [[d[0]]]
              : [
                  [d[0], d[1]],
                  [d[1], d[2]],
                ];
          const best = denseReml(study.X, study.factor, y, full(D)).llh;
          expect(estimates.llh[v]).toBeCloseTo(best, 6);
          for (const [dx, dy, dz] of [
            [0.02, 0, 0],
            [0, 0, 0.02],
            [0.02, 0.01, 0.02],
            [-0.02, 0, 0],
            [0.3, -0.1, 0.3],
          ]) {
            const near = q === 1 ? [D[0] + dx] : [D[0] + dx, D[1] + dy, D[2] + dz];
            const legal = near[0] >= 0 && (q === 1 || (near[2] >= 0 && near[0] * near[2] >= near[1] ** 2));
            if (legal) expect(denseReml(study.X, study.factor, y, full(near)).llh).toBeLessThan(best + 1e-8);
          }
        }
      }),
      runs,
    );
  });
});

test("images without any difference between subjects give D = 0, a singular fit and n − p degrees of freedom", () => {
  const study = smallStudy({ seed: 5, q: 1, subjects: 30, vertices: 40, effects: [0] });
  const { estimates, model } = fitted(study);
  const singular = Array.from(estimates.status).flatMap((status, v) =>
    status === Status.singular ? [v] : [],
  );
  expect(singular.length).toBeGreaterThan(10);
  const L = Float64Array.of(0, 1, 0, 0);
  const t = testT(estimates, model.inverseR, { name: "time", kind: "T", rows: 1, L }, -323);
  for (const v of singular) {
    expect(estimates.D[v]).toBe(0);
    expect(t.df[v]).toBeCloseTo(model.n - model.p, 6);
  }
});

test("a linear model without random effects is ordinary least squares", () => {
  const study = smallStudy({ seed: 6, vertices: 2 });
  const { estimates } = fitHere(study.X, undefined, study.Y, 2);
  for (let v = 0; v < 2; v++) {
    const y = Array.from({ length: study.X.n }, (_, i) => study.Y[i * 2 + v]);
    const dense = denseReml(study.X, undefined, y, []);
    expect(estimates.llh[v]).toBeCloseTo(dense.llh, 8);
    expect(estimates.sigma2[v]).toBeCloseTo(dense.sigma2, 8);
    expect(estimates.resms[v]).toBeCloseTo(dense.sigma2, 8);
    closeTo(estimates.beta.subarray(v * 4, v * 4 + 4), dense.beta, 1e-8);
  }
});
