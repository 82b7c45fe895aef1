import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Folders of Python packages: of the checkout this module runs in, and of the environment that is active. */
export function pythonPackages(): string[] {
  const environments: string[] = [];
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    environments.push(path.join(folder, ".venv"));
    const parent = path.dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  const { VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  for (const active of [VIRTUAL_ENV, CONDA_PREFIX]) if (active) environments.push(active);
  return environments.flatMap((environment) => {
    const lib = path.join(environment, "lib");
    const python = existsSync(lib) ? readdirSync(lib).find((name) => /^python\d/.test(name)) : undefined;
    return python === undefined ? [] : [path.join(lib, python, "site-packages")];
  });
}
