// .venv: the wheels with surfaces and sample fMRI, JupyterLab, and what the tests need of Python.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { digest, downloads, explainFailure, fill, once, root } from "./steps.mjs";

const venv = path.join(root, ".venv");
const windows = process.platform === "win32";

/** The Python of .venv. */
export const python = path.join(venv, windows ? "Scripts" : "bin", windows ? "python.exe" : "python");

/** The oldest Python that the pinned JupyterLab runs on. */
const OLDEST = 10;

/** The fsaverage5 surfaces and a real fMRI sample: wheels installed for their data, without dependencies. */
export function installWheels() {
  install("requirements.txt", "wheels", "Installing surfaces and sample fMRI …", ["--no-deps"]);
}

/** JupyterLab, pinned. */
export function installJupyter() {
  install("requirements-jupyter.txt", "jupyter", "Installing JupyterLab (half a minute the first time) …");
}

/** What only tests need. */
export function installTestTools() {
  install("requirements-tests.txt", "tests", "Installing the tests' Python packages …");
}

/** A file of a Python package in .venv. */
export function wheelFile(...parts) {
  const lib = path.join(venv, "lib");
  const version = readdirSync(lib).find((name) => name.startsWith("python"));
  return path.join(lib, version ?? "python3", "site-packages", ...parts);
}

function install(name, stamp, title, options = []) {
  const requirements = path.join(root, name);
  // A .venv of another machine or of a Python that is gone is of no use; nor is one that is too old.
  if (existsSync(venv) && !/^has no venv|^$/.test(faultOf(python) ?? "")) {
    rmSync(venv, { recursive: true, force: true });
  }
  once(path.join(venv, `.blmm-${stamp}`), digest([requirements]), title, () => {
    fill(venv, () => {
      if (!existsSync(path.join(venv, "pyvenv.cfg"))) makeVenv();
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "2"];
      const { status, stdout, stderr } = run(python, [...pip, ...options, "-r", requirements]);
      if (status !== 0) throw new Error(explainFailure("pip", `${stdout}${stderr}`));
    });
  });
}

function makeVenv() {
  const found = findPython();
  const { status, stdout, stderr } = run(found, ["-m", "venv", venv]);
  if (status === 0) return;
  // Debian splits the module in two: `import venv` works, making one does not.
  const said = `${stdout}${stderr}`;
  throw new Error(
    /ensurepip/.test(said)
      ? `${found} has no venv. Install it (on Debian and Ubuntu: apt install python3-venv) and run this again.`
      : explainFailure(`${found} -m venv`, said),
  );
}

/** The first Python that is new enough and has venv. */
function findPython() {
  const names = windows
    ? ["python", "py"]
    : ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];
  const faults = new Map(names.map((name) => [name, faultOf(name)]));
  const found = names.find((name) => faults.get(name) === undefined);
  if (found !== undefined) return found;
  const refused = names.filter((name) => faults.get(name) !== "is missing");
  const why =
    refused.length === 0
      ? "No Python was found"
      : `No Python here serves (${refused.map((name) => `${name} ${faults.get(name)}`).join("; ")})`;
  throw new Error(`${why}. BLMM needs Python 3.${OLDEST} or later with venv; install it and run this again.`);
}

/** Why a Python does not serve, or undefined where it does. */
function faultOf(name) {
  const { error, status, stdout } = run(name, [
    "-c",
    "import sys\nprint(*sys.version_info[:2])\ntry:\n  import venv, ensurepip\n  print('venv')\nexcept ImportError: pass",
  ]);
  if (error !== undefined || status !== 0) return "is missing";
  const [major, minor, has] = stdout.trim().split(/\s+/);
  if (Number(major) !== 3 || Number(minor) < OLDEST) return `is ${major}.${minor}`;
  return has === "venv" ? undefined : "has no venv: on Debian and Ubuntu, apt install python3-venv";
}

function run(command, args) {
  const { PYTHONPATH: _path, PYTHONHOME: _home, ...env } = process.env;
  return spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    env: {
      ...env,
      PIP_CACHE_DIR: path.join(downloads, "pip"),
      // pip asks rustc for its version, and rustup writes to the home folder when it is asked.
      RUSTUP_HOME: path.join(downloads, "rustup"),
      PYTHONUTF8: "1",
    },
  });
}
