import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStudy } from "../../src/design/index.js";
import { listFiles, MANIFEST_FILE, readManifest } from "../../src/directory/manifest.js";
import { fit } from "../../src/fit.js";
import { openResults } from "../../src/results/openResults.js";
import { killHook } from "../directory/testCommand.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const command = path.join(root, "dist", "blmm.js");
/** Kills a command; `KILLS=all npm test` kills at every change of the file system (minutes). */
const KILLS = process.env.KILLS === "all" ? Number.POSITIVE_INFINITY : 4;
const place = new Workspace();
let kills = 0;
let lost = 0;

beforeAll(async () => {
  await simulatedStudy(place);
  for (const design of ["des1r", "des2"])
    await fit(await openStudy(place.file(`lh_${design}.yml`)), { threads: 1 });
});
afterAll(() => {
  console.log(`commands killed: ${kills} kills, results lost: ${lost}`);
  place.remove();
});

function run(args: readonly string[], env: Record<string, string>) {
  return spawnSync(process.execPath, ["--require", killHook, command, ...args], {
    cwd: place.folder,
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
}

/** Whether a results directory holds exactly the files of its list, as they were written, and can be used. */
async function isWhole(directory: string): Promise<boolean> {
  const results = await openResults(directory);
  results.toString();
  const manifest = readManifest(directory);
  const found = listFiles(directory).filter((file) => file.path !== MANIFEST_FILE);
  return JSON.stringify(found) === JSON.stringify(manifest?.files);
}

describe("killed at any change of the file system, a command leaves old results or new ones", () => {
  test.each([
    ["fit", ["fit", "lh_des1.yml", "-q", "-t", "1", "-o", "out"], "Intercept"],
    ["contrast", ["contrast", "results_lh_des2", "Sex", "-o", "out"], "Sex"],
    ["compare", ["compare", "results_lh_des1r", "results_lh_des2", "out", "-q"], "Chi2"],
  ])(
    "%s",
    async (_, args, said) => {
      const out = place.file("out");
      const old = place.file("old");
      for (const folder of [out, old]) rmSync(folder, { recursive: true, force: true });
      const count = place.file("count");
      expect(run(args, { KILL_COUNT: count }).status).toBe(0);
      cpSync(out, old, { recursive: true });
      expect(run(args, { KILL_COUNT: count }).status).toBe(0);
      const changes = Number(readFileSync(count, "utf8"));
      expect(changes).toBeGreaterThan(20);
      const step = Math.max(1, changes / KILLS);
      for (let k = step; Math.round(k) <= changes; k += step) {
        rmSync(out, { recursive: true });
        cpSync(old, out, { recursive: true });
        expect(run(args, { KILL_AT: `${Math.round(k)}` }).signal).toBe("SIGKILL");
        kills++;
        const whole = await isWhole(out).catch(() => false);
        if (!whole) lost++;
        expect(whole, `kill at ${Math.round(k)} of ${changes}`).toBe(true);
        expect(readdirSync(out).filter((name) => name.startsWith("."))).toEqual([]);
        expect(`${await openResults(out)}`).toContain(said);
      }
    },
    1_800_000,
  );
});
