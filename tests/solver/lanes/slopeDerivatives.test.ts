import { expect, test } from "vitest";
import { orderByLevel } from "../../../src/model/groups.js";
import { describeLevels } from "../../../src/model/levelDesign.js";
import { LANES } from "../../../src/solver/lanes/kernel.js";
import { evaluate } from "../../../src/solver/lanes/slopeEvaluation.js";
import { SlopeMemory } from "../../../src/solver/lanes/slopeMemory.js";
import { SlopeReduction } from "../../../src/solver/lanes/slopeReduction.js";
import { SlopeSearch } from "../../../src/solver/lanes/slopeSearch.js";
import { referenceStudy } from "../../reference.js";
import { fitHere } from "../fitting.js";
import { blocksOf, findTerms } from "./fitting.js";

const study = referenceStudy("des2");
const { model } = fitHere(study.X, study.factor, study.Y, study.vertices, { columns: [0] });
const design = describeLevels(model, orderByLevel(model));
const memory = new SlopeMemory(design, findTerms(design));
const reduction = new SlopeReduction(memory);
const blocks = blocksOf(model, study.Y, study.vertices);

/** Hessians of 8 vertices from `first` on where each is at a D near its optimum. */
function hessiansNear(first: number, whole: boolean, fixedShare: 0.5 | 1 = 0.5): number[][] {
  const columns = Int32Array.from({ length: LANES }, (_, l) => first + l);
  const { ee } = reduction.reduce(blocks, columns, false, 0);
  const searches = Array.from(columns, () => new SlopeSearch([0.5, 0, 0.3], model.n - model.p));
  const kind = { own: false, whole: true };
  for (let step = 0; step < 6; step++) {
    evaluate(memory, reduction, searches, 0, ee, kind);
    for (const search of searches) search.certify();
  }
  const near = searches.map(({ point, degrees }) => {
    const search = new SlopeSearch(point.covariance, degrees);
    search.fixedShare = fixedShare;
    return search;
  });
  evaluate(memory, reduction, near, 0, ee, { own: false, whole });
  return near.map(({ hessian }) => [...hessian]);
}

test("half of tr(C∂²M) stands for what a Hessian that is not whole leaves out, better than all of it", () => {
  let [half, all, size] = [0, 0, 0];
  for (let first = 0; first + LANES <= 64; first += LANES) {
    const whole = hessiansNear(first, true);
    const [some, more] = [hessiansNear(first, false), hessiansNear(first, false, 1)];
    whole.forEach((exact, l) => {
      exact.forEach((value, k) => {
        half += Math.abs(some[l][k] - value);
        all += Math.abs(more[l][k] - value);
        size += Math.abs(value);
      });
    });
  }
  expect(half).toBeLessThan(0.5 * all);
  expect(all).toBeLessThan(0.5 * size);
});
