import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStudy } from "../../src/design/index.js";
import { fit } from "../../src/fit.js";
import type { Results } from "../../src/results/results.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
const text = (name: string) => readFileSync(place.file(name), "utf8");
const fitted = async (yml: string) => fit(await openStudy(place.file(yml)), { outdir: false });

beforeAll(() => simulatedStudy(place, 60, 2));
afterAll(() => place.remove());

describe("safeMode", () => {
  let on: Results;
  let off: Results;
  let effects: number;
  beforeAll(async () => {
    off = await fitted("lh_des2.yml");
    place.write("safe.yml", text("lh_des2.yml").replace("safeMode: 0", "safeMode: 1"));
    on = await fitted("safe.yml");
    effects = 2 * off.info.factor.levels;
  });

  test("leaves out vertices with no more images than levels × columns of Z, and counts them", () => {
    const n = off.map("n").data;
    const few = Array.from(off.mask.keys()).filter((v) => off.mask[v] === 1 && n[v] <= effects);
    expect(few.length).toBeGreaterThan(0);
    expect(off.n).toBeGreaterThan(effects);
    for (let v = 0; v < n.length; v++) {
      expect(on.mask[v]).toBe(off.mask[v] === 1 && n[v] > effects ? 1 : 0);
    }
    // Vertices that are left out for another reason without it count here with it.
    const { dropped } = on.info.fit;
    const others = off.info.fit.dropped.rankLost - dropped.rankLost;
    expect(dropped.tooFewForRandomEffects).toBe(few.length + others);
    expect(off.info.fit.dropped.tooFewForRandomEffects).toBe(0);
    expect(`${on}`).toContain(
      `${dropped.tooFewForRandomEffects} left out: with no more images than random effects (\`safeMode: 0\` fits them)`,
    );
  });

  test("is the default", async () => {
    place.write("default.yml", text("lh_des2.yml").replace("safeMode: 0\n", ""));
    expect((await fitted("default.yml")).mask).toEqual(on.mask);
  });

  test("changes nothing elsewhere, and its vertices are fitted like others without it", () => {
    for (let v = 0; v < on.mask.length; v++) {
      if (on.mask[v] === 1) expect(on.sigma2[v]).toBe(off.sigma2[v]);
      if (off.mask[v] === 0) continue;
      expect(off.sigma2[v]).toBeGreaterThan(0);
      expect(off.T("Sex")[v]).toSatisfy(Number.isFinite);
    }
  });

  test("with fewer images than random effects, refuses the study; without it, the study is fitted", async () => {
    // Subjects with one or two visits: fewer images than two random effects each, but times that differ.
    const labels = text("des2/subjects.csv").trim().split("\n");
    const seen = new Map<string, number>();
    const third = (label: string) => {
      const count = (seen.get(label) ?? 0) + 1;
      seen.set(label, count);
      return count > 2 ? `${label}b` : label;
    };
    place.write("des2/fewer.csv", labels.map((label, k) => (k === 0 ? label : third(label))).join("\n"));
    const yml = text("lh_des2.yml").replace("des2/subjects.csv", "des2/fewer.csv");
    place.write("fewer.yml", yml.replace("safeMode: 0", "safeMode: 1"));
    await expect(openStudy(place.file("fewer.yml"))).rejects.toThrow(
      /expected more images than random effects\. .*`safeMode: 0` fits where D and σ² can be told apart/,
    );
    place.write("unsafe.yml", yml);
    const study = await openStudy(place.file("unsafe.yml"));
    expect(study.n).toBeLessThanOrEqual(2 * study.factors[0].levels.length);
    expect(study.warnings.join()).toMatch(/are hard to tell apart \(safeMode is off\)/);
    const results = await fit(study, { outdir: false });
    expect(results.verticesInMask).toBeGreaterThan(100);
  });

  test("either way, refuses what cannot be estimated: one image a subject", async () => {
    const labels = text("des1/subjects.csv").trim().split("\n");
    place.write("des1/alone.csv", labels.map((line, k) => (k === 0 ? line : `s${k}`)).join("\n"));
    place.write(
      "alone.yml",
      `${text("lh_des1.yml").replace("des1/subjects.csv", "des1/alone.csv")}safeMode: 0\n`,
    );
    await expect(openStudy(place.file("alone.yml"))).rejects.toThrow(
      /from which D and σ² cannot be told apart; expected levels with more images/,
    );
  });
});
