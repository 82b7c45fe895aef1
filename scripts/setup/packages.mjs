// node_modules, as package-lock.json has them.
import { spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { digest, downloads, explainFailure, fill, once, root } from "./steps.mjs";

const modules = path.join(root, "node_modules");

export function installPackages() {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < 20) throw new Error(`Node.js ${process.version} is too old: BLMM needs 20 or later.`);
  const lock = ["package.json", "package-lock.json"].map((name) => path.join(root, name));
  once(
    path.join(modules, ".blmm-packages"),
    digest(lock),
    "Installing packages (a minute the first time) …",
    () => fill(modules, install),
  );
  // The package resolves by its name from notebooks and scripts in the checkout, and `npx blmm` runs it.
  linkTo(path.join(modules, "blmm"), "..");
  linkTo(path.join(modules, ".bin", "blmm"), path.join("..", "..", "dist", "blmm.js"));
  // tslab brings a compiler of its own, an older one, and puts it where `npx tsc` looks.
  linkTo(path.join(modules, ".bin", "tsc"), path.join("..", "typescript", "bin", "tsc"));
}

function install() {
  // `npm ci` refuses a lock in which a registry did not offer the binaries of every platform.
  const { status, error, stdout, stderr } = spawnSync(
    "npm",
    ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retry-mintimeout=1000"],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
      maxBuffer: 2 ** 26,
      shell: process.platform === "win32",
      env: {
        ...process.env,
        npm_config_cache: path.join(downloads, "npm"),
        npm_config_devdir: path.join(downloads, "node-gyp"),
        XDG_CACHE_HOME: downloads,
      },
    },
  );
  if (error !== undefined) throw new Error(`npm could not be run (${error.message}). It comes with Node.js.`);
  if (status !== 0) throw new Error(explainFailure("npm install", `${stdout}${stderr}`));
}

function linkTo(link, target) {
  try {
    if (lstatSync(link).isSymbolicLink() && readlinkSync(link) === target) return;
    rmSync(link, { recursive: true, force: true });
  } catch {
    mkdirSync(path.dirname(link), { recursive: true });
  }
  symlinkSync(target, link);
}
