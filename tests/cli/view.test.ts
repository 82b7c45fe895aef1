import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ViewDocument } from "../../src/viewer/viewDocument.js";
import { annotation } from "../annotation.js";
import { pixelsOf } from "../picture.js";
import { Workspace } from "../workspace.js";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const demo = path.resolve(root, "..", "shared", "abcd-demo");
const place = new Workspace();
const LH = "study/results_lh_des1";
const RH = "study/results_rh_des1";

function blmm(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, "dist", "blmm.js"), ...args],
    {
      cwd: place.folder,
      encoding: "utf8",
      env: { ...process.env, SUBJECTS_DIR: "", FREESURFER_HOME: "" },
    },
  );
  return { status, stdout, stderr };
}

function documentOf(page: string): ViewDocument {
  const text = readFileSync(place.file(page), "utf8");
  return JSON.parse(
    /<script type="application\/json" id="document">(.*?)<\/script>/s.exec(text)?.[1] ?? "{}",
  );
}

beforeAll(() => {
  expect(blmm("simulate", "study", "--mesh", "ico2", "--subjects", "60", "--seed", "4", "-q").status).toBe(0);
  expect(blmm("fit", "study/lh_des1.yml", "study/rh_des1.yml", "-q").status).toBe(0);
  const labels = Int32Array.from({ length: 162 }, (_, v) => Math.floor(v / 54));
  for (const side of ["lh", "rh"])
    place.write(`${side}.thirds.annot`, annotation(["a", "b <i>", "c"], labels));
});
afterAll(() => place.remove());

describe("blmm view", () => {
  test("writes one page of both hemispheres, with title, unit and regions", () => {
    const options = ["--title", "Mine", "--unit", "% BOLD", "--regions", "lh.thirds.annot,rh.thirds.annot"];
    const { status, stdout, stderr } = blmm("view", LH, RH, "--no-open", "--out", "page.html", ...options);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Page: .*page\.html \(\d\.\d MB\)/);
    const { title, hemispheres, regions, designs, geometry } = documentOf("page.html");
    expect([title, hemispheres, geometry.space]).toEqual(["Mine", ["lh", "rh"], "a sphere of 162 vertices"]);
    expect(regions?.rh?.names).toEqual(["a", "b <i>", "c"]);
    expect(designs[0].statistics.find(({ key }) => key === "beta")?.unit).toBe("% BOLD");
    expect(readFileSync(place.file("page.html"), "utf8")).not.toContain("b <i>");
  });

  test("writes a folder with geometry, maps and a JSON of labels, color maps and suggested thresholds", () => {
    expect(blmm("view", LH, "--out", "folder", "--no-open").status).toBe(0);
    const document: ViewDocument = JSON.parse(readFileSync(place.file("folder/view.json"), "utf8"));
    const T = document.designs[0].statistics.find(({ key }) => key === "conT");
    expect(T?.volumes.map(({ label }) => label)).toEqual([
      "Intercept",
      "Sex",
      "CrossSectionalAge",
      "LongitudinalTime",
      "NIHScore",
    ]);
    expect(T?.colorMap).toBe("blue-red");
    expect(T?.thresholds.map(({ label }) => label)).toContain("p < .05");
    const blocks = readdirSync(place.file("folder/blocks"));
    expect(blocks).toEqual(expect.arrayContaining(["des1.lh.conT.0.gz", "lh.sphere.gz", "lh.faces.gz"]));
  });

  test("names the contrasts and columns of directories that have none", () => {
    mkdirSync(place.file("other_lh"));
    for (const file of readdirSync(place.file(LH)).filter((name) => /^blmm_vox_.*\.dat$/.test(name)))
      cpSync(place.file(`${LH}/${file}`), place.file(`other_lh/${file}`));
    expect(
      blmm("view", "other_lh", "--no-open", "--out", "named.html", "--contrasts", "One", "Two").status,
    ).toBe(0);
    const { statistics } = documentOf("named.html").designs[0];
    const labels = (key: string) =>
      statistics.find((one) => one.key === key)?.volumes.map(({ label }) => label);
    expect(labels("conT")).toEqual(["One", "Two", "contrast 2", "contrast 3", "contrast 4"]);
    expect(labels("beta")?.slice(0, 3)).toEqual(["One", "Two", "column 2"]);
  });

  test.skipIf(!existsSync(demo))("opens the published maps: designs 1 and 2, and their comparison", () => {
    const directories = readdirSync(demo).filter((name) => name.startsWith("results_"));
    const names = ["Intercept", "Sex", "CrossSectionalAge", "LongitudinalTime", "NIHScore"];
    const all = directories.map((name) => path.join(demo, name));
    const { status, stderr } = blmm(
      "view",
      ...all,
      "--no-open",
      "--out",
      "abcd.html",
      "--contrasts",
      ...names,
    );
    expect([status, stderr]).toEqual([0, ""]);
    const { designs, geometry, hemispheres } = documentOf("abcd.html");
    expect([geometry.space, hemispheres]).toEqual(["fsaverage5", ["lh", "rh"]]);
    expect(designs.map(({ key }) => key)).toEqual(["compare", "des1", "des2"]);
    expect(designs[1].statistics.find(({ key }) => key === "conT")?.volumes[1].label).toBe("Sex");
    rmSync(place.file("abcd.html"));
  });
});

