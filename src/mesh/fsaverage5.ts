import { existsSync } from "node:fs";
import path from "node:path";
import { InputError } from "../errors.js";
import type { Hemisphere } from "./hemisphere.js";
import { pythonPackages } from "./pythonPackages.js";

const SIDE = { lh: "left", rh: "right" } as const;

/**
 * A file of fsaverage5 (pial, white, infl, sphere, sulc, …) from nilearn's wheel, which `npm run tutorial` puts
 * into the checkout's `.venv`.
 *
 * @throws InputError saying how to get it.
 */
export function fsaverage5File(kind: string, hemisphere: Hemisphere): string {
  const name = path.join("nilearn", "datasets", "data", "fsaverage5", `${kind}_${SIDE[hemisphere]}.gii.gz`);
  const places = pythonPackages().map((packages) => path.join(packages, name));
  const file = places.find((place) => existsSync(place));
  if (file !== undefined) return file;
  throw new InputError({
    file: places[0] ?? path.join(".venv", "lib", "python3", "site-packages", name),
    found: "no fsaverage5 surfaces",
    expected: "nilearn in the checkout's .venv, or in the Python environment that is active",
    hint: "`npm run tutorial` installs it; or give --mesh ico5.",
  });
}
