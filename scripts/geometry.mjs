// fsaverage5 as blocks: in dist/geometry for the package's own views, and beside the JupyterLab extension.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** Does nothing before there are both a build and nilearn's surfaces in .venv; whichever comes last calls it. */
export function buildGeometry() {
  const script = path.join(root, "dist", "buildGeometry.js");
  const lib = path.join(root, ".venv", "lib");
  const python = existsSync(lib) ? readdirSync(lib).find((name) => name.startsWith("python")) : undefined;
  if (python === undefined || !existsSync(script)) return;
  if (!existsSync(path.join(lib, python, "site-packages", "nilearn"))) return;
  const folder = path.join(root, "dist", "geometry");
  if (!existsSync(folder) || statSync(folder).mtimeMs < statSync(script).mtimeMs) {
    execFileSync(process.execPath, [script, folder], { cwd: root, stdio: ["ignore", 2, 2] });
  }
  const statics = path.join(root, "dist", "labextensions", "blmm", "static");
  const copy = path.join(statics, "geometry");
  if (!existsSync(statics)) return;
  if (existsSync(copy) && statSync(copy).mtimeMs >= statSync(folder).mtimeMs) return;
  cpSync(folder, copy, { recursive: true });
}
