// `npm run bench -- abcd`: three designs of ABCD-shaped data fitted in one pass and compared, each of them alone beside
// the floor (reading, and numpy's X'Y), and counts. Options:
//   --full      20,496 vertices: the simulated 2,562, eight times over
//   --scaling   twice the vertices, twice the images, one thread, less memory, a study larger than MAXMEM
//   --biobank   what 50,000 images at 327,684 vertices would take, from the pieces of a run with 50,000 images
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { tile } from "./tile.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
/** Of the package, which is built by the time it is needed. */
let Table;
const THREE = "des1,des1r,des2";
const say = (text) => process.stdout.write(`${text}\n`);
const run = (command, args) => {
  const done = spawnSync(command, args, { encoding: "utf8", cwd: root, maxBuffer: 2 ** 26 });
  if (done.status !== 0) throw new Error(`${path.basename(command)} ${args.join(" ")}: ${done.stderr}`);
  return done.stdout;
};

/**
 * Runs the benchmark and prints its tables.
 *
 * @param folder a study of `blmm simulate`.
 * @param simulate makes another: `simulate(mesh, subjects)` returns its folder.
 * @param python a Python with numpy, or undefined.
 */
export function timeAbcd({ folder, simulate, python, options }) {
  ({ Table } = createRequire(import.meta.url)("../dist/index.js"));
  const has = (name) => options.includes(`--${name}`);
  const where = mkdtempSync(path.join(os.tmpdir(), "blmm-bench-"));
  const times = has("full") ? 8 : 1;
  try {
    const study = tiled(folder, times);
    say(`${machine()}\n`);
    timeTogether(study, where, python);
    if (has("scaling")) timeScaling(folder, times, simulate, where);
    if (has("biobank")) estimateBiobank(simulate, where);
    say(`\nLoad of the machine at the end: ${load()}`);
  } finally {
    rmSync(where, { recursive: true, force: true });
  }
}

function timeTogether(study, where, python) {
  warm(study);
  const together = measure(study, where, THREE);
  const all = total(together);
  const rows = [...together.rows, { name: "all of it, from the start of the process", ...all }];
  say(
    new Table(
      `Three designs in one pass; peak ${together.peak.toFixed(2)} GiB`,
      ["piece", "seconds", "processor / 2"],
      rows.map(({ name, wall, cpu }) => [name, wall.toFixed(2), (cpu / 2).toFixed(2)]),
    ),
  );
  const alone = THREE.split(",").map((design) => {
    const floor = floorOf(python, study, design);
    const one = measure(study, where, design);
    const { wall, cpu } = one.rows.at(-1);
    return [design, wall, cpu / 2, floor, wall / floor, cpu / 2 / floor, one.peak].map((value) =>
      typeof value === "number" ? value.toFixed(2) : value,
    );
  });
  say(
    `\n${new Table("Each alone, opened", ["design", "seconds", "processor / 2", "floor", "× floor", "processor / 2 × floor", "peak GiB"], alone)}`,
  );
  const columns = ["design", "images", "vertices", "patterns of missing images", "evaluations a vertex"];
  say(
    `\n${new Table(
      "",
      [...columns, "certificates failed", "MB of images read"],
      together.counts.map((c) => [
        c.design,
        c.images,
        c.vertices,
        c.ringPatterns,
        c.evaluations.toFixed(2),
        c.certificatesFailed,
        Math.round(c.bytesRead / 1e6),
      ]),
    )}`,
  );
  say(`Backend: ${together.backend}`);
}

function timeScaling(folder, times, simulate, where) {
  const base = tiled(folder, times);
  const name = path.basename(folder);
  const subjects = Number(name.split("-").at(-1));
  const half = tiled(simulate(name.split("-")[1], Math.round(subjects / 2)), times);
  const rows = [];
  const add = (what, { wall, cpu, peak, blocks }, other) =>
    rows.push([
      what,
      wall.toFixed(2),
      (cpu / 2).toFixed(2),
      other === undefined ? "" : (wall / other.wall).toFixed(2),
      other === undefined ? "" : (cpu / other.cpu).toFixed(2),
      peak.toFixed(2),
      blocks,
    ]);
  const fitOf = (study, ...args) => {
    warm(study);
    const one = measure(study, where, THREE, ...args);
    const { wall, cpu } = one.rows.find((row) => row.name.startsWith("read"));
    return { wall, cpu, peak: one.peak, blocks: one.counts[0].blocks };
  };
  const whole = fitOf(base);
  add("all of it", whole);
  add("twice the vertices", fitOf(tiled(folder, 2 * times)), whole);
  const fewer = fitOf(half);
  add("half the images", fewer);
  rows.push([
    "twice the images: all of it, as a multiple of that",
    "",
    "",
    (whole.wall / fewer.wall).toFixed(2),
    (whole.cpu / fewer.cpu).toFixed(2),
    "",
    "",
  ]);
  // The thread that fits has the one that reads and writes beside it, on a core of its own, unless both have one core.
  add("one thread", fitOf(base, "--threads", "1"), whole);
  if (pins()) add("one thread, on one core", fitOf(base, "--threads", "1", ON_ONE_CORE), whole);
  add("MAXMEM 2**29", fitOf(base, "--maxmem", `${2 ** 29}`), whole);
  const bytes = 4 * 9835 * 2562 * times;
  add(
    `MAXMEM a fourth of the images (${Math.round(bytes / 4 / 1e6)} MB)`,
    fitOf(base, "--maxmem", `${bytes / 4}`),
    whole,
  );
  const columns = ["reading, fitting and writing three designs", "seconds", "processor / 2"];
  say(
    `\n${new Table("How it grows", [...columns, "× all: seconds", "× all: processor", "peak GiB", "parts"], rows)}`,
  );
}

