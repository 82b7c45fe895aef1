import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { exactCrossProduct } from "../../src/model/crossProduct.js";
import { buildModel } from "../../src/model/model.js";
import { planModel } from "../../src/model/plan.js";
import { RestrictedLikelihood } from "../../src/solver/restrictedLikelihood.js";
import { Status } from "../../src/solver/status.js";
import { testT } from "../../src/wald/satterthwaite.js";
import { denseReml } from "../oracle/denseReml.js";
import { type Row, readRows } from "../reference.js";
import { type SmallStudy, smallStudy } from "../studies.js";
import { fullStudy, ICCS, iccStudy, MEANS, meansStudy, studies, vanishingStudy } from "../torture.js";
import { fitHere } from "./fitting.js";

const fixtures = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "fixtures", "torture");
const lme4 = (name: string) => readRows(path.join(fixtures, `lme4_${name}.csv`));
const numbered = (row: Row, letter: string) => {
  const values: number[] = [];
  while (`${letter}${values.length + 1}` in row) values.push(row[`${letter}${values.length + 1}`]);
  return values;
};

/** The largest difference of some numbers from those expected, relative to the largest of these. */
function farthest(found: ArrayLike<number>, expected: readonly number[]): number {
  const size = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, k) => Math.abs(found[k] - value))) / size;
}

describe("from no to nearly all variance between subjects, slopes in any unit", () => {
  const years = iccStudy();
  const answers = lme4("icc");
  /** Slopes on time in another unit and from another origin: the same model, D in other coordinates. */
  const units: Readonly<Record<string, { readonly unit: number; readonly origin: number }>> = {
    "years since the first visit": { unit: 1, origin: 0 },
    "calendar years": { unit: 1, origin: 2016 },
    days: { unit: 365.25, origin: 0 },
    "microseconds since 1970": { unit: 3.15576e13, origin: 46 },
  };

  test("the cross product is interpolated, so that the end of its range is passed", () => {
    const { crossProduct } = planModel(buildModel(years.X, years.factor)).all;
    expect(crossProduct.largestD).toBe(100);
  });

  describe.each(Object.entries(units))("%s", (_name, { unit, origin }) => {
    const Z = years.factor.Z.values.map((value, k) => (k % 2 === 0 ? value : (value + origin) * unit));
    const factor = { ...years.factor, Z: { ...years.factor.Z, values: Z } };
    const { estimates, model } = fitHere(years.X, factor, years.Y, years.vertices);

    test("standard errors and degrees of freedom do not depend on the unit", () => {
      const contrast = { name: "time", kind: "T", rows: 1, L: Float64Array.of(0, 1, 0, 0) } as const;
      const found = testT(estimates, model.inverseR, contrast, -323);
      const plain = fitHere(years.X, years.factor, years.Y, years.vertices);
      const expected = testT(plain.estimates, plain.model.inverseR, contrast, -323);
      for (let v = 0; v < years.vertices; v++) {
        expect(found.standardError[v] / expected.standardError[v]).toBeCloseTo(1, 6);
        expect(found.df[v] / expected.df[v]).toBeCloseTo(1, 4);
      }
    });

    test.each(ICCS.map((icc, v) => [icc, v]))("ICC %d", (_icc, v) => {
      const row = answers[v];
      // Z b = [1, (t + origin) unit] b' with b1 = b1' + origin unit b2' and b2 = unit b2'.
      const [d11, d21, d22] = estimates.D.subarray(3 * v, 3 * v + 3);
      const shift = origin * unit;
      const D = [d11 + 2 * shift * d21 + shift * shift * d22, unit * (d21 + shift * d22), unit * unit * d22];
      expect(Math.abs(estimates.llh[v] - row.llh)).toBeLessThan(1e-6);
      expect(Math.abs(estimates.sigma2[v] / row.sigma2 - 1)).toBeLessThan(1e-4);
      expect(farthest(D, numbered(row, "D"))).toBeLessThan(1e-3);
      numbered(row, "beta").forEach((beta, j) => {
        expect(Math.abs(estimates.beta[4 * v + j] - beta) / row[`se${j + 1}`]).toBeLessThan(1e-4);
      });
    });
  });

  test("an image that is missing changes nothing of this", () => {
    const missing = [3, 700, 701];
    const Y = years.Y.slice();
    for (const i of missing) Y.fill(0, i * years.vertices, (i + 1) * years.vertices);
    const without = fitHere(years.X, years.factor, Y, years.vertices, { missing }).estimates;
    const kept = Int32Array.from({ length: years.X.n }, (_, i) => i).filter((i) => !missing.includes(i));
    const rows = (values: Float64Array | Float32Array, width: number) =>
      Float64Array.from([...kept].flatMap((i) => [...values.subarray(i * width, (i + 1) * width)]));
    const alone = fitHere(
      { ...years.X, n: kept.length, values: rows(years.X.values, 4) },
      {
        ...years.factor,
        level: kept.map((i) => years.factor.level[i]),
        Z: { ...years.factor.Z, n: kept.length, values: rows(years.factor.Z.values, 2) },
      },
      Float32Array.from(rows(Y, years.vertices)),
      years.vertices,
    ).estimates;
    for (let v = 0; v < years.vertices; v++) {
      expect(Math.abs(without.llh[v] - alone.llh[v])).toBeLessThan(1e-6);
      expect(
        farthest(without.D.subarray(3 * v, 3 * v + 3), [...alone.D.subarray(3 * v, 3 * v + 3)]),
      ).toBeLessThan(1e-4);
    }
  });
});

