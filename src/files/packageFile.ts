import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/**
 * A file of dist/ of this package, from wherever this module runs: its bundle or its source.
 *
 * @throws Error when it was not built.
 */
export function packageFile(name: string): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    for (const candidate of [name, path.join("dist", name)]) {
      const file = path.join(folder, candidate);
      if (existsSync(file)) return file;
    }
    const parent = path.dirname(folder);
    if (parent === folder) {
      throw new Error(`dist/${name} is missing: run \`npm run build\` in the BLMM checkout`);
    }
    folder = parent;
  }
}
