import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compare } from "../src/compare.js";
import { openStudy } from "../src/design/index.js";
import { fit } from "../src/fit.js";
import { contrast } from "../src/inference/contrast.js";
import { openResults } from "../src/results/openResults.js";
import type { Results } from "../src/results/results.js";
import { referenceStudy } from "./reference.js";
import { simulatedStudy, Workspace, writeReferenceStudy } from "./workspace.js";

const unit = (...columns: number[]) =>
  `[${Array.from({ length: 23 }, (_, k) => (columns.includes(k) ? 1 : 0)).join(", ")}]`;
const CONTRASTS = `  - c1: { name: sex, vector: ${unit(1)} }
  - c2: { name: nih, vector: ${unit(4)} }
  - c3: { name: race, vector: [${[5, 6, 7, 8].map((k) => unit(k)).join(", ")}] }`;

const workspaces: Workspace[] = [];
const workspace = () => {
  const made = new Workspace();
  workspaces.push(made);
  return made;
};
afterAll(() => {
  for (const made of workspaces) made.remove();
});

describe("from yml to maps, on the reference study", () => {
  const study = referenceStudy("des2");
  const place = workspace();
  let results: Results;
  beforeAll(async () => {
    results = await fit(await openStudy(writeReferenceStudy(place, study, CONTRASTS, "resms: true\n")), {
      gifti: true,
    });
  });

  const worst = (miss: (row: Readonly<Record<string, number>>, v: number) => number) =>
    study.lme4.reduce((most, row, v) => Math.max(most, [174, 191].includes(v) ? 0 : miss(row, v)), 0);

  test("the maps are lme4's", () => {
    const map = (name: string) => results.map(name);
    expect(worst((row, v) => Math.abs(map("sigma2").data[v] / row.sigma2 - 1))).toBeLessThan(1e-4);
    expect(worst((row, v) => row.llh - map("llh").data[v])).toBeLessThan(1e-4);
    expect(
      worst((row, v) => Math.abs(map("conT").volume("sex")[v] - row.con_sex / row.conSE_sex)),
    ).toBeLessThan(1e-3);
    expect(worst((row, v) => Math.abs(map("conT_swedf").volume("nih")[v] / row.conDF_nih - 1))).toBeLessThan(
      1e-2,
    );
    expect(worst((row, v) => Math.abs(map("conF").data[v] / row.F_race - 1))).toBeLessThan(1e-3);
    expect(
      worst(
        (row, v) => Math.abs(map("D").data[3 * v] * map("sigma2").data[v] - row.D11) / Math.max(1, row.D11),
      ),
    ).toBeLessThan(1e-3);
    const singular = study.lme4.map((row) => row.singular);
    expect(singular.filter((flag, v) => flag !== (map("status").data[v] === 2 ? 1 : 0))).toHaveLength(0);
  });

  test("the directory holds every map in BLMM's format, and reads back the same", async () => {
    const files = readdirSync(place.file("results"));
    const names = ["mask", "n", "edf", "beta", "sigma2", "llh", "resms", "D", "cov", "con", "conSE", "conT"];
    for (const name of [
      ...names,
      "conT_swedf",
      "conTlp",
      "conTlp2",
      "conF",
      "conF_swedf",
      "conFlp",
      "conR2",
      "status",
    ]) {
      expect(files).toContain(`blmm_vox_${name}.dat`);
      expect(files).toContain(`blmm_vox_${name}.func.gii`);
    }
    expect(readFileSync(place.file("results/inputs.yml"), "utf8")).toBe(
      readFileSync(place.file("inputs.yml"), "utf8"),
    );
    expect(readFileSync(place.file("results/blmm_vox_beta.dat"))).toHaveLength(4 * 200 * 23);
    const n = readFileSync(place.file("results/blmm_vox_n.dat"));
    expect(n.readInt32LE(0)).toBe(study.X.n);
    const opened = await openResults(place.file("results"));
    expect(Float64Array.from(opened.beta(study.X.columns[1]))).toEqual(
      Float64Array.from(results.beta(study.X.columns[1]), Math.fround),
    );
    expect(readdirSync(place.folder).filter((name) => name.startsWith(".results"))).toEqual([]);
  });

  test("a contrast tested without a refit has the refit's numbers", async () => {
    const opened = await openResults(place.file("results"));
    for (const [source, input, name] of [
      [results, study.X.columns[1], "sex"],
      [opened, study.X.columns[4], "nih"],
    ] as const) {
      const again = contrast(source, input);
      for (const map of ["conT", "conT_swedf", "conSE", "conTlp2"]) {
        const [a, b] = [again.map(map).volume(0), results.map(map).volume(name)];
        a.forEach((value, v) => {
          expect(Math.abs(value - b[v])).toBeLessThan(1e-6 * Math.max(1, Math.abs(b[v])));
        });
      }
    }
    const race = contrast(opened, study.X.columns.slice(5, 9));
    race.map("conF").data.forEach((value, v) => {
      expect(Math.abs(value / results.map("conF").data[v] - 1)).toBeLessThan(1e-6);
      expect(Math.abs(race.map("conF_swedf").data[v] / results.map("conF_swedf").data[v] - 1)).toBeLessThan(
        1e-6,
      );
    });
  });

  test("an unknown name lists the near ones", () => {
    expect(() => contrast(results, `2*${study.X.columns[1]}x`)).toThrow(
      new RegExp(`near: ${study.X.columns[1]}`),
    );
  });
});

