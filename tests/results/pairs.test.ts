import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compare } from "../../src/compare.js";
import { openStudy } from "../../src/design/index.js";
import { fit } from "../../src/fit.js";
import { contrast } from "../../src/inference/contrast.js";
import { openResults } from "../../src/results/openResults.js";
import { ResultsPair } from "../../src/results/resultsPair.js";
import { describe as describeValues } from "../../src/statistics/index.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
let reduced: ResultsPair;
let full: ResultsPair;
const both = async (design: string) =>
  fit(
    {
      lh: await openStudy(place.file(`lh_${design}.yml`)),
      rh: await openStudy(place.file(`rh_${design}.yml`)),
    },
    { outdir: false },
  );
beforeAll(async () => {
  await simulatedStudy(place, 60, 1);
  reduced = await both("des1r");
  full = await both("des2");
});
afterAll(() => place.remove());

describe("a pair of results", () => {
  test("comes from a fit of both hemispheres and answers as one does", () => {
    expect(full).toBeInstanceOf(ResultsPair);
    const T = full.T("Sex");
    expect(T.lh).toEqual(full.lh.T("Sex"));
    expect(T.rh).toEqual(full.rh.T("Sex"));
    expect(full.beta("Sex").rh).toEqual(full.rh.beta("Sex"));
    expect(full.sigma2.lh[5]).toBe(full.lh.sigma2[5]);
    expect(full.aic.rh).toEqual(full.rh.aic);
    expect(full.map("conSE").volume("Sex").lh).toEqual(full.lh.map("conSE").volume("Sex"));
    expect(full.map("conT").range("Sex").rh).toEqual(full.rh.map("conT").range("Sex"));
    const v = full.lh.mask.findIndex((inside, k) => inside === 1 && full.rh.mask[k] === 1);
    expect(full.vertex(v).lh.beta).toEqual(full.lh.vertex(v).beta);
    expect(full.each((one, side) => `${side} ${one.n}`)).toEqual({
      lh: `lh ${full.lh.n}`,
      rh: `rh ${full.rh.n}`,
    });
    expect(full.verticesInMask).toBe(full.lh.verticesInMask + full.rh.verticesInMask);
    expect(describeValues(T).count).toBe(full.verticesInMask);
  });

  test("prints both sides, named", () => {
    for (const shown of [full, full.T("Sex"), full.map("conT"), full.vertex(3), full.passing(2)]) {
      expect(inspect(shown)).toMatch(/^Left hemisphere\n[\s\S]+\n\nRight hemisphere\n/);
      expect(shown.toHTML()).toMatch(/<h4>Left hemisphere<\/h4>[\s\S]+<h4>Right hemisphere<\/h4>/);
    }
    expect(inspect(full.T("Sex")).split("\n").length).toBeLessThanOrEqual(11);
  });

  test("takes a new contrast, and so does { lh, rh }", () => {
    const tested = contrast(full, "0.5*Sex + NIHScore");
    expect(tested).toBeInstanceOf(ResultsPair);
    expect(tested.T().lh).toEqual(contrast(full.lh, "0.5*Sex + NIHScore").T());
    expect(contrast({ lh: full.lh, rh: full.rh }, "Sex").T().rh).toEqual(contrast(full.rh, "Sex").T());
    expect(() => contrast(full, "Sexx")).toThrow(/no column "Sexx" in X/);
  });

  test("is compared side by side, and so is { lh, rh }", async () => {
    const lrt = compare(reduced, { lh: full.lh, rh: full.rh });
    expect(lrt.map("Chi2").volume().lh).toEqual(compare(reduced.lh, full.lh).map("Chi2").volume());
    expect(lrt.map("Chi2").volume().rh).toEqual(compare(reduced.rh, full.rh).map("Chi2").volume());
    expect(lrt.rh.comparison.mixture).toHaveLength(2);
    const outdir = { lh: place.file("lh_compare"), rh: place.file("rh_compare") };
    compare(reduced, full, { outdir });
    expect((await openResults(outdir.rh)).map("Chi2").data).toEqual(
      Float32Array.from(lrt.rh.map("Chi2").data),
    );
  });

  test("is not mixed with one hemisphere, in words", () => {
    // What types refuse, a cell without types may still do.
    const loose = compare as (...given: unknown[]) => unknown;
    expect(() => loose(reduced, full.lh)).toThrow(
      /one hemisphere and a pair of both; expected two fits, or two pairs/,
    );
    expect(() => loose(reduced, full, { outdir: "one" })).toThrow(
      /outdir: one; expected one directory a side: \{ lh, rh \}/,
    );
    expect(() => loose(reduced.lh, full.lh, { outdir: { lh: "a", rh: "b" } })).toThrow(
      /expected one directory for one hemisphere/,
    );
    expect(() => compare(reduced, { lh: full.rh, rh: full.lh })).toThrow(
      /images with other values|different numbers of images/,
    );
  });
});
