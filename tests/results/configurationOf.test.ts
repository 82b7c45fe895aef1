import { appendFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contrast, fit, openResults, openStudy, type Results } from "../../src/index.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
let fitted: Results;

beforeAll(async () => {
  mkdirSync(place.file("study"));
  const inside = new Workspace();
  await simulatedStudy(inside, 40, 0);
  place.copyOf(inside.folder);
  inside.remove();
  fitted = await fit(await openStudy(place.file("lh_des1.yml")));
});
afterAll(() => place.remove());

describe("the study of results", () => {
  test("opens from any results directory, and from results in memory", async () => {
    const elsewhere = place.file("far/away/results_lh_other");
    mkdirSync(place.file("far/away"), { recursive: true });
    await fit(await openStudy(place.file("lh_des1.yml")), { outdir: elsewhere });
    const memory = await fit(await openStudy(place.file("lh_des1.yml")), { outdir: false });
    for (const results of [
      fitted,
      await openResults(elsewhere),
      memory,
      contrast(memory, "Sex"),
      await openResults(fitted.directory ?? ""),
    ]) {
      const study = await openStudy(results);
      expect(study.n).toBe(fitted.n);
      expect(study.config.file).toBe(place.file("lh_des1.yml"));
      expect(results.hemisphere).toBe("lh");
    }
    expect((await openResults(elsewhere)).design).toBe("other");
    expect(fitted.design).toBe("des1");
    expect(memory.design).toBe("des1");
  });

  test("the record holds both ways to the configuration, and not its text a second time", async () => {
    const info = JSON.parse(await readFile(`${fitted.directory}/blmm_fit.json`, "utf8"));
    expect(info.configuration).toEqual({ file: place.file("lh_des1.yml"), relative: "../lh_des1.yml" });
  });

  test("a folder that moved as a whole is found beside the results; results that moved alone, where it lay", async () => {
    const alone = place.file("moved alone");
    const whole = new Workspace();
    whole.copyOf(place.folder);
    const beside = await openStudy(await openResults(whole.file("results_lh_des1")));
    expect(beside.config.X.startsWith(whole.folder)).toBe(true);
    renameSync(whole.file("results_lh_des1"), alone);
    expect((await openStudy(await openResults(alone))).config.file).toBe(place.file("lh_des1.yml"));
    whole.remove();
  });

  test("says where it looked when the files are gone", async () => {
    const other = new Workspace();
    other.copyOf(place.folder);
    const results = await fit(await openStudy(other.file("rh_des1.yml")));
    mkdirSync(place.file("kept/in"), { recursive: true });
    const kept = place.file("kept/in/results");
    renameSync(results.directory ?? "", kept);
    const old = other.folder;
    other.remove();
    const opened = await openResults(kept);
    expect(opened.hemisphere).toBe("rh");
    const looked = `looked in ${place.file("kept/in")} and ${old}`;
    await expect(openStudy(opened)).rejects.toThrow(looked);
    await expect(openStudy(opened)).rejects.toThrow(/openStudy\('…\/blmm_inputs.yml'\)/);
  });

  test("another X than was fitted is refused", async () => {
    const other = new Workspace();
    other.copyOf(place.folder);
    const results = await fit(await openStudy(other.file("lh_des1.yml")));
    const { X } = (await openStudy(results)).config;
    const lines = (await readFile(X, "utf8")).trimEnd().split("\n");
    const cells = lines[1].split(",");
    writeFileSync(
      X,
      [
        lines[0],
        [...cells.slice(0, -1), `${Number(cells[cells.length - 1]) + 1}`].join(","),
        ...lines.slice(2),
      ].join("\n"),
    );
    appendFileSync(X, "\n");
    await expect(openStudy(results)).rejects.toThrow(
      "other numbers than those that these results were fitted to",
    );
    other.remove();
  });
});
