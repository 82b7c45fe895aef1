// Reads a range of mutants of one format in a process of its own, and says on descriptor 3 how far it has come.
import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { InputError } from "../../src/errors.js";
import { formats } from "./formats.js";
import { mutant } from "./mutate.js";

const [name, seed, from, to, fixtures] = process.argv.slice(2);
const format = formats[name];
const folder = mkdtempSync(path.join(tmpdir(), "blmm fuzz "));
const seeds = await format.seeds(fixtures, folder);
let index = Number(from);
let refused = 0;

/** One line of JSON for whoever watches. */
function say(message: Record<string, unknown>): void {
  writeSync(3, `${JSON.stringify(message)}\n`);
}

const uncaught = (error: unknown) =>
  say({ uncaught: index, error: error instanceof Error ? error.stack : String(error) });
process.on("uncaughtException", uncaught);
process.on("unhandledRejection", uncaught);

for (; index < Number(to); index++) {
  say({ at: index });
  try {
    await format.read(folder, mutant(seeds, format.isText, Number(seed), index), index);
  } catch (error) {
    if (error instanceof InputError) refused++;
    else uncaught(error);
  }
}
rmSync(folder, { recursive: true });
say({ refused, peak: process.resourceUsage().maxRSS / 1024 });
