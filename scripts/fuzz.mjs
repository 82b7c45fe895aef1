// Reads damaged files of every format and counts what goes wrong: `npm run fuzz -- 100000` tries that many in all.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
/** Seconds that one file may take. */
const LONGEST = 5;

/** Bundles what reads the mutants; returns the script. */
async function bundle() {
  const outfile = path.join(root, ".cache", "fuzz", "mutants.mjs");
  mkdirSync(path.dirname(outfile), { recursive: true });
  const options = { bundle: true, platform: "node", format: "esm", target: "node20", packages: "external" };
  await build({ ...options, entryPoints: [path.join(root, "tests", "fuzz", "mutants.ts")], outfile });
  return outfile;
}

/** Reads mutants [from, to) in one process, which is ended when a file takes too long. */
function readSome(script, name, seed, from, to, figures) {
  const fixtures = path.join(root, "tests", "fixtures", "images");
  const args = ["--max-old-space-size=1024", script, name, `${seed}`, `${from}`, `${to}`, fixtures];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit", "pipe"] });
  return new Promise((resolve) => {
    let at = from;
    let rest = "";
    let done = false;
    let hung = false;
    let timer;
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        hung = true;
        child.kill("SIGKILL");
      }, 1000 * LONGEST);
    };
    watch();
    child.stdio[3].on("data", (data) => {
      watch();
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
      clearTimeout(timer);
      if (hung) figures.hangs.push({ hang: at });
      else if (!done)
        figures.uncaught.push({ uncaught: at, error: `the process ended with ${signal ?? code}` });
      resolve(done ? to : at + 1);
    });
  });
}

/**
 * Reads `count` mutants of each format.
 *
 * @returns {Promise<Record<string, { tried: number, refused: number, uncaught: object[], hangs: object[], peak: number }>>}
 */
export async function fuzz(names, count, seed = 1) {
  const script = await bundle();
  const all = {};
  for (const name of names) {
    const figures = { tried: count, refused: 0, uncaught: [], hangs: [], peak: 0 };
    all[name] = figures;
    for (let next = 0; next < count; ) next = await readSome(script, name, seed, next, count, figures);
  }
  return all;
}

/** The formats, as the tests list them. */
export async function formatNames() {
  const outfile = path.join(root, ".cache", "fuzz", "formats.mjs");
  const options = { bundle: true, platform: "node", format: "esm", target: "node20", packages: "external" };
  await build({ ...options, entryPoints: [path.join(root, "tests", "fuzz", "formats.ts")], outfile });
  return Object.keys((await import(outfile)).formats);
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
