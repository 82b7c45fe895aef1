import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { listFiles, MANIFEST_FILE, manifestText } from "../../src/directory/manifest";
import type { Results } from "../../src/results/results";
import { openTutorial, type Tutorial } from "../../src/tutorial/index";
import { Workspace } from "../workspace";

const sample = path.resolve(import.meta.dirname, "../../data-samples/nback");
const workspace = new Workspace();
let tutorial: Tutorial;
beforeAll(async () => {
  vi.stubEnv("BLMM_STUDY", workspace.file("study"));
  vi.stubEnv("BLMM_PRESET", undefined);
  tutorial = await openTutorial("tiny");
});
afterAll(() => {
  vi.unstubAllEnvs();
  workspace.remove();
});

describe("presets", () => {
  test("tiny is copied out of the sample, which stays as it is", () => {
    expect(tutorial.folder).toBe(workspace.file(path.join("study", "tiny")));
    const X = path.join("des2", "X.csv");
    expect(readFileSync(path.join(tutorial.folder, X))).toEqual(readFileSync(path.join(sample, X)));
    expect(String(tutorial)).toMatch(/60 children, 114 images a hemisphere of 642 vertices/);
    expect(readdirSync(workspace.file("study")).sort()).toEqual(["preset.json", "tiny"]);
  });

  test("the choice is remembered, and BLMM_PRESET overrides it", async () => {
    expect((await openTutorial()).preset).toBe("tiny");
    writeFileSync(workspace.file(path.join("study", "preset.json")), "not JSON");
    vi.stubEnv("BLMM_PRESET", "tiny");
    expect((await openTutorial()).preset).toBe("tiny");
    vi.stubEnv("BLMM_PRESET", "huge");
    await expect(openTutorial()).rejects.toThrow('BLMM_PRESET: "huge"; expected one of tiny, workshop, abcd');
    vi.stubEnv("BLMM_PRESET", undefined);
  });

  test("a preset that is none is answered with those there are", async () => {
    await expect(openTutorial("huge" as "tiny")).rejects.toThrow(
      'preset: "huge"; expected one of tiny, workshop, abcd',
    );
  });
});

describe("what the tutorial names", () => {
  test("paths of designs; a wrong design or hemisphere is answered with the right ones", () => {
    expect(tutorial.yml("des1")).toBe(path.join(tutorial.folder, "lh_des1.yml"));
    expect(tutorial.results("des2", "rh")).toBe(path.join(tutorial.folder, "results_rh_des2"));
    expect(() => tutorial.yml("desl" as "des1")).toThrow('design: "desl"; expected one of des1, des2, des1r');
    expect(() => tutorial.mesh("left" as "lh")).toThrow('hemisphere: "left"; expected one of lh, rh');
    expect(tutorial.mesh("lh").vertices).toHaveLength(3 * 642);
  });

  test("the truth is that of the files, and NaN outside the mask", () => {
    const truth = tutorial.truth("rh");
    const file = readFileSync(path.join(sample, "truth_rh", "beta.dat"));
    const mask = readFileSync(path.join(sample, "rh_mask.dat"));
    const sex = truth.beta("Sex");
    for (let v = 0; v < 642; v++) {
      if (mask.readFloatLE(4 * v) === 0) expect(sex[v]).toBeNaN();
      else expect(sex[v]).toBe(file.readFloatLE(4 * (v * 23 + 1)));
    }
    expect(truth.D("D22").some((D) => D === 0)).toBe(true);
    expect(() => truth.beta("Sexx")).toThrow("expected one of Sex");
    expect(() => truth.D("D12" as "D21")).toThrow("one of D11, D21, D22");
  });

  test("participants: one row an image, words for categories, images that exist", async () => {
    const file = await tutorial.participants("lh");
    const [head, ...rows] = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(head).toEqual(["subject", "image", "sex", "age", "time", "score", "race", "income", "scanner"]);
    expect(rows).toHaveLength(114);
    expect(rows.every(([, image]) => existsSync(path.join(tutorial.folder, image)))).toBe(true);
    const words = (k: number) => [...new Set(rows.map((row) => row[k]))].sort();
    expect(words(6)).toEqual(["asian", "black", "other", "white"]);
    expect(words(8)).toHaveLength(8);
  });
});

describe("fits", () => {
  test("are made once, then opened; both hemispheres when none is named", async () => {
    const pair = await tutorial.fitted("des1");
    expect(pair.lh.verticesInMask).toBeGreaterThan(500);
    const info = path.join(tutorial.results("des1", "rh"), "blmm_fit.json");
    const before = readFileSync(info, "utf8");
    const again: Results = await tutorial.fitted("des1", "rh");
    expect(again.map("conT").data).toEqual(Float32Array.from(pair.rh.map("conT").data));
    expect(readFileSync(info, "utf8")).toBe(before);
  });

  test("of another version are made anew", async () => {
    const folder = tutorial.results("des1", "lh");
    const info = path.join(folder, "blmm_fit.json");
    const { software, ...rest } = JSON.parse(readFileSync(info, "utf8"));
    writeFileSync(info, JSON.stringify({ ...rest, software: "BLMM in TypeScript 0.0.1" }));
    // The older version listed what it wrote; what the list does not know as it is would not be replaced.
    const files = listFiles(folder).filter((file) => file.path !== MANIFEST_FILE);
    writeFileSync(path.join(folder, MANIFEST_FILE), manifestText("fit", files));
    await tutorial.fitted("des1", "lh");
    expect(JSON.parse(readFileSync(info, "utf8")).software).toBe(software);
  });

  test("that are damaged, or of an older format, are made anew", async () => {
    const info = path.join(tutorial.results("des1", "lh"), "blmm_fit.json");
    const before = readFileSync(info, "utf8");
    const { fit, ...rest } = JSON.parse(before);
    writeFileSync(info, JSON.stringify({ ...rest, fit: { ...fit, R: undefined } }));
    const results = await tutorial.fitted("des1", "lh");
    expect(results.info.columns).toHaveLength(23);
    expect(JSON.parse(readFileSync(info, "utf8")).fit.R).toEqual(fit.R);
    const kept = readdirSync(tutorial.folder).filter((name) => name.startsWith("results_lh_des1_earlier"));
    expect(kept).toEqual(["results_lh_des1_earlier", "results_lh_des1_earlier2"]);
  });
});

test("a copy from which a file is missing is completed, and what else is there stays", async () => {
  const mine = path.join(tutorial.folder, "results_mine");
  mkdirSync(mine, { recursive: true });
  writeFileSync(path.join(mine, "notes.txt"), "mine");
  rmSync(tutorial.yml("des2", "rh"));
  await openTutorial("tiny");
  expect(existsSync(tutorial.yml("des2", "rh"))).toBe(true);
  expect(readFileSync(path.join(mine, "notes.txt"), "utf8")).toBe("mine");
});
