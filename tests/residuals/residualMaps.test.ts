import { sampleKurtosis, sampleSkewness } from "simple-statistics";
import { afterAll, describe, expect, test } from "vitest";
import { openStudy } from "../../src/design/index";
import { fit } from "../../src/fit";
import { oneVertex } from "../../src/oneVertex/index";
import { residualMaps } from "../../src/residuals/residualMaps";
import { addToImages, simulatedStudy, Workspace } from "../workspace";

const workspace = new Workspace();
afterAll(() => workspace.remove());

test("skewness and kurtosis are those of the residuals, vertex by vertex, also where images are missing", async () => {
  await simulatedStudy(workspace);
  const study = await openStudy(workspace.file("lh_des1.yml"));
  const results = await fit(study, { outdir: false, threads: 1 });
  const told: number[] = [];
  const maps = await residualMaps(study, results, { progress: (done) => told.push(done) });
  expect(told.at(-1)).toBe(1);
  const n = results.map("n").data;
  expect(new Set(n).size).toBeGreaterThan(2);
  for (let v = 0; v < 42; v++) {
    if (results.mask[v] === 0) {
      expect([maps.skewness[v], maps.kurtosis[v]]).toEqual([Number.NaN, Number.NaN]);
      continue;
    }
    const one = await oneVertex(study, v);
    const beta = results.vertex(v).beta;
    const residuals = Array.from(one.residuals({ ...one.at(0), beta } as ReturnType<typeof one.at>));
    const r = residuals.filter((value) => !Number.isNaN(value));
    expect(r).toHaveLength(n[v]);
    const m = r.length;
    // The library's are corrected for the sample's size (Joanes & Gill 1998); these are not.
    expect(maps.skewness[v]).toBeCloseTo((sampleSkewness(r) * (m - 2)) / Math.sqrt(m * (m - 1)), 6);
    const corrected = ((m - 1) / ((m - 2) * (m - 3))) * ((m + 1) * maps.kurtosis[v] + 6);
    expect(corrected).toBeCloseTo(sampleKurtosis(r), 6);
  }
});

describe("backends", () => {
  test.each([
    ["wasm", /^wasm: WebAssembly/, 1e-12],
    ["reference", /^reference: TypeScript/, 1e-12],
    ["gpu", /^gpu: GPU\.js in mode \w+/, 1e-4],
    ["auto", /GPU\.js in mode \w+/, 1e-4],
  ] as const)("%s gives the shapes that the default gives, and says what ran", async (backend, said, off) => {
    const study = await openStudy(workspace.file("lh_des2.yml"));
    const results = await fit(study, { outdir: false, threads: 1 });
    const plain = await residualMaps(study, results);
    const maps = await residualMaps(study, results, { backend });
    expect(maps.backend).toMatch(said);
    expect(`${maps}`).toContain(maps.backend);
    for (const map of ["skewness", "kurtosis"] as const) {
      maps[map].forEach((value, v) => {
        if (Number.isNaN(plain[map][v])) expect(value).toBeNaN();
        else expect(Math.abs(value - plain[map][v])).toBeLessThan(off);
      });
    }
  });

  test("float32 residuals of images with a mean that is large beside them are not taken", async () => {
    const far = new Workspace();
    await simulatedStudy(far);
    addToImages(far, "lh", 1e5);
    const study = await openStudy(far.file("lh_des1.yml"));
    const results = await fit(study, { outdir: false, threads: 1 });
    const maps = await residualMaps(study, results, { backend: "gpu" });
    far.remove();
    expect(maps.backend).toMatch(/^wasm: .*; gpu, as GPU\.js .* differs by more than rounding/);
  });

  test("a name that is none lists those that are", async () => {
    const study = await openStudy(workspace.file("lh_des1.yml"));
    const results = await fit(study, { outdir: false, threads: 1 });
    await expect(residualMaps(study, results, { backend: "cuda" as never })).rejects.toThrow(/one of .*wasm/);
  });
});