test("where the interpolation ends, the likelihood does not jump", () => {
  const study = iccStudy();
  const model = buildModel(study.X, study.factor);
  const { all } = planModel(model);
  const exact = { ...all, crossProduct: exactCrossProduct(model, all.groups, all.patterns) };
  const values = [all, exact].map(({ groups, patterns, crossProduct }) => {
    const likelihood = new RestrictedLikelihood(groups, patterns, crossProduct, model.p, model.q);
    return [
      [99, 0, 40],
      [60, 48, 41],
      [99, -31, 9.75],
    ].map((D) => {
      const residuals = { take: () => undefined, sums: () => 1, derivatives: () => undefined };
      return likelihood.value(Float64Array.from(D), residuals);
    });
  });
  values[0].forEach((value, k) => {
    expect(Math.abs(value - values[1][k])).toBeLessThan(1e-6);
  });
});

describe("a mean of any size", () => {
  const study = meansStudy();
  const answers = lme4("means");
  const { estimates } = fitHere(study.X, study.factor, study.Y, study.vertices);

  test.each(MEANS.map((mean, v) => [mean, v]))("%d standard deviations", (_mean, v) => {
    const row = answers[v];
    expect(estimates.status[v]).toBe(Status.converged);
    expect(Math.abs(estimates.sigma2[v] / row.sigma2 - 1)).toBeLessThan(4e-8);
    expect(Math.abs(estimates.D[v] / row.D1 - 1)).toBeLessThan(1e-6);
    expect(Math.abs(estimates.llh[v] - row.llh)).toBeLessThan(1e-8);
    numbered(row, "beta").forEach((beta, j) => {
      expect(Math.abs(estimates.beta[3 * v + j] - beta) / row[`se${j + 1}`]).toBeLessThan(1e-6);
    });
  });
});

describe("likelihoods with several optima", () => {
  const names = ["lognormal1", "lognormal2", "lognormal3", "heavy", "large", "four"];

  test.each(names)("%s: the optimum is lme4's best of several starts", (name) => {
    const study = studies[name]();
    const { estimates } = fitHere(study.X, study.factor, study.Y, study.vertices);
    lme4(name).forEach((row, v) => {
      expect(estimates.llh[v]).toBeGreaterThan(row.llh - 1e-6);
      expect([v, estimates.llh[v] - row.llh < 1e-5]).toEqual([v, true]);
      expect(Math.abs(estimates.sigma2[v] / row.sigma2 - 1)).toBeLessThan(1e-4);
      expect([Status.singular, Status.converged]).toContain(estimates.status[v]);
    });
  });
});

