import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compare } from "../../src/compare.js";
import { openStudy, Study } from "../../src/design/index.js";
import type { StudyParts } from "../../src/design/study.js";
import { listFiles } from "../../src/directory/manifest.js";
import { fit } from "../../src/fit.js";
import { claimFit } from "../../src/results/claimFit.js";
import { openResults } from "../../src/results/openResults.js";
import { drawCohort } from "../../src/simulate/cohort.js";
import { everyFile } from "../../src/simulate/studyFiles.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const place = new Workspace();
const at = (name: string) => place.file(name);

beforeAll(async () => {
  await simulatedStudy(place);
  for (const design of ["des1r", "des2"]) await fit(await openStudy(at(`lh_${design}.yml`)), { threads: 1 });
});
afterAll(() => place.remove());

function blmm(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(root, "dist", "blmm.js"), ...args],
    {
      cwd: place.folder,
      encoding: "utf8",
    },
  );
  return { status, stdout, stderr };
}

/** Fits rh_des1; says how often the fit told its progress, and why it was refused. */
async function tried(outdir: string): Promise<{ begun: number; said: string; warnings: readonly string[] }> {
  let begun = 0;
  const options = { outdir, threads: 1, progress: () => begun++ };
  try {
    const { info } = await fit(await openStudy(at("rh_des1.yml")), options);
    return { begun, said: "", warnings: info.warnings };
  } catch (error) {
    return { begun, said: (error as Error).message, warnings: [] };
  }
}

describe("what is read is not replaced", () => {
  test("compare and contrast into the directory that they read", async () => {
    const before = listFiles(at("results_lh_des2"));
    const [reduced, full] = [
      await openResults(at("results_lh_des1r")),
      await openResults(at("results_lh_des2")),
    ];
    expect(() => compare(reduced, full, { outdir: at("results_lh_des2") })).toThrow(
      /results_lh_des2, outdir: it holds the files of "fit"; expected a new place, or one that holds those of "compare"/,
    );
    symlinkSync("results_lh_des2", at("another name"));
    for (const out of ["results_lh_des2", "./results_lh_des2/../results_lh_des2", "another name"]) {
      const { status, stderr } = blmm("contrast", "results_lh_des2", "Sex", "-o", out);
      expect(status).toBe(1);
      expect(stderr).toMatch(/it holds the files of "fit"/);
    }
    const { status, stderr } = blmm("contrast", "results_lh_des2", "Sex", "-o", "results_lh_des1r");
    expect([status, stderr]).toEqual([1, expect.stringMatching(/it holds the files of "fit"/)]);
    expect(listFiles(at("results_lh_des2"))).toEqual(before);
  });

  test("a contrast into its own place replaces the one before; the same contrast may not be read and written", () => {
    expect(blmm("contrast", "results_lh_des2", "Sex", "-o", "mine").status).toBe(0);
    expect(blmm("contrast", "results_lh_des2", "NIHScore", "-o", "mine").status).toBe(0);
    expect(blmm("info", "mine").stdout).toMatch(/NIHScore/);
  });

  test("a fit of the configuration that lies in its results", async () => {
    await fit(await openStudy(at("lh_des1.yml")), { threads: 1, outdir: at("again") });
    const inputs = readFileSync(at("again/inputs.yml"), "utf8");
    const study = await openStudy(at("lh_des1.yml"));
    const config = { ...study.config, file: at("again/inputs.yml") };
    const same = new Study({ ...study, config } as StudyParts);
    await expect(fit(same, { outdir: at("again") })).rejects.toThrow(
      /again, outdir: inputs\.yml is an input, which would be overwritten/,
    );
    expect(readFileSync(at("again/inputs.yml"), "utf8")).toBe(inputs);
  });
});

