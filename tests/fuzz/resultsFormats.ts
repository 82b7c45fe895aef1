import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { openStudy } from "../../src/design/index.js";
import { MANIFEST_FILE } from "../../src/directory/manifest.js";
import { fit } from "../../src/fit.js";
import { contrast } from "../../src/inference/contrast.js";
import { icosphere } from "../../src/mesh/index.js";
import { INFO_FILE } from "../../src/results/mapFile.js";
import { openResults } from "../../src/results/openResults.js";
import { simulate } from "../../src/simulate/index.js";
import type { FuzzedFormat } from "./formats.js";

/** Fits a small study into a folder; returns the results directory. */
async function fitted(folder: string): Promise<string> {
  const mesh = icosphere(1);
  await simulate({ outdir: folder, subjects: 60, seed: 3, meshes: { lh: mesh, rh: mesh } });
  const results = path.join(folder, "results_lh_des2");
  await fit(await openStudy(path.join(folder, "lh_des2.yml")), { threads: 1, outdir: results });
  cpSync(results, path.join(folder, "whole"), { recursive: true });
  return results;
}

/** Everything that is shown of results, and, which takes longer, what is computed from them. */
async function use(directory: string, compute: boolean): Promise<void> {
  const results = await openResults(directory);
  results.toString();
  for (const name of results.maps) results.map(name).toString();
  if (!compute) return;
  results.toHTML();
  results.vertex(3).toString();
  if (results.has("beta")) contrast(results, "Sex").toString();
}

/** One file of a results directory, in the place of which the mutants stand. */
function fileOf(name: (names: readonly string[], index: number) => string, isText: boolean): FuzzedFormat {
  let names: string[] = [];
  return {
    isText,
    seeds: async (_, folder) => {
      const results = await fitted(folder);
      names = readdirSync(results).filter((one) => one.startsWith("blmm_vox_"));
      for (const one of readdirSync(path.join(results, "estimates"))) names.push(path.join("estimates", one));
      const seeds = isText ? [name(names, 0)] : names;
      return seeds.map((one) => new Uint8Array(readFileSync(path.join(results, one))));
    },
    read: async (folder, bytes, index) => {
      const results = path.join(folder, "results_lh_des2");
      const file = name(names, index);
      writeFileSync(path.join(results, file), bytes);
      // The list of files knows what was written; without it nothing does.
      const listed = index % 2 === 0 || file === MANIFEST_FILE;
      if (!listed) rmSync(path.join(results, MANIFEST_FILE));
      try {
        await use(results, file.startsWith("estimates") || index % 8 < 2);
      } finally {
        for (const one of [file, MANIFEST_FILE])
          copyFileSync(path.join(folder, "whole", one), path.join(results, one));
      }
    },
  };
}

/** The files of a results directory. */
export const resultsFormats: Readonly<Record<string, FuzzedFormat>> = {
  "results record": fileOf(() => INFO_FILE, true),
  "results file list": fileOf(() => MANIFEST_FILE, true),
  "results maps": fileOf((names, index) => names[index % names.length], false),
};