/** From a run with 50,000 images at few vertices, as if all of it, plans too, grew with the vertices: an upper bound. */
function estimateBiobank(simulate, where) {
  const [images, vertices, memory] = [50_000, 327_684, 2 ** 32];
  const study = simulate("ico3", 26_330);
  warm(study);
  const rows = ["des1", "des2"].map((design) => {
    const one = measure(study, where, design);
    const { images: n, vertices: V, seconds } = one.counts[0];
    const fit = one.rows.find((row) => row.name.startsWith("read")).wall;
    const whole = ((fit * images) / n) * (vertices / V);
    // Images have three eighths of the budget.
    const parts = Math.ceil((4 * images * vertices) / ((3 / 8) * memory));
    return [
      design,
      n,
      V,
      fit.toFixed(1),
      seconds.toFixed(1),
      (whole / 60).toFixed(0),
      parts,
      one.peak.toFixed(2),
    ];
  });
  const columns = ["design", "images", "vertices", "seconds", "of them fitting"];
  say(
    `\n${new Table(
      "50,000 images at 327,684 vertices: an upper bound, from a run with as many images",
      [...columns, "minutes, at most", "parts at MAXMEM 2**32", "peak GiB of the run"],
      rows,
    )}`,
  );
}

/** Among the arguments of a run: the whole process has the first core alone. */
const ON_ONE_CORE = "--on-one-core";
const pins = () => spawnSync("taskset", ["-c", "0", "true"]).status === 0;

function measure(study, where, designs, ...args) {
  const script = path.join(root, "benchmarks", "abcdRun.mjs");
  rmSync(where, { recursive: true, force: true });
  const own = args.filter((arg) => arg !== ON_ONE_CORE);
  const command = [process.execPath, script, study, where, designs, ...own];
  if (own.length < args.length) command.unshift("taskset", "-c", "0");
  return JSON.parse(run(command[0], command.slice(1)));
}

const total = ({ rows }) => ({
  wall: rows.reduce((sum, row) => sum + row.wall, 0),
  cpu: rows.reduce((sum, row) => sum + row.cpu, 0),
});

/** The study so many times over, made once. */
function tiled(folder, times) {
  if (times === 1) return folder;
  const to = `${folder}-x${times}`;
  if (!existsSync(path.join(to, "lh_des2.yml"))) {
    say(`Making ${path.basename(to)} (once) …`);
    tile(folder, to, times);
  }
  return to;
}

/** Reads every image once, so that they are in the page cache. */
function warm(study) {
  const list = readFileSync(path.join(study, "lh_des1_images.txt"), "utf8").trim().split("\n");
  for (const image of list) readFileSync(path.join(study, image));
}

/** Seconds that numpy takes to read the images of a design and to multiply them by X. */
function floorOf(python, study, design) {
  if (python === undefined) return Number.NaN;
  const list = path.join(study, `lh_${design}_images.txt`);
  const count = readFileSync(list, "utf8").trim().split("\n").length;
  const script = path.join(root, "benchmarks", "floor.py");
  const printed = run(python, [script, list, path.join(study, design, "X.csv"), `${count}`]);
  const [read, product] = printed.trim().split(" ").map(Number);
  return read + product;
}

const load = () =>
  os
    .loadavg()
    .map((value) => value.toFixed(1))
    .join(", ");

function machine() {
  const model = os.cpus()[0]?.model ?? "unknown processor";
  const memory = (os.totalmem() / 2 ** 30).toFixed(0);
  return `${model}, ${os.availableParallelism()} cores, ${memory} GiB, Node ${process.version}; load ${load()}`;
}
