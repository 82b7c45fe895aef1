import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { BlmmError, InputError } from "../errors.js";
import { kernelName } from "./jupyter.js";

/** What is installed: the kernelspec, and the extension where it has been built. Folders of dist and of Jupyter alike. */
const PARTS = [path.join("kernels", kernelName), path.join("labextensions", kernelName)];

/**
 * Where Jupyter looks for kernels and extensions.
 * @param prefix of one environment; without it, the folder of the user.
 * @throws InputError where the prefix is no folder.
 */
export function jupyterDataFolder(prefix?: string): string {
  if (prefix !== undefined) {
    if (!existsSync(prefix)) throw new InputError({ key: "--prefix", found: `there is no folder ${prefix}` });
    return path.join(path.resolve(prefix), "share", "jupyter");
  }
  const { JUPYTER_DATA_DIR, APPDATA, XDG_DATA_HOME } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return path.join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") return path.join(APPDATA ?? homedir(), "jupyter");
  return path.join(XDG_DATA_HOME || path.join(homedir(), ".local", "share"), "jupyter");
}

/**
 * Copies the kernelspec, with this Node.js and this checkout in it, and the extension. Each appears whole or not at all.
 * @returns the folders written.
 * @throws BlmmError where the package is not built or the folder cannot be written.
 */
export function installKernel(root: string, data: string): string[] {
  const built = PARTS.filter((part) => existsSync(path.join(root, "dist", part)));
  if (!built.includes(PARTS[0])) {
    throw new BlmmError(`there is no kernel in ${path.join(root, "dist")}. \`npm run build\` builds it.`);
  }
  return built.map((part) => {
    const to = path.join(data, part);
    refuseForeign(to);
    try {
      mkdirSync(path.dirname(to), { recursive: true });
      const temporary = mkdtempSync(path.join(path.dirname(to), `.${kernelName}-`));
      try {
        const copy = path.join(temporary, kernelName);
        cpSync(path.join(root, "dist", part), copy, { recursive: true, dereference: true });
        if (part === PARTS[0]) writeSpec(path.join(copy, "kernel.json"), root);
        rmSync(to, { recursive: true, force: true });
        renameSync(copy, to);
      } finally {
        rmSync(temporary, { recursive: true, force: true });
      }
    } catch (error) {
      throw new BlmmError(
        `${to} cannot be written (${(error as Error).message}). Choose a folder of yours: --user, or --prefix DIRECTORY.`,
      );
    }
    return to;
  });
}

/**
 * Removes what `installKernel` wrote.
 * @returns the folders removed.
 * @throws InputError where nothing is installed.
 */
export function uninstallKernel(data: string): string[] {
  const there = PARTS.map((part) => path.join(data, part)).filter((folder) => existsSync(folder));
  if (there.length === 0) {
    throw new InputError({
      found: `the kernel is not installed in ${data}`,
      hint: "If it was installed for an environment, name it: --prefix DIRECTORY",
    });
  }
  for (const folder of there) refuseForeign(folder);
  for (const folder of there) rmSync(folder, { recursive: true, force: true });
  return there;
}

/** The kernelspec of dist finds its files by where it lies; an installed one needs whole paths. */
function writeSpec(file: string, root: string): void {
  const spec = JSON.parse(readFileSync(file, "utf8")) as { argv: string[] };
  const main = path.join(root, "dist", "kernel", "main.js");
  spec.argv = [process.execPath, main, "{connection_file}", root];
  writeFileSync(file, `${JSON.stringify(spec, null, 2)}\n`);
}

/** A kernel of the same name that is not ours stays as it is. */
function refuseForeign(folder: string): void {
  const file = path.join(folder, "kernel.json");
  if (!existsSync(file) || readFileSync(file, "utf8").includes("BLMM")) return;
  throw new InputError({ file, found: "a kernel of this name that is not BLMM's", hint: "Remove it first" });
}
