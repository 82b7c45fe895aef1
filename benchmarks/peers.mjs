// The same vertices by three programs in one run, one thread each: this package, pyblmm and lme4. Processor seconds of
// the whole command (start, reading, fitting, writing), which say more than wall time on a machine that does other
// things, and how far the answers lie from lme4's. `npm run bench -- peers [--subjects N] [--vertices 200] [--peers lme4,pyblmm]`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const { openResults, Table } = createRequire(import.meta.url)("../dist/index.js");
const root = path.resolve(import.meta.dirname, "..");

/** What pyblmm 0.1.1 starts with; later releases of these stop it. */
const PINS = [
  "pyblmm==0.1.1",
  "numpy==1.26.4",
  "pandas==2.1.4",
  "scipy==1.11.4",
  "dask==2023.12.1",
  "distributed==2023.12.1",
  "dask-jobqueue==0.8.2",
  "nilearn==0.10.3",
  "nibabel==5.2.1",
  "setuptools==75.8.0",
];
/** One thread each, whatever a library would take. */
const ONE_THREAD = Object.fromEntries(
  ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"].map((name) => [
    name,
    "1",
  ]),
);
/** Runs a command and says what it and all its children took. */
const TIMED = `import json, resource, subprocess, sys, time
began = time.time()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
use = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"code": done.returncode, "wall": time.time() - began, "cpu": use.ru_utime + use.ru_stime, "said": done.stdout[-2000:]}))`;

/** Log-likelihoods this close are of one optimum; pyblmm keeps these as float32. */
const SAME_OPTIMUM = 0.01;
const COLUMNS = [
  "log-likelihood below lme4's, most",
  "above, most",
  "vertices at lme4's optimum",
  "σ² off there, most",
  "β off there, most, in SE",
];

/** @param folder of `blmm simulate`, left hemisphere. */
export async function comparePeers(folder, vertices, peers = "lme4,pyblmm") {
  const where = mkdtempSync(path.join(os.tmpdir(), "blmm-peers-"));
  try {
    const python = peers.includes("pyblmm") ? pyblmmPython() : undefined;
    const lme4 = peers.includes("lme4") && hasLme4();
    const machine = `${os.cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, load ${os.loadavg()[0].toFixed(1)}`;
    const columns = [
      "design",
      "program",
      "images",
      "vertices",
      "processor s",
      "wall s",
      "× ours",
      ...COLUMNS,
    ];
    for (const design of ["des1", "des2"]) {
      const rows = await compareDesign(folder, design, vertices, where, { python, lme4 });
      process.stdout.write(`\n${new Table(`One thread each; ${machine}`, columns, rows)}\n`);
    }
  } finally {
    rmSync(where, { recursive: true });
  }
}

async function compareDesign(folder, design, vertices, where, { python, lme4 }) {
  const study = writeSlice(folder, design, vertices, where);
  const { images } = study;
  process.stdout.write(`${design}: ${images} images at ${study.vertices} vertices …\n`);
  const ran = [];
  const ours = timed([
    process.execPath,
    path.join(root, "dist", "blmm.js"),
    "fit",
    study.yml,
    "-q",
    "-t",
    "1",
  ]);
  ran.push(["blmm (this package)", ours, await answersOf(path.join(study.folder, "results"), true)]);
  if (lme4) {
    const out = path.join(study.folder, "lme4.csv");
    const run = timed(["Rscript", path.join(root, "benchmarks", "lme4.R"), study.folder, out]);
    ran.push(["lme4", run, run.code === 0 ? answersOfLme4(out) : undefined]);
  }
  if (python !== undefined) {
    const run = timed([path.join(path.dirname(python), "blmm"), study.pyblmm]);
    const made = path.join(study.folder, "pyblmm");
    ran.push(["pyblmm 0.1.1", run, run.code === 0 ? await answersOf(made, false) : undefined]);
  }
  const reference = ran.find(([name]) => name === "lme4")?.[2];
  return ran.map(([name, run, answers]) => {
    if (answers === undefined) process.stdout.write(`${name} did not finish: ${run.said}\n`);
    const times = `${(run.cpu / ours.cpu).toFixed(run.cpu < 20 * ours.cpu ? 1 : 0)}`;
    const shown = [run.cpu.toFixed(1), run.wall.toFixed(1), times];
    return [design, name, images, study.vertices, ...shown, ...agreement(answers, reference)];
  });
}

