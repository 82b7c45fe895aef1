// Times the fits on ABCD-shaped data (5,179 subjects, 9,835 images) beside the floor: reading the images, and
// numpy's X'Y. `npm run bench` takes a sphere of 2,562 vertices; `npm run bench -- --mesh ico5` one of 10,242.
// `npm run bench -- kernel [--cells 5000]` times the notebooks' kernel instead, `npm run bench -- viewer` the viewer, its pages and
// pictures; `npm run bench -- abcd` the three fits
// and the comparison in one process, with processor time and counts; `npm run bench -- gpu` the backends.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { build as bundle } from "esbuild";
import { build, installPackages, root } from "./setup.mjs";

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
};
const mesh = option("mesh", "ico4");
const subjects = option("subjects", "5179");

installPackages();
build();
if (process.argv[2] === "kernel" || process.argv[2] === "viewer") {
  await timeBundled(process.argv[2]);
  process.exit(0);
}
const { Table } = createRequire(import.meta.url)(path.join(root, "dist", "index.js"));
const folder = path.join(root, ".cache", `bench-${mesh}-${subjects}`);
const blmm = path.join(root, "dist", "blmm.js");
if (!existsSync(path.join(folder, "lh_des2.yml"))) {
  process.stdout.write(`Simulating ${subjects} subjects on ${mesh} (once) …\n`);
  run(process.execPath, [blmm, "simulate", folder, "--mesh", mesh, "--subjects", subjects, "-q"]);
}
if (process.argv[2] === "gpu") {
  const { backends, openStudy } = createRequire(import.meta.url)(path.join(root, "dist", "index.js"));
  process.stdout.write(`${await backends(await openStudy(path.join(folder, "lh_des1.yml")))}\n`);
  process.exit(0);
}
const python = benchPython();
if (process.argv[2] === "abcd") {
  timeAbcd();
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

/** Bundles a benchmark that is written in TypeScript and runs it. */
async function timeBundled(name) {
  const script = path.join(root, ".cache", `${name}Bench.mjs`);
  await bundle({
    entryPoints: [path.join(root, "benchmarks", `${name}.ts`)],
    outfile: script,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    define: {
      "import.meta.dirname": JSON.stringify(path.join(root, "tests", "kernel-extensions", "kernel")),
    },
  });
  spawnSync(process.execPath, [script, ...process.argv.slice(3)], { cwd: root, stdio: "inherit" });
}

/** The three fits and the comparison in one process, beside what reading and numpy's X'Y take. */
function timeAbcd() {
  const where = mkdtempSync(path.join(tmpdir(), "blmm-bench-"));
  try {
    const script = path.join(root, "benchmarks", "abcd.mjs");
    const { machine, peak, rows, counts } = JSON.parse(run(process.execPath, [script, folder, where]).stdout);
    const total = (of) => rows.reduce((sum, row) => sum + row[of], 0);
    const shown = [...rows, { name: "all of it", wall: total("wall"), cpu: total("cpu") }];
    const floor = counts.map(({ design, images }) => floorOf(design, images));
    const seconds = floor.reduce((sum, one) => sum + one, 0);
    process.stdout.write(
      `\n${new Table(
        `${machine}; peak ${peak.toFixed(2)} GiB`,
        ["piece", "seconds", "of processor", "× floor"],
        [
          ...shown.map(({ name, wall, cpu }) => [
            name,
            wall.toFixed(2),
            cpu.toFixed(2),
            (wall / seconds).toFixed(2),
          ]),
          ["floor: reading and numpy's X'Y of all three", seconds.toFixed(2), "", "1.00"],
        ],
      )}\n`,
    );
    process.stdout.write(
      `\n${new Table(
        "",
        [
          "design",
          "images",
          "vertices",
          "patterns of missing images",
          "evaluations a vertex",
          "certificates failed",
          "MB of images",
        ],
        counts.map((c) => [
          c.design,
          c.images,
          c.vertices,
          c.ringPatterns,
          c.evaluations.toFixed(2),
          c.certificatesFailed,
          Math.round(c.bytesRead / 1e6),
        ]),
      )}\n`,
    );
  } finally {
    rmSync(where, { recursive: true });
  }
}

/** Seconds that numpy takes to read the images of a design and to multiply them by X. */
function floorOf(design, images) {
  if (python === undefined) return Number.NaN;
  const list = path.join(folder, `lh_${design}_images.txt`);
  const script = path.join(root, "benchmarks", "floor.py");
  const done = run(python, [script, list, path.join(folder, design, "X.csv"), `${images}`]);
  const [read, product] = done.stdout.trim().split(" ").map(Number);
  return read + product;
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