describe("a simulated study", () => {
  const place = workspace();
  const yml = (name: string) => place.file(`${name}.yml`);
  beforeAll(() => simulatedStudy(place, 80, 2));

  test("threads and blocks of vertices change nothing", async () => {
    const whole = await fit(await openStudy(yml("lh_des1")), { threads: 1, outdir: false });
    const study = await openStudy(place.edit("lh_des1.yml", (text) => `${text}MAXMEM: 2**20\n`));
    const small = { ...study.config, maxMemory: 2 * 4 * study.n * 64, lineOf: study.config.lineOf };
    const parts = await fit(await openStudy(small), { threads: 2, outdir: false });
    expect(parts.info.fit.blocks).toBeGreaterThan(2);
    expect(parts.info.fit.imagesDigest).toBe(whole.info.fit.imagesDigest);
    expect(parts.estimates().imagesDigest).toEqual(whole.estimates().imagesDigest);
    for (const name of whole.maps) expect(parts.map(name).data).toEqual(whole.map(name).data);
  });

  test("the regression finds the truth that the images were drawn from", async () => {
    const results = await fit(await openStudy(yml("lh_des1")), { outdir: false });
    const truth = readFileSync(place.file("truth_lh/beta.dat"));
    const T = results.map("conT");
    let inside = 0;
    let covered = 0;
    for (let v = 0; v < results.info.vertices; v++) {
      if (results.mask[v] === 0) continue;
      inside++;
      const error = results.map("con").data[v * 5 + 4] - truth.readFloatLE(4 * (v * 23 + 4));
      if (Math.abs(error) < 2.6 * results.map("conSE").data[v * 5 + 4]) covered++;
    }
    expect(T.volumes).toBe(5);
    // 99% intervals, over vertices whose noise is correlated.
    expect(covered / inside).toBeGreaterThan(0.93);
  });

  test("the wall is outside the mask, and the ring has fewer images", async () => {
    const results = await fit(await openStudy(yml("rh_des1")), { outdir: false });
    const outside = results.mask.filter((value) => value === 0).length;
    expect(outside).toBe(Math.round(0.086 * 162));
    const n = results.map("n").range();
    expect(n.max).toBe(results.n);
    expect(n.min).toBeLessThan(0.75 * n.max);
    expect(results.sigma2[results.mask.indexOf(0)]).toBeNaN();
  });

  test("the mixture compares Design 2 with Design 1 on the same subjects, in either order", async () => {
    const reduced = await fit(await openStudy(yml("lh_des1r")));
    const full = await fit(await openStudy(yml("lh_des2")));
    const lrt = compare(reduced, full, { outdir: place.file("results_lh_compare") });
    expect(lrt.comparison.mixture).toEqual([
      { df: 1, weight: 0.5 },
      { df: 2, weight: 0.5 },
    ]);
    for (let v = 0; v < 162; v++) {
      if (lrt.mask[v] === 0) continue;
      expect(lrt.map("Chi2").data[v]).toBeGreaterThanOrEqual(0);
    }
    const swapped = compare(full, reduced);
    expect(swapped.map("Chi2").data).toEqual(lrt.map("Chi2").data);
    expect(swapped.info.warnings[0]).toMatch(/swapped/);
    const opened = await openResults(place.file("results_lh_compare"));
    expect(
      readFileSync(place.file("results_lh_compare/blmm_vox_mask.dat")).readInt32LE(4 * lrt.mask.indexOf(1)),
    ).toBe(1);
    expect(opened.map("Chi2").data).toEqual(Float32Array.from(lrt.map("Chi2").data));
  });

  test("a model without random effects is fitted, and compared with one", async () => {
    const linear = place.write(
      "linear.yml",
      readFileSync(yml("lh_des1r"), "utf8")
        .replace(/Z:[\s\S]*?contrasts:/, "Z: []\ncontrasts:")
        .replace(/results_lh_des1r/, "results_linear"),
    );
    const reduced = await fit(await openStudy(linear), { outdir: false });
    const full = await fit(await openStudy(yml("lh_des1r")), { outdir: false });
    expect(reduced.has("D")).toBe(false);
    const lrt = compare(reduced, full);
    expect(lrt.comparison.mixture).toEqual([
      { df: 0, weight: 0.5 },
      { df: 1, weight: 0.5 },
    ]);
  });

  test("unequal samples are refused", async () => {
    const all = await fit(await openStudy(yml("lh_des1")), { outdir: false });
    const some = await fit(await openStudy(yml("lh_des2")), { outdir: false });
    expect(() => compare(all, some)).toThrow(/different numbers of images at \d+ vertices/);
  });

  test("one image for every subject is refused, as lme4 does", async () => {
    const alone = readFileSync(place.file("des1/subjects.csv"), "utf8").split("\n");
    place.write(
      "des1/alone.csv",
      alone.map((line, k) => (k === 0 || line === "" ? line : `s${k}`)).join("\n"),
    );
    const bad = place.write(
      "alone.yml",
      readFileSync(yml("lh_des1"), "utf8").replace("des1/subjects.csv", "des1/alone.csv"),
    );
    await expect(openStudy(bad)).rejects.toThrow(/random effects .* and \d+ images; expected more images/);
  });

  test("an aborted fit ends with AbortedError and writes nothing", async () => {
    const stop = new AbortController();
    const study = await openStudy(yml("rh_des2"));
    const fitted = fit(study, { signal: stop.signal, progress: () => stop.abort() });
    await expect(fitted).rejects.toThrow(/stopped; nothing was written/);
    expect(existsSync(place.file("results_rh_des2"))).toBe(false);
  });

  test("a damaged image found while reading leaves earlier results as they were", async () => {
    const before = await fit(await openStudy(yml("rh_des1")));
    const kept = readFileSync(place.file("results_rh_des1/blmm_vox_beta.dat"));
    const study = await openStudy(yml("rh_des1"));
    const image = study.images.images[5].path;
    const bytes = readFileSync(image);
    place.write(`rh/${image.split("/").pop()}`, bytes.subarray(0, 100));
    await expect(fit(study)).rejects.toThrow(/\.dat/);
    place.write(`rh/${image.split("/").pop()}`, bytes);
    expect(before.directory).toBe(place.file("results_rh_des1"));
    expect(readFileSync(place.file("results_rh_des1/blmm_vox_beta.dat"))).toEqual(kept);
  });
});