describe("a residual variance that vanishes", () => {
  /** The largest ratio of the random effects' variance, averaged over the images, to σ². */
  const LARGEST = 1e8;
  const ratio = (study: SmallStudy, D: ArrayLike<number>) => {
    const { Z } = study.factor;
    let sum = 0;
    for (let i = 0; i < Z.n; i++) {
      const [u, v] = Z.values.subarray(2 * i, 2 * i + 2);
      sum += u * u * D[0] + 2 * u * v * D[1] + v * v * D[2];
    }
    return sum / Z.n;
  };
  const likelihoodAt = (study: SmallStudy, v: number, D: ArrayLike<number>) => {
    const y = Array.from({ length: study.X.n }, (_, i) => study.Y[i * study.vertices + v]);
    return denseReml(study.X, study.factor, y, [
      [D[0], D[1]],
      [D[1], D[2]],
    ]);
  };

  test("perfect fits are stopped and said so; what X explains to the last bit is left out", () => {
    const study = vanishingStudy();
    const { estimates, model } = fitHere(study.X, study.factor, study.Y, study.vertices);
    expect([...estimates.status]).toEqual([
      Status.noResidual,
      Status.outside,
      Status.outside,
      Status.converged,
    ]);
    const D = estimates.D.subarray(0, 3);
    expect(ratio(study, D) / LARGEST).toBeCloseTo(1, 6);
    const dense = likelihoodAt(study, 0, D);
    expect(Math.abs(estimates.llh[0] - dense.llh)).toBeLessThan(1e-4);
    expect(Math.abs(estimates.sigma2[0] / dense.sigma2 - 1)).toBeLessThan(1e-6);
    const L = Float64Array.of(0, 1);
    const tested = testT(estimates, model.inverseR, { name: "age", kind: "T", rows: 1, L }, -323);
    expect(Number.isFinite(tested.standardError[0])).toBe(true);
    expect(Number.isFinite(tested.df[0])).toBe(true);
  });

  test("with p close to n no likelihood is overstated", () => {
    const study = fullStudy();
    const { estimates } = fitHere(study.X, study.factor, study.Y, study.vertices);
    expect(estimates.status).toContain(Status.noResidual);
    for (let v = 0; v < study.vertices; v++) {
      const D = estimates.D.subarray(3 * v, 3 * v + 3);
      const stopped = estimates.status[v] === Status.noResidual;
      expect(ratio(study, D)).toBeLessThan(LARGEST * (stopped ? 1 + 1e-6 : 1));
      expect(Math.abs(estimates.llh[v] - likelihoodAt(study, v, D).llh)).toBeLessThan(1e-5);
    }
  });

  test("images of any magnitude give the same fit", () => {
    const study = iccStudy();
    const fitted = (scale: number) =>
      fitHere(
        study.X,
        study.factor,
        study.Y.map((y) => y * scale),
        study.vertices,
        { columns: [2] },
      ).estimates;
    const plain = fitted(1);
    for (const power of [80, -80]) {
      const scaled = fitted(2 ** power);
      expect(scaled.status).toEqual(plain.status);
      expect(Math.abs(scaled.sigma2[0] / 4 ** power / plain.sigma2[0] - 1)).toBeLessThan(1e-9);
      expect(farthest(scaled.D, [...plain.D])).toBeLessThan(1e-9);
    }
  });
});

test("images on their way from the boundary of D to its inside lose no likelihood anywhere", () => {
  const study = smallStudy({ q: 2, subjects: 60, seed: 21, vertices: 40, effects: [0.6, 0.15] });
  const { X, factor, Y, vertices } = study;
  const ends = fitHere(X, factor, Y, vertices).estimates.status;
  const [from, to] = [ends.indexOf(Status.singular), ends.indexOf(Status.converged)];
  /** Images a share of the way from one vertex to the other. */
  const between = (shares: readonly number[]) =>
    Float32Array.from({ length: X.n * shares.length }, (_, k) => {
      const i = Math.floor(k / shares.length) * vertices;
      return Y[i + from] + shares[k % shares.length] * (Y[i + to] - Y[i + from]);
    });
  let [low, high] = [0, 1];
  for (let k = 0; k < 30; k++) {
    const middle = (low + high) / 2;
    const { status } = fitHere(X, factor, between([middle]), 1).estimates;
    if (status[0] === Status.singular) low = middle;
    else high = middle;
  }
  const steps = [
    -1e-3, -1e-4, -1e-5, -1e-6, 0, 1e-7, 2e-7, 5e-7, 1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 1e-3,
  ];
  const shares = steps.map((step) => low + step);
  const images = between(shares);
  const { estimates } = fitHere(X, factor, images, shares.length);
  expect(new Set(estimates.status)).toEqual(new Set([Status.singular, Status.converged]));
  const [d11, d21, d22] = estimates.D.subarray(12, 15);
  shares.forEach((_, v) => {
    const y = Array.from({ length: X.n }, (_, i) => images[i * shares.length + v]);
    const there = denseReml(X, factor, y, [
      [d11, d21],
      [d21, d22],
    ]);
    expect(estimates.llh[v]).toBeGreaterThan(there.llh - 1e-7);
  });
});
