// Times the fits on ABCD-shaped data (5,179 subjects, 9,835 images) beside the floor: reading the images, and
// numpy's X'Y. `npm run bench` takes a sphere of 2,562 vertices; `npm run bench -- --mesh ico5` one of 10,242.
// `npm run bench -- kernel [--cells 5000]` times the notebooks' kernel instead, `npm run bench -- lab` the viewer in
// JupyterLab; `npm run bench -- abcd` three fits in one
// pass and their comparison, with processor time and counts (--full, --scaling, --biobank: see benchmarks/abcd.mjs);
// `npm run bench -- gpu` the backends and fits with each; `npm run bench -- peers` the same vertices by pyblmm and lme4.
// `npm run bench -- viewer` the viewer: its pages, its pictures, and how fast it draws in Chromium.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build as bundle } from "esbuild";
import { timeAbcd } from "../benchmarks/abcd.mjs";
import { build, installPackages, root } from "./setup.mjs";

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
};
const mesh = option("mesh", "ico4");
const subjects = option("subjects", "5179");

installPackages();
build();
const timed = {
  kernel: ["kernel.ts", ["tests", "kernel-extensions", "kernel", "bench.ts"]],
  lab: ["lab.ts", ["tests", "kernel-extensions", "lab", "bench.ts"]],
  viewer: ["viewer.ts", ["tests", "page", "bench.ts"]],
}[process.argv[2] ?? ""];
if (timed !== undefined) {
  await runTimed(...timed);
  process.exit(0);
}
const { Table } = createRequire(import.meta.url)(path.join(root, "dist", "index.js"));
const blmm = path.join(root, "dist", "blmm.js");
const folder = studyOf(mesh, subjects);
if (process.argv[2] === "gpu") {
  const { benchGpu } = await import("../benchmarks/gpu.mjs");
  await benchGpu(folder);
  process.exit(0);
}
if (process.argv[2] === "peers") {
  const { comparePeers } = await import("../benchmarks/peers.mjs");
  await comparePeers(folder, Number(option("vertices", "200")), option("peers", "lme4,pyblmm"));
  process.exit(0);
}
const python = benchPython();
if (process.argv[2] === "abcd") {
  timeAbcd({ folder, simulate: studyOf, python, options: process.argv.slice(3) });
  process.exit(0);
}
const rows = [];
for (const design of ["des1", "des1r", "des2"]) {
  const inputs = path.join(folder, `lh_${design}.yml`);
  // A first read of the files warms the disk's cache for the fit and the floor alike.
  const images = readFileSync(path.join(folder, `lh_${design}_images.txt`), "utf8")
    .trim()
    .split("\n");
  for (const image of images) readFileSync(path.join(folder, image));
  const floor =
    python &&
    run(python, [
      path.join(root, "benchmarks", "floor.py"),
      path.join(folder, `lh_${design}_images.txt`),
      path.join(folder, design, "X.csv"),
      `${images.length}`,
    ]);
  const [read, product] = floor ? floor.stdout.trim().split(" ").map(Number) : [Number.NaN, Number.NaN];
  const started = performance.now();
  const peak = peakOf([process.execPath, blmm, "fit", inputs, "-q"]);
  const seconds = (performance.now() - started) / 1000;
  const info = JSON.parse(readFileSync(path.join(folder, `results_lh_${design}`, "blmm_fit.json"), "utf8"));
  const vertices = info.fit.inner;
  rows.push([
    design,
    images.length,
    vertices,
    seconds.toFixed(1),
    info.fit.seconds.toFixed(1),
    peak,
    (read + product).toFixed(2),
    `${(seconds / (read + product)).toFixed(1)}×`,
  ]);
}
process.stdout.write(
  `\n${new Table("", ["design", "images", "inner vertices", "seconds in all", "of them the fit", "peak GiB", "floor, seconds", "ratio"], rows)}\n`,
);

/** Bundles a benchmark in TypeScript, as if it stood at `place`, and runs it. */
async function runTimed(name, place) {
  const script = path.join(root, ".cache", name.replace(".ts", "Bench.mjs"));
  const at = path.join(root, ...place);
  await bundle({
    entryPoints: [path.join(root, "benchmarks", name)],
    outfile: script,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    define: {
      "import.meta.dirname": JSON.stringify(path.dirname(at)),
      "import.meta.url": JSON.stringify(pathToFileURL(at).href),
    },
  });
  spawnSync(process.execPath, [script, ...process.argv.slice(3)], { cwd: root, stdio: "inherit" });
}

/** A simulated study, made once. */
function studyOf(on, count) {
  const made = path.join(root, ".cache", `bench-${on}-${count}`);
  if (existsSync(path.join(made, "lh_des2.yml"))) return made;
  process.stdout.write(`Simulating ${count} subjects on ${on} (once) …\n`);
  run(process.execPath, [blmm, "simulate", made, "--mesh", on, "--subjects", `${count}`, "-q"]);
  return made;
}

/** Runs a command and returns its peak resident memory in GiB, from GNU time where there is one. */
function peakOf(command) {
  const timed = spawnSync("/usr/bin/time", ["-f", "%M", ...command], { encoding: "utf8" });
  if (timed.error === undefined) return (Number(timed.stderr.trim().split("\n").pop()) / 2 ** 20).toFixed(2);
  run(command[0], command.slice(1));
  return "–";
}

/** A Python with numpy in .cache/bench-venv, or nothing where it cannot be made. */
function benchPython() {
  const venv = path.join(root, ".cache", "bench-venv");
  const bin = path.join(venv, "bin", "python");
  if (!existsSync(bin) && spawnSync("python3", ["-m", "venv", venv]).status !== 0) return undefined;
  const numpy = spawnSync(bin, ["-m", "pip", "install", "-q", "numpy==2.2.6"], { stdio: "ignore" });
  return numpy.status === 0 ? bin : undefined;
}

function run(command, args) {
  const done = spawnSync(command, args, { encoding: "utf8", cwd: root });
  if (done.status !== 0) throw new Error(`${path.basename(command)} ${args.join(" ")}: ${done.stderr}`);
  return done;
}
