import path from "node:path";
import { InputError } from "../errors.js";
import { fsaverage5File, type Hemisphere, icosphere, type Mesh, readMesh } from "../mesh/index.js";
import { openResults } from "../results/openResults.js";
import type { Results } from "../results/results.js";

/**
 * The surfaces that `--mesh` names: `fsaverage5`, `ico2` (162 vertices) to `ico7`, or a surface file whose
 * name holds `lh` (or `left`), beside one with `rh` (or `right`) in its place.
 */
export function meshesOf(written: string): Record<Hemisphere, Mesh> {
  if (written === "fsaverage5") {
    return { lh: readMesh(fsaverage5File("pial", "lh")), rh: readMesh(fsaverage5File("pial", "rh")) };
  }
  const level = /^ico([2-7])$/.exec(written);
  if (level !== null) {
    const mesh = icosphere(Number(level[1]));
    return { lh: mesh, rh: mesh };
  }
  if (/^ico\d*$/.test(written)) {
    throw new InputError({
      key: "--mesh",
      found: JSON.stringify(written),
      expected: "fsaverage5, ico2 (162 vertices) to ico7, or a surface file",
    });
  }
  const [lh, rh] = pairOf(written, "--mesh");
  return { lh: readMesh(lh), rh: readMesh(rh) };
}

/** The results directories that `--truth` names: one of a pair whose names differ in `lh` and `rh`. */
export async function truthFrom(written: string): Promise<Record<Hemisphere, Results>> {
  const [lh, rh] = pairOf(written, "--truth");
  return { lh: await openResults(lh), rh: await openResults(rh) };
}

function pairOf(written: string, option: string): [lh: string, rh: string] {
  const folder = path.dirname(written);
  const name = path.basename(written);
  for (const [left, right] of [
    ["lh", "rh"],
    ["left", "right"],
  ]) {
    for (const side of [left, right]) {
      if (!name.includes(side)) continue;
      return [path.join(folder, name.replace(side, left)), path.join(folder, name.replace(side, right))];
    }
  }
  throw new InputError({
    key: option,
    found: JSON.stringify(written),
    expected: "a name with lh or rh (left or right) in it; the other hemisphere is found beside it",
  });
}