/** Writes a study with so many vertices, all of which have every image. */
function writeSlice(from, design, vertices, where) {
  const folder = path.join(where, design);
  mkdirSync(path.join(folder, "images"), { recursive: true });
  const list = readFileSync(path.join(from, `lh_${design}_images.txt`), "utf8")
    .trim()
    .split("\n");
  const values = list.map((name) => {
    const bytes = readFileSync(path.join(from, name));
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  });
  const whole = [];
  for (let v = 0; v < values[0].length; v++) {
    if (values.every((image) => image[v] !== 0 && Number.isFinite(image[v]))) whole.push(v);
  }
  const count = Math.min(vertices, whole.length);
  const chosen = Array.from({ length: count }, (_, k) => whole[Math.floor((k * whole.length) / count)]);
  const names = values.map((image, i) => {
    const file = path.join(folder, "images", `${String(i).padStart(5, "0")}.dat`);
    writeFileSync(
      file,
      Float32Array.from(chosen, (v) => image[v]),
    );
    return file;
  });
  writeFileSync(path.join(folder, "images.txt"), `${names.join("\n")}\n`);
  writeFileSync(path.join(folder, "mask.dat"), new Float32Array(count).fill(1));
  for (const name of ["X.csv", "Z.csv", "subjects.csv"]) {
    const [header, ...lines] = readFileSync(path.join(from, design, name), "utf8")
      .trim()
      .split("\n");
    writeFileSync(path.join(folder, name), [header, ...lines, ""].join("\n"));
    // pyblmm takes a single column with a heading for numbers, and levels by number.
    const plain = name === "subjects.csv" ? numbered(lines) : lines;
    writeFileSync(path.join(folder, `plain-${name}`), [...plain, ""].join("\n"));
  }
  const columns = readFileSync(path.join(folder, "X.csv"), "utf8").split("\n")[0].split(",").length;
  const text = (prefix) => `Y_files: ${path.join(folder, "images.txt")}
X: ${path.join(folder, `${prefix}X.csv`)}
Z:
  - f1:
      name: subject
      factor: ${path.join(folder, `${prefix}subjects.csv`)}
      design: ${path.join(folder, `${prefix}Z.csv`)}
contrasts:
  - c1:
      name: second
      statType: T
      vector: [${Array.from({ length: columns }, (_, k) => (k === 1 ? 1 : 0)).join(", ")}]
analysis_mask: ${path.join(folder, "mask.dat")}
Missingness:
  MinPercent: 0.5
safeMode: 0
`;
  const yml = path.join(folder, "inputs.yml");
  writeFileSync(yml, `${text("")}outdir: ${path.join(folder, "results")}\n`);
  const pyblmm = path.join(folder, "pyblmm.yml");
  writeFileSync(
    pyblmm,
    `${text("plain-")}outdir: ${path.join(folder, "pyblmm")}\nclusterType: Local\nnumNodes: 1\nvoxelBatching: 1\nmethod: pSFS\nMAXMEM: 2**32\n`,
  );
  return { folder, yml, pyblmm, images: list.length, vertices: count };
}

/** Log-likelihood, σ² and coefficients of a results directory, in full precision where it has that. */
async function answersOf(directory, isOurs) {
  const results = await openResults(directory);
  const map = (name) => results.map(name).data;
  return isOurs ? results.estimates() : { llh: map("llh"), sigma2: map("sigma2"), beta: map("beta") };
}

/** The same of what lme4.R writes: log-likelihood, σ², then β and its standard errors, a vertex a line. */
function answersOfLme4(file) {
  const rows = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(",").map(Number));
  const p = (rows[0].length - 2) / 2;
  return {
    llh: rows.map(([llh]) => llh),
    sigma2: rows.map(([, sigma2]) => sigma2),
    beta: rows.flatMap((row) => row.slice(2, 2 + p)),
    se: rows.flatMap((row) => row.slice(2 + p)),
  };
}

/** Each name's number, from 1 in the order in which they come. */
function numbered(names) {
  const known = new Map();
  return names.map((name) => {
    if (!known.has(name)) known.set(name, known.size + 1);
    return known.get(name);
  });
}

function agreement(answers, reference) {
  if (answers === undefined || reference === undefined) return Array(COLUMNS.length).fill("–");
  if (answers === reference) return Array(COLUMNS.length).fill("");
  let [below, above, same, sigma2, beta] = [0, 0, 0, 0, 0];
  const p = reference.beta.length / reference.llh.length;
  reference.llh.forEach((llh, v) => {
    below = Math.max(below, llh - answers.llh[v]);
    above = Math.max(above, answers.llh[v] - llh);
    // Where one has found another optimum, the rest is not to be compared.
    if (!(Math.abs(llh - answers.llh[v]) < SAME_OPTIMUM)) return;
    same++;
    sigma2 = Math.max(sigma2, Math.abs(answers.sigma2[v] / reference.sigma2[v] - 1));
    for (let k = v * p; k < (v + 1) * p; k++) {
      beta = Math.max(beta, Math.abs(answers.beta[k] - reference.beta[k]) / reference.se[k]);
    }
  });
  return [
    ...[below, above].map((one) => one.toExponential(0)),
    same,
    ...[sigma2, beta].map((one) => one.toExponential(0)),
  ];
}

/** Runs a command with one thread and waits for it; what it said is told when it fails. */
function timed(command) {
  const done = spawnSync("python3", ["-c", TIMED, ...command], {
    encoding: "utf8",
    env: { ...process.env, ...ONE_THREAD },
    maxBuffer: 2 ** 28,
  });
  if (done.status !== 0) throw new Error(`python3 does not run: ${done.stderr ?? done.error?.message}`);
  return JSON.parse(done.stdout);
}

/** A Python with pyblmm and what it starts with, in .cache/peers-venv; nothing where it cannot be made. */
function pyblmmPython() {
  const venv = path.join(root, ".cache", "peers-venv");
  const bin = path.join(venv, "bin", "python");
  if (!existsSync(bin)) spawnSync("python3", ["-m", "venv", venv]);
  const installed = spawnSync(bin, ["-m", "pip", "install", "-q", ...PINS], { encoding: "utf8" });
  if (installed.status === 0) return bin;
  process.stdout.write(`pyblmm does not install here: ${installed.stderr ?? installed.error?.message}\n`);
  return undefined;
}

/** Whether R has lme4; Debian's package is installed where this may be done. */
function hasLme4() {
  const has = () => spawnSync("Rscript", ["-e", "library(lme4)"], { stdio: "ignore" }).status === 0;
  if (has()) return true;
  spawnSync("apt-get", ["install", "-y", "-q", "r-cran-lme4"], { stdio: "ignore" });
  if (has()) return true;
  process.stdout.write("lme4 is not here: `apt-get install r-cran-lme4` installs it on Debian and Ubuntu\n");
  return false;
}
