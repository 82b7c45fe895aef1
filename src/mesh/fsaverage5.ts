import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../errors.js";
import type { Hemisphere } from "./hemisphere.js";

const SIDE = { lh: "left", rh: "right" } as const;

/**
 * A file of fsaverage5 (pial, white, infl, sphere, sulc, …) from nilearn's wheel, which `npm run tutorial` puts
 * into the checkout's `.venv`.
 *
 * @throws InputError saying how to get it.
 */
export function fsaverage5File(kind: string, hemisphere: Hemisphere): string {
  const file = path.join(
    sitePackages(),
    "nilearn",
    "datasets",
    "data",
    "fsaverage5",
    `${kind}_${SIDE[hemisphere]}.gii.gz`,
  );
  if (existsSync(file)) return file;
  throw new InputError({
    file,
    found: "no fsaverage5 surfaces",
    expected: "nilearn in the checkout's .venv",
    hint: "`npm run tutorial` installs it; or give --mesh ico5.",
  });
}

/** The Python packages of the checkout this module runs in. */
function sitePackages(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const lib = path.join(folder, ".venv", "lib");
    if (existsSync(lib)) {
      const python = readdirSync(lib).find((name) => name.startsWith("python"));
      if (python !== undefined) return path.join(lib, python, "site-packages");
    }
    const parent = path.dirname(folder);
    if (parent === folder) return path.join(".venv", "lib", "python3", "site-packages");
    folder = parent;
  }
}
