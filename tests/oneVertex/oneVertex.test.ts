import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStudy, type Study } from "../../src/design/index";
import { fit } from "../../src/fit";
import { oneVertex } from "../../src/oneVertex/index";
import type { Results } from "../../src/results/results";
import { denseReml } from "../oracle/denseReml";
import { simulatedStudy, Workspace } from "../workspace";

const workspace = new Workspace();
const studies: Record<string, Study> = {};
const fits: Record<string, Results> = {};
beforeAll(async () => {
  await simulatedStudy(workspace);
  for (const design of ["des1", "des2"]) {
    studies[design] = await openStudy(workspace.file(`lh_${design}.yml`));
    fits[design] = await fit(studies[design], { outdir: false, threads: 1 });
  }
});
afterAll(() => workspace.remove());

describe.each(["des1", "des2"])("%s", (design) => {
  test("the vertex fitted by hand is the vertex of the fit", async () => {
    const [study, results] = [studies[design], fits[design]];
    const status = results.map("status").data;
    const inside = Array.from(status.keys()).filter((v) => status[v] > 0);
    const singular = inside.filter((v) => status[v] === 2);
    expect(singular.length).toBeGreaterThan(0);
    for (const v of [...inside.slice(0, 4), ...singular.slice(0, 2)]) {
      const hand = (await oneVertex(study, v)).reml();
      const at = (name: string) => Array.from(results.map(name).data.subarray(...range(results, name, v)));
      expect(hand.llh).toBeCloseTo(at("llh")[0], 6);
      expect(hand.sigma2).toBeCloseTo(at("sigma2")[0], 5);
      for (const [k, value] of at("D").entries()) expect(hand.D[k]).toBeCloseTo(value, 4);
      for (const [k, value] of at("beta").entries())
        expect(Object.values(hand.beta)[k]).toBeCloseTo(value, 5);
      for (const contrast of ["Sex", "LongitudinalTime"])
        expect(hand.se[contrast]).toBeCloseTo(results.map("conSE").volume(contrast)[v], 5);
      expect(hand.singular).toBe(status[v] === 2);
    }
  });

  test("where D is held, it agrees with the likelihood written out in full", async () => {
    const study = studies[design];
    const v = fits[design].mask.indexOf(1);
    const one = await oneVertex(study, v);
    const D = design === "des1" ? [0.7] : [0.7, 0.1, 0.2];
    const full =
      design === "des1"
        ? [[0.7]]
        : [
            [0.7, 0.1],
            [0.1, 0.2],
          ];
    const present = Array.from(one.y.keys()).filter((i) => !Number.isNaN(one.y[i]));
    const dense = denseReml(study.X, study.factors[0], one.y, full, present);
    const held = one.at(D);
    expect(held.llh).toBeCloseTo(dense.llh, 8);
    expect(held.sigma2).toBeCloseTo(dense.sigma2, 10);
    for (const [k, value] of Object.values(held.beta).entries()) expect(value).toBeCloseTo(dense.beta[k], 9);
  });
});

function range(results: Results, name: string, v: number): [number, number] {
  const { volumes } = results.map(name);
  return [v * volumes, (v + 1) * volumes];
}

test("with a random intercept, b̂ is the mean residual shrunk by kD / (1 + kD)", async () => {
  const one = await oneVertex(studies.des1, fits.des1.mask.indexOf(1));
  const held = one.at(0.8);
  const effects = one.effects(held);
  expect(new Set(effects.map(({ visits }) => visits)).size).toBeGreaterThan(1);
  for (const { visits: k, mean, b, effects: all } of effects) {
    expect(b).toBeCloseTo(((k * 0.8) / (1 + k * 0.8)) * mean, 10);
    expect(Object.values(all)).toEqual([b]);
  }
  const residual = one.residuals(held);
  expect(residual.filter((r) => !Number.isNaN(r))).toHaveLength(one.n);
});

test("wrong vertices and wrong D are answered in words", async () => {
  const study = studies.des1;
  await expect(oneVertex(study, 42)).rejects.toThrow("a whole number from 0 to 41");
  await expect(oneVertex(study, 1.5)).rejects.toThrow("a whole number from 0 to 41");
  const outside = fits.des1.mask.indexOf(0);
  await expect(oneVertex(study, outside)).rejects.toThrow(/outside the (analysis )?mask/);
  const one = await oneVertex(study, fits.des1.mask.indexOf(1));
  expect(() => one.at([1, 2])).toThrow("2 elements; expected 1");
  expect(() => one.at(-2)).toThrow("a covariance, not less than 0");
});