describe("blmm plot", () => {
  test("draws the pictures of a report, in any of its formats, with regions", () => {
    const more = [
      "--contrast",
      "Sex",
      "--regions",
      "lh.thirds.annot,rh.thirds.annot",
      "--format",
      "svg",
      "--dark",
    ];
    const { status, stdout } = blmm("plot", LH, RH, "--out", "svg", ...more);
    expect(status).toBe(0);
    expect(stdout).toMatch(/3 pictures in .*svg/);
    expect(readdirSync(place.file("svg")).sort()).toEqual([
      "des1-T.svg",
      "des1-contrasts.svg",
      "des1-statistics.svg",
    ]);
    expect(blmm("plot", LH, "--out", "pdf", "--format", "pdf").status).toBe(0);
    expect(readFileSync(place.file("pdf/des1-T.pdf")).subarray(0, 5).toString()).toBe("%PDF-");
    const wrong = blmm("plot", LH, "--out", "jpg", "--format", "jpg");
    expect(wrong.status).not.toBe(0);
    expect(wrong.stderr).toMatch(/Allowed choices are png, svg, pdf/);
    expect(existsSync(place.file("jpg"))).toBe(false);
  });

  test("draws what links show, twice as fine where asked", async () => {
    const links = ["page.html#statistic=beta&contrast=Sex&view=dorsal", "statistic=sigma2&hemisphere=rh"];
    expect(blmm("plot", LH, RH, "--out", "links", "--state", ...links, "--ratio", "2").status).toBe(0);
    expect(readdirSync(place.file("links"))).toEqual(["state-1.png", "state-2.png"]);
    const { width, height } = await pixelsOf(readFileSync(place.file("links/state-1.png")));
    expect([width, height]).toEqual([2400, 1600]);
  });
});

describe("what is wrong is said in words, and nothing is written", () => {
  test.each([
    [
      "a directory that is not there",
      ["view", "nowhere", "--no-open", "--out", "x.html"],
      /nowhere: no such directory; expected a BLMM results directory/,
    ],
    [
      "a surface that is not there",
      ["view", LH, "--mesh", "nowhere.pial", "--no-open", "--out", "x.html"],
      /nowhere\.pial/,
    ],
    [
      "a surface of another size",
      ["view", LH, "--mesh", "fsaverage5", "--no-open", "--out", "x.html"],
      /maps of 162 vertices; expected 10,242 vertices, as fsaverage5 has/,
    ],
    [
      "a name that is no surface",
      ["view", LH, "--mesh", "fsaverage9", "--no-open", "--out", "x.html"],
      /no surface "fsaverage9"; expected fsaverage3/,
    ],
    [
      "labels of another size",
      ["view", LH, "--regions", "study/lh_mask.dat", "--no-open", "--out", "x.html"],
      /lh_mask\.dat/,
    ],
    [
      "a contrast that is none",
      ["plot", LH, "--contrast", "Sexx", "--out", "x"],
      /no contrast "Sexx"; expected one of Sex/,
    ],
    ["a ratio that is none", ["plot", LH, "--ratio", "0", "--out", "x"], /Expected a number above 0/],
  ])("%s", (_, args, words) => {
    const { status, stderr } = blmm(...args);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(place.file("x.html"))).toBe(false);
    expect(existsSync(place.file("x"))).toBe(false);
  });
});
