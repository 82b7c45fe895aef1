// Reads damaged files of every format and counts what goes wrong: `npm run fuzz -- 100000` tries that many in all.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildBundles } from "./build.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
/** Seconds that one file may take of the processor, and by the clock. */
const LONGEST = 5;
const LONGEST_WAIT = 60;

/** Seconds of the processor that a process has had; 0 where the system does not say. */
function processorSeconds(pid) {
  try {
    // Fields 14 and 15 of stat, in hundredths; the name before them may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** Bundles a script of the tests and returns the bundle. */
async function bundle(name) {
  const outfile = path.join(root, ".cache", "fuzz", `${name}.mjs`);
  mkdirSync(path.dirname(outfile), { recursive: true });
  const options = { bundle: true, platform: "node", format: "esm", target: "node20", packages: "external" };
  await build({ ...options, entryPoints: [path.join(root, "tests", "fuzz", `${name}.ts`)], outfile });
  return outfile;
}

let mutants;

/** Reads mutants [from, to) in one process, which is ended when a file takes too long. */
function readSome(script, name, seed, from, to, figures) {
  const fixtures = path.join(root, "tests", "fixtures", "images");
  const args = ["--max-old-space-size=1024", script, name, `${seed}`, `${from}`, `${to}`, fixtures];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit", "pipe"] });
  return new Promise((resolve) => {
    let at;
    let rest = "";
    let done = false;
    let hung = false;
    // A file takes too long by the time of the processor, since others may be at work; or by the clock, where it waits.
    let since = { at, clock: Date.now(), processor: 0 };
    const watch = setInterval(() => {
      const now = { at, clock: Date.now(), processor: processorSeconds(child.pid) };
      if (at === undefined || at !== since.at) since = now;
      else if (now.processor - since.processor > LONGEST || now.clock - since.clock > 1000 * LONGEST_WAIT) {
        hung = true;
        child.kill("SIGKILL");
      }
    }, 500);
    child.stdio[3].on("data", (data) => {
      const lines = (rest + data).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        const message = JSON.parse(line);
        at = message.at ?? at;
        if (message.uncaught !== undefined) figures.uncaught.push(message);
        if (message.refused === undefined) continue;
        done = true;
        figures.refused += message.refused;
        figures.peak = Math.max(figures.peak, message.peak);
      }
    });
    child.on("close", (code, signal) => {
      clearInterval(watch);
      if (hung) figures.hangs.push({ hang: at });
      else if (!done)
        figures.uncaught.push({ uncaught: at, error: `the process ended with ${signal ?? code}` });
      resolve(done ? to : (at ?? from) + 1);
    });
  });
}

/**
 * Reads `count` mutants of each format.
 *
 * @returns {Promise<Record<string, { tried: number, refused: number, uncaught: object[], hangs: object[], peak: number }>>}
 */
export async function fuzz(names, count, seed = 1) {
  mutants ??= bundle("mutants");
  const script = await mutants;
  const all = {};
  for (const name of names) {
    const figures = { tried: count, refused: 0, uncaught: [], hangs: [], peak: 0 };
    all[name] = figures;
    for (let next = 0; next < count; ) next = await readSome(script, name, seed, next, count, figures);
  }
  return all;
}

async function formatNames() {
  return Object.keys((await import(await bundle("formats"))).formats);
}

async function main() {
  const total = Number(process.argv[2] ?? 20_000);
  const seed = Number(process.argv[3] ?? 1);
  if (!Number.isInteger(total) || total < 1 || !Number.isInteger(seed)) {
    process.stderr.write(
      "npm run fuzz -- COUNT [SEED]: how many damaged files are tried in all, and the seed\n",
    );
    return 2;
  }
  // The fits of results directories run in workers of the package.
  await buildBundles();
  const names = await formatNames();
  const sum = { tried: 0, refused: 0, uncaught: 0, hangs: 0, peak: 0 };
  const row = (title, { tried, refused, uncaught, hangs, peak }) =>
    `${title.padEnd(22)}${[tried, refused, uncaught, hangs, Math.round(peak)].map((value) => value.toLocaleString("en-US").padStart(12)).join("")}\n`;
  process.stdout.write(
    `${"".padEnd(22)}${["tried", "refused", "uncaught", "hangs", "peak MiB"].map((word) => word.padStart(12)).join("")}\n`,
  );
  for (const name of names) {
    const { [name]: found } = await fuzz([name], Math.ceil(total / names.length), seed);
    const figures = { ...found, uncaught: found.uncaught.length, hangs: found.hangs.length };
    process.stdout.write(row(name, figures));
    for (const problem of [...found.uncaught, ...found.hangs].slice(0, 5))
      process.stdout.write(`  ${JSON.stringify(problem)}\n`);
    for (const key of ["tried", "refused", "uncaught", "hangs"]) sum[key] += figures[key];
    sum.peak = Math.max(sum.peak, figures.peak);
  }
  process.stdout.write(row("in all", sum));
  return sum.uncaught + sum.hangs === 0 ? 0 : 1;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = await main();
