// Everything a fresh clone needs: packages, the build, and (where asked for) the Python wheels with surfaces.
// Each step remembers what it was done for, so that a second run is quick. Only the checkout is written to.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const modules = path.join(root, "node_modules");
const venv = path.join(root, ".venv");

const say = (text) => process.stderr.write(`${text}\n`);

/** Runs `work` unless it was already done for this key. */
function once(stamp, key, title, work) {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  say(title);
  work();
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, key);
}

function digest(files) {
  const hash = createHash("sha256").update(`${process.version} ${process.platform} ${process.arch}`);
  for (const file of files) hash.update(file).update(readFileSync(file));
  return hash.digest("hex");
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? filesUnder(path.join(folder, entry.name)) : [path.join(folder, entry.name)],
    )
    .sort();
}

/** node_modules as package-lock.json has them. */
export function installPackages() {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < 20) throw new Error(`Node.js ${process.version} is too old: BLMM needs 20 or later.`);
  const lock = ["package.json", "package-lock.json"].map((name) => path.join(root, name));
  once(
    path.join(modules, ".blmm-packages"),
    digest(lock),
    "Installing packages (a minute the first time) …",
    () => {
      // `npm ci` refuses a lock in which a registry did not offer the binaries of every platform.
      const npm = spawnSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], {
        cwd: root,
        stdio: ["ignore", 2, 2],
        shell: process.platform === "win32",
      });
      if (npm.status !== 0) throw new Error("`npm install` failed; what it said is above.");
    },
  );
  // The package resolves by its name from notebooks and scripts in the checkout, and `npx blmm` runs it.
  linkTo(path.join(modules, "blmm"), "..");
  linkTo(path.join(modules, ".bin", "blmm"), path.join("..", "..", "dist", "blmm.js"));
  // tslab brings a compiler of its own, an older one, and puts it where `npx tsc` looks.
  linkTo(path.join(modules, ".bin", "tsc"), path.join("..", "typescript", "bin", "tsc"));
}

function linkTo(link, target) {
  try {
    lstatSync(link);
    rmSync(link, { recursive: true, force: true });
  } catch {
    mkdirSync(path.dirname(link), { recursive: true });
  }
  symlinkSync(target, link);
}

/** dist/, when a source is newer than what it was built from. */
export function build() {
  const sources = [
    ...filesUnder(path.join(root, "src")),
    ...filesUnder(path.join(root, "kernel-extensions")),
    path.join(root, "scripts", "build.mjs"),
  ];
  once(path.join(root, "dist", ".built"), digest(sources), "Building …", () => {
    execFileSync(process.execPath, [path.join(root, "scripts", "build.mjs")], {
      cwd: root,
      stdio: ["ignore", 2, 2],
    });
  });
}

/** .venv with the wheels of requirements.txt: the fsaverage5 surfaces and a real fMRI sample. */
export function installWheels() {
  const requirements = path.join(root, "requirements.txt");
  once(
    path.join(venv, ".blmm-wheels"),
    digest([requirements]),
    "Installing surfaces and sample fMRI …",
    () => {
      const python = process.platform === "win32" ? "python" : "python3";
      const run = (command, args) => {
        const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2] });
        if (status === 0) return;
        const why = error === undefined ? "what it said is above" : error.message;
        throw new Error(
          `\`${path.basename(command)} ${args.join(" ")}\` failed (${why}). Python 3.9 or later with venv is needed.`,
        );
      };
      run(python, ["-m", "venv", venv]);
      const bin = path.join(venv, process.platform === "win32" ? "Scripts" : "bin", "python");
      run(bin, [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "-r",
        requirements,
      ]);
    },
  );
}

/** A file of a Python package in .venv. */
export function wheelFile(...parts) {
  const lib = path.join(venv, "lib");
  const python = readdirSync(lib).find((name) => name.startsWith("python"));
  return path.join(lib, python ?? "python3", "site-packages", ...parts);
}
