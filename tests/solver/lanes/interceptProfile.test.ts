import { describe, expect, test } from "vitest";
import { describeIntercepts } from "../../../src/model/interceptDesign.js";
import { evaluateIntercepts } from "../../../src/solver/lanes/interceptEvaluation.js";
import { InterceptMemory } from "../../../src/solver/lanes/interceptMemory.js";
import { InterceptProfiles } from "../../../src/solver/lanes/interceptProfile.js";
import { InterceptReduction } from "../../../src/solver/lanes/interceptReduction.js";
import { LANES } from "../../../src/solver/lanes/kernel.js";
import { referenceStudy } from "../../reference.js";
import { smallStudy } from "../../studies.js";
import { fitHere } from "../fitting.js";
import { blocksInOrder } from "./fitting.js";

const CASES = {
  "the reference study of Design 1": referenceStudy("des1"),
  "columns that change within a level": smallStudy({ seed: 3, q: 1, p: 6, subjects: 60, vertices: 8 }),
  "large differences between levels": smallStudy({ seed: 6, q: 1, subjects: 50, vertices: 8, effects: [20] }),
};

describe.each(Object.entries(CASES))("f along d, %s", (_name, study) => {
  const { model } = fitHere(study.X, study.factor, study.Y, study.vertices, { columns: [0] });
  const design = describeIntercepts(model);
  if (design === undefined) throw new Error("few patterns were expected");
  const memory = new InterceptMemory(design);
  const reduction = new InterceptReduction(memory);
  const profiles = new InterceptProfiles(memory);
  const blocks = blocksInOrder(study.Y, study.vertices, design.order.order);
  const sums = reduction.whole(
    blocks,
    Int32Array.from({ length: LANES }, (_, v) => v),
  );
  const known = profiles.of(sums);
  const evaluated = (d: number) => evaluateIntercepts(memory, sums, new Float64Array(LANES).fill(d), true);
  const zero = evaluated(0);

  test.each([0, 1e-6, 0.01, 0.3, 1, 2.7, 9, 31])("is that of an evaluation at d = %d", (d) => {
    const points = evaluated(d);
    for (let l = 0; l < LANES; l++) {
      const [found, start] = [known[l]?.at(d), known[l]?.at(0)];
      if (found === undefined || start === undefined) throw new Error("a profile was expected");
      expect(Math.abs(found.f - start.f - (points[l].f - zero[l].f))).toBeLessThan(1e-7);
      expect(Math.abs(found.gradient - points[l].gradient)).toBeLessThan(
        1e-7 * (1 + Math.abs(zero[l].gradient)),
      );
      expect(Math.abs(found.hessian - points[l].hessian)).toBeLessThan(
        1e-5 * (1 + Math.abs(zero[l].hessian)),
      );
    }
  });

  test("ends where it is not known", () => {
    expect(known[0]?.at(33)).toBeUndefined();
  });
});

test("a vertex whose residuals are no numbers has none", () => {
  const study = CASES["columns that change within a level"];
  const { model } = fitHere(study.X, study.factor, study.Y, study.vertices, { columns: [0] });
  const design = describeIntercepts(model);
  if (design === undefined) throw new Error("few patterns were expected");
  const memory = new InterceptMemory(design);
  const Y = study.Y.slice();
  for (let i = 0; i < model.n; i++) Y[i * study.vertices + 3] = Number.NaN;
  const blocks = blocksInOrder(Y, study.vertices, design.order.order);
  const columns = Int32Array.from({ length: LANES }, (_, v) => v);
  const known = new InterceptProfiles(memory).of(new InterceptReduction(memory).whole(blocks, columns));
  expect(known.map((profile) => profile === undefined)).toEqual([
    false,
    false,
    false,
    true,
    false,
    false,
    false,
    false,
  ]);
});
