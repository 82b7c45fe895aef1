import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { openStudy } from "../src/design/index.js";
import { fit } from "../src/fit.js";
import { readRows } from "./reference.js";
import { Workspace } from "./workspace.js";

const here = path.dirname(fileURLToPath(import.meta.url));
const lib = path.join(here, "..", ".venv", "lib");
const python = existsSync(lib) ? readdirSync(lib).find((name) => name.startsWith("python")) : undefined;
const folder = path.join(lib, python ?? "", "site-packages", "brainspace", "datasets", "preprocessing");
const absent = !existsSync(folder);
if (absent) {
  console.warn("SKIPPED: the real fMRI is not in .venv; `npm test` installs it (vitest alone does not).");
  if (process.env.CI === "true") throw new Error("with CI=true the real fMRI may not be missing");
}
const place = new Workspace();
afterAll(() => place.remove());

describe.skipIf(absent)("real fMRI, stacked in .mgz", () => {
  test.each([
    ["lh", 0],
    ["rh", 1],
  ] as const)("%s agrees with lme4 at 20 vertices", async (side, code) => {
    const frames = Array.from({ length: 652 }, (_, t) => t);
    place.write(
      "images.txt",
      path.join(folder, `sub-010188_ses-02_task-rest_acq-AP_run-01.fsa5.${side}.mgz`),
    );
    const cosine = (t: number) => Math.cos((2 * Math.PI * (t + 0.5)) / 652);
    place.write("X.csv", frames.map((t) => `1,${(2 * t) / 651 - 1},${cosine(t)}`).join("\n"));
    place.write("Z.csv", frames.map(() => 1).join("\n"));
    place.write("blocks.csv", frames.map((t) => Math.floor(t / 20)).join("\n"));
    const yml = place.write(
      "inputs.yml",
      `Y_files: images.txt
X: X.csv
Z:
  - f1: { name: block, factor: blocks.csv, design: Z.csv }
contrasts:
  - c1: { name: drift, vector: [0, 1, 0] }
outdir: results
`,
    );
    const results = await fit(await openStudy(yml), { outdir: false });
    expect(results.info.vertices).toBe(10242);
    const rows = readRows(path.join(here, "fixtures", "resting-state", "lme4.csv")).filter(
      (row) => row.side === code,
    );
    expect(rows.length).toBeGreaterThan(16);
    for (const row of rows) {
      const value = (name: string) => results.map(name).data[row.v];
      expect(Math.abs(value("con") - row.beta_drift) / row.se_drift).toBeLessThan(1e-4);
      expect(Math.abs(value("conT") - row.beta_drift / row.se_drift)).toBeLessThan(1e-3);
      expect(Math.abs(value("sigma2") / row.sigma2 - 1)).toBeLessThan(1e-4);
      expect(Math.abs(value("D") * value("sigma2") - row.D11)).toBeLessThan(
        1e-3 * Math.max(row.D11, 1e-3 * row.sigma2),
      );
      expect(row.llh - value("llh")).toBeLessThan(1e-4);
      expect(Math.abs(value("conT_swedf") / row.df_drift - 1)).toBeLessThan(1e-2);
    }
  });
});
