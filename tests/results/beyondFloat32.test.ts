import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStudy } from "../../src/design/index.js";
import { fit } from "../../src/fit.js";
import { openResults } from "../../src/results/openResults.js";
import type { Results } from "../../src/results/results.js";
import { smallStudy } from "../studies.js";
import { Workspace, writeReferenceStudy } from "../workspace.js";

const CONTRAST = "  - c1: { name: x1, vector: [0, 1, 0, 0] }";

describe("images of magnitude 1e25 and 1e−25", () => {
  const place = new Workspace();
  afterAll(() => place.remove());
  const study = smallStudy({ seed: 4, q: 1, vertices: 3 });
  const scales = [1e25, 1, 1e-25];
  let results: Results;
  beforeAll(async () => {
    // The same images at every vertex but for their unit.
    const Y = study.Y.map((_, k) => study.Y[k - (k % 3)] * scales[k % 3]);
    const inputs = writeReferenceStudy(place, { ...study, Y, lme4: [] }, CONTRAST);
    results = await fit(await openStudy(inputs), { threads: 1 });
  });

  test("the results say what float32 maps cannot hold", async () => {
    const warnings = results.info.warnings.filter((warning) => warning.includes("float32"));
    expect(warnings).toEqual([
      "σ² is too large for float32 maps at 1 vertex: they hold infinity or few digits there, estimates/sigma2.f64 the number itself; divide the images by a constant to have it in the map too",
      "σ² is too small for float32 maps at 1 vertex: they hold zero or few digits there, estimates/sigma2.f64 the number itself; multiply the images by a constant to have it in the map too",
    ]);
    expect((await openResults(place.file("results"))).info.warnings).toEqual(results.info.warnings);
    expect(String(results.summary)).toContain("too large for float32 maps");
  });

  test("tests are the same in every unit", () => {
    const t = results.map("conT").data;
    const df = results.map("conT_swedf").data;
    for (const v of [0, 2]) {
      expect(t[v] / t[1]).toBeCloseTo(1, 5);
      expect(df[v] / df[1]).toBeCloseTo(1, 5);
    }
    expect(results.map("beta").data[4 * 0 + 1] / results.map("beta").data[4 * 1 + 1] / 1e25).toBeCloseTo(
      1,
      5,
    );
  });
});