describe("what is not BLMM's stays", () => {
  test("a file in the place of the directory: refused before the fit", async () => {
    place.write("notes.txt", "mine");
    expect(await tried(at("notes.txt"))).toMatchObject({
      begun: 0,
      said: expect.stringMatching(/notes\.txt, outdir: it is a file; expected a directory/),
    });
    expect(blmm("fit", "rh_des1.yml", "-o", "notes.txt").stderr).toMatch(/it is a file/);
    expect(readFileSync(at("notes.txt"), "utf8")).toBe("mine");
  });

  test("the folder of the study itself as outdir", async () => {
    const study = new Workspace();
    await simulatedStudy(study);
    const file = study.edit("lh_des1.yml", (text) => text.replace(/^outdir: .*/m, "outdir: ."));
    // A study that somebody else made has no list of files.
    rmSync(study.file("blmm_files.json"));
    study.write("estimates/mine.csv", "mine");
    study.write("blmm_vox_mine.dat", "mine");
    const before = listFiles(study.folder);
    for (let again = 0; again < 2; again++) {
      await fit(await openStudy(file), { threads: 1 });
      const after = new Map(listFiles(study.folder).map((item) => [item.path, item.sha256]));
      expect(before.filter((item) => after.get(item.path) !== item.sha256)).toEqual([]);
      expect((await openResults(study.folder)).verticesInMask).toBeGreaterThan(30);
    }
    study.remove();
  });

  test("a map of another program in the way: refused before the fit", async () => {
    place.write("other/blmm_vox_beta.dat", "mine");
    const { begun, said } = await tried(at("other"));
    expect(begun).toBe(0);
    expect(said).toMatch(/other, outdir: blmm_vox_beta\.dat is not listed in blmm_files\.json/);
    expect(readdirSync(at("other"))).toEqual(["blmm_vox_beta.dat"]);
    const edited = place.edit("lh_des1.yml", (text) => text.replace(/^outdir: .*/m, "outdir: other"));
    expect(blmm("check", path.basename(edited))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/blmm_vox_beta\.dat is not listed/),
    });
  });

  test("a symbolic link to a directory stays one", async () => {
    mkdirSync(at("disk"));
    symlinkSync("disk", at("linked"));
    expect((await tried(at("linked"))).said).toBe("");
    expect(lstatSync(at("linked")).isSymbolicLink()).toBe(true);
    expect(existsSync(at("disk/blmm_vox_beta.dat"))).toBe(true);
  });
});

describe("found before the fit", () => {
  test.each([
    ["a place of the system", "/proc/results", /it cannot be written: .* \((ENOENT|EACCES|EPERM)\)/],
    ["a folder under a file", "lh_des1.yml/results", /it is a file|a file is in the way/],
    ["a name that is too long", "n".repeat(300), /its name is too long/],
  ])("%s", async (_, outdir, message) => {
    const { begun, said } = await tried(path.resolve(place.folder, outdir));
    expect(begun).toBe(0);
    expect(said).toMatch(message);
  });

  test("a second fit into one place is told who holds it", async () => {
    const study = await openStudy(at("rh_des2.yml"));
    const output = claimFit(study, study.config.outdir);
    const { status, stderr } = blmm("fit", "rh_des2.yml");
    output.release();
    expect(status).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`outdir: process ${process.pid} \\(fit of .*rh_des2\\.yml, since .*\\) is writing there`),
    );
    expect(existsSync(study.config.outdir)).toBe(false);
  });

  test("one place for both hemispheres", async () => {
    const [lh, rh] = [await openStudy(at("lh_des2.yml")), await openStudy(at("rh_des2.yml"))];
    let begun = 0;
    await expect(fit({ lh, rh }, { outdir: at("both"), progress: () => begun++ })).rejects.toThrow(
      /both for 2 studies; expected one study\. Leave it out/,
    );
    expect(begun).toBe(0);
    expect(existsSync(at("both"))).toBe(false);
  });

  test("more threads than cores are capped, and that is said once", () => {
    const { status, stdout, stderr } = blmm("fit", "rh_des1.yml", "-t", "100000", "-o", "capped");
    expect(status).toBe(0);
    const told = `${stdout}${stderr}`.match(/100,000 threads asked for, [\d,]+ used: one a core/g);
    expect(told).toHaveLength(1);
    expect(JSON.parse(readFileSync(at("capped/blmm_fit.json"), "utf8")).fit.threads).toBe(
      availableParallelism(),
    );
  });
});

describe("a simulated study", () => {
  test("lists every one of its files, is replaced as a whole, and leaves the rest", async () => {
    const study = new Workspace();
    await simulatedStudy(study);
    const names = () => listFiles(study.folder).map((file) => file.path);
    expect(names()).toEqual([...everyFile(drawCohort(60, 3)), "blmm_files.json"].sort());
    study.write("results/mine.txt", "mine");
    await simulatedStudy(study, 70);
    expect(names()).toEqual([...everyFile(drawCohort(70, 3)), "blmm_files.json", "results/mine.txt"].sort());
    study.edit("lh_des1.yml", (text) => `${text}# mine\n`);
    await expect(simulatedStudy(study)).rejects.toThrow(/lh_des1\.yml is not as BLMM wrote it/);
    writeFileSync(path.join(study.folder, "lh_des1.yml"), "");
    study.remove();
  });
});
