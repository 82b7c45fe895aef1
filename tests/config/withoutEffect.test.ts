import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "../../src/config/index.js";
import { openStudy } from "../../src/design/index.js";
import { fit } from "../../src/fit.js";
import { openResults } from "../../src/results/openResults.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
beforeAll(() => simulatedStudy(place, 60, 1));
afterAll(() => place.remove());

test("keys that change nothing are said by check, recorded by the fit, and change nothing", async () => {
  const plain = await openStudy(place.file("lh_des1.yml"));
  expect(plain.warnings).toEqual([]);
  const before = await fit(plain, { outdir: false });
  const given = place.edit(
    "lh_des1.yml",
    (text) => `${text}tol: 1e-2\nmaxnvb: 7\nvoxelBatching: 1\nmethod: FS\n`,
  );
  const study = await openStudy(await loadConfig(given));
  expect(`${study}`).toMatch(
    /note: .*lh_des1\.yml: method, tol, voxelBatching, maxnvb are recorded and change nothing here: every method reaches the same optimum; every vertex is fitted to full precision; MAXMEM alone sets/,
  );
  const after = await fit(study);
  for (const name of before.maps) expect(after.map(name).data).toEqual(before.map(name).data);
  for (const results of [after, await openResults(place.file("results_lh_des1"))]) {
    expect(results.info.fit.settings).toEqual({
      method: "FS",
      tol: 0.01,
      maxnit: 10_000,
      voxelBatching: true,
      maxnvb: 7,
      clusterType: "Local",
      safeMode: true,
      threshold: Number.NaN,
    });
  }
});

test("one key is one sentence in the singular, and its default value is a given key too", async () => {
  const yml = place.edit("rh_des1.yml", (text) => `${text}tol: 1e-6\n`);
  expect((await loadConfig(yml)).warnings).toEqual([
    `${yml}: tol is recorded and changes nothing here: every vertex is fitted to full precision`,
  ]);
});
