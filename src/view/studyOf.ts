import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { openStudy, type Study } from "../design/index.js";
import { InputError } from "../errors.js";
import type { Results } from "../results/results.js";

const known = new WeakMap<Results, Promise<Study>>();

/**
 * The study that results were fitted to, by the configuration that they keep.
 *
 * @throws InputError when they keep none, or what it names is no longer there.
 */
export function studyOf(results: Results): Promise<Study> {
  const study = known.get(results) ?? openStudyOf(results);
  known.set(results, study);
  return study;
}

async function openStudyOf(results: Results): Promise<Study> {
  return openStudy(configurationOf(results));
}

/**
 * `inputs.yml` is a copy, byte for byte, and its relative paths hold in the folder of the original: a file of the same
 * bytes is looked for in the folders above.
 */
function configurationOf({ directory }: Results): string {
  const copy = path.join(directory ?? "", "inputs.yml");
  if (directory === undefined || !existsSync(copy)) {
    throw new InputError({
      ...(directory === undefined ? {} : { file: directory }),
      found: "no inputs.yml, which says which images these results were fitted to",
      expected: "a results directory of this package",
    });
  }
  const text = readFileSync(copy, "utf8");
  for (let folder = path.dirname(directory), up = 0; up < 3; folder = path.dirname(folder), up++) {
    const same = readdirSync(folder).find(
      (name) => /\.ya?ml$/.test(name) && readFileSync(path.join(folder, name), "utf8") === text,
    );
    if (same !== undefined) return path.join(folder, same);
  }
  return copy;
}
