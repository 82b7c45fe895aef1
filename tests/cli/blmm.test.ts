import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Workspace } from "../workspace.js";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const command = path.join(root, "dist", "blmm.js");
const place = new Workspace();

function blmm(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: place.folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

beforeAll(() => {
  const made = blmm("simulate", "study", "--mesh", "ico2", "--subjects", "70", "--seed", "4");
  expect(made.stderr).toMatch(/simulate: \d+% writing/);
  expect(made.stdout).toMatch(/70 subjects \(19 with 1, 39 with 2, 12 with 3 visits\)/);
  expect(made.status).toBe(0);
});
afterAll(() => place.remove());

describe("the command", () => {
  test.each([[[]], [["fit"]], [["compare"]], [["contrast"]], [["check"]], [["info"]], [["simulate"]]])(
    "%s --help explains itself",
    (args) => {
      const { status, stdout } = blmm(...args, "--help");
      expect(status).toBe(0);
      expect(stdout).toMatch(/^Usage: blmm/);
    },
  );

  test("--backend says what is to multiply the images; a name that is none is answered with those that are", () => {
    const wrong = blmm("fit", "study/lh_des1.yml", "--backend", "cuda");
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toMatch(/backend.*"cuda".*one of .*wasm/);
    expect(existsSync(path.join(place.folder, "study", "results_lh_des1"))).toBe(false);
    const asked = blmm("fit", "study/lh_des1.yml", "study/lh_des2.yml", "--backend", "gpu", "-o", "nowhere");
    expect(asked.stderr).toMatch(/one study/);
    const fitted = blmm("fit", "study/rh_des1.yml", "study/rh_des2.yml", "--backend", "gpu");
    expect(fitted.status).toBe(0);
    expect(fitted.stdout.match(/gpu: GPU\.js in mode \w+, on/g)).toHaveLength(2);
  });

  test("fits, compares, tests new contrasts and says what is in a directory", () => {
    const checked = blmm("check", "study/lh_des2.yml");
    expect(checked).toMatchObject({ status: 0, stderr: "" });
    expect(checked.stdout).toMatch(/subject: 51 levels \(39 with 2, 12 with 3 images\)/);
    expect(checked.stdout).toMatch(/Nothing is wrong/);
    for (const design of ["des1r", "des2"]) {
      const fitted = blmm("fit", `study/lh_${design}.yml`);
      expect(fitted.status).toBe(0);
      expect(fitted.stderr).toMatch(/fit: 100% writing maps/);
      expect(fitted.stdout).toMatch(/singular fits? \(D on its boundary\)/);
    }
    const compared = blmm(
      "compare",
      "study/results_lh_des1r",
      "study/results_lh_des2",
      "study/results_lh_compare",
    );
    expect(compared.status).toBe(0);
    expect(compared.stdout).toMatch(/results_lh_des1r against results_lh_des2/);
    const tested = blmm("contrast", "study/results_lh_des2", "0.5*Sex + NIHScore", "--outdir", "study/mine");
    expect(tested).toMatchObject({ status: 0, stderr: "" });
    expect(tested.stdout).toMatch(/0\.5\*Sex \+ NIHScore/);
    const info = blmm("info", "study/mine");
    expect(info.status).toBe(0);
    expect(info.stdout).toMatch(/conT_swedf/);
    const counted = blmm("info", "study/results_lh_des2", "--threshold", "2");
    expect(counted.stdout).toMatch(
      /Vertices that reach the threshold 2\nmap +statistic +≥ 2 +≤ −2 +share of the mask/,
    );
    expect(blmm("info", "study/results_lh_des2", "--threshold", "-2").status).toBe(2);
  });

  test("--quiet says nothing", () => {
    expect(blmm("fit", "study/rh_des1.yml", "--quiet")).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  test("a mistake in the input is exit status 1, one message, no stack trace, nothing written", () => {
    const missing = blmm("fit", "study/none.yml");
    expect(missing).toEqual({
      status: 1,
      stdout: "",
      stderr: "blmm: study/none.yml: no such file; expected a blmm_inputs.yml\n",
    });
    const unknown = blmm("contrast", "study/results_rh_des1", "NIHscor");
    expect(unknown.status).toBe(1);
    expect(unknown.stderr).toMatch(
      /no column "NIHscor" in X; expected one of the columns of X; near: NIHScore/,
    );
    expect(unknown.stderr).not.toMatch(/\n {4}at /);
    expect(blmm("info", "study").stderr).toMatch(/no blmm_vox_mask\.dat; expected a BLMM results directory/);
  });

  test("a mistake in the command is exit status 2", () => {
    expect(blmm("fit").status).toBe(2);
    expect(blmm("fitt", "study/lh_des1.yml").status).toBe(2);
    expect(blmm("fit", "study/lh_des1.yml", "--threads", "0").status).toBe(2);
  });

  test("an interrupt stops a fit cleanly", async () => {
    // Of a study that takes longer than an interrupt to arrive.
    expect(blmm("simulate", "large", "--mesh", "ico4", "--subjects", "240", "-q").status).toBe(0);
    const child = spawn(process.execPath, [command, "fit", "large/rh_des2.yml"], { cwd: place.folder });
    let said = "";
    child.stderr.on("data", (text: Buffer) => {
      const before = said.includes("planning");
      said += text;
      if (!before && said.includes("planning")) child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.on("exit", resolve));
    expect(said).toMatch(/The fit was stopped; nothing was written/);
    expect(code).toBe(130);
    expect(existsSync(place.file("large/results_rh_des2"))).toBe(false);
    expect(readdirSync(place.file("large")).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("published maps as the truth give images with their effects", () => {
    expect(blmm("fit", "study/lh_des1.yml", "-q").status).toBe(0);
    expect(blmm("fit", "study/rh_des1.yml", "-q").status).toBe(0);
    const again = blmm(
      "simulate",
      "again",
      "--mesh",
      "ico2",
      "--subjects",
      "60",
      "--truth",
      "study/results_lh_des1",
      "-q",
    );
    expect(again).toEqual({ status: 0, stdout: "", stderr: "" });
    const wrong = blmm(
      "simulate",
      "again",
      "--mesh",
      "ico3",
      "--subjects",
      "60",
      "--truth",
      "study/results_lh_des1",
      "-q",
    );
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toMatch(/162 vertices and 23 columns; expected 642 vertices and 23 columns/);
  });
});
