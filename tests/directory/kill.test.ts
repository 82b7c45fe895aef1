import { spawnSync } from "node:child_process";
import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OutputDirectory } from "../../src/directory/outputDirectory.js";
import { restore } from "../../src/directory/restore.js";
import { Workspace } from "../workspace.js";
import { publish, request } from "./filesOf.js";
import { buildCommand, killHook, versionIn } from "./testCommand.js";

const place = new Workspace();
let command = "";
let kills = 0;
let lost = 0;

beforeAll(async () => {
  command = await buildCommand(place.folder);
});
afterAll(() => {
  console.log(`killed at changes of the file system: ${kills} kills, results lost: ${lost}`);
  place.remove();
});

/** Runs the tests' command; with `at`, killed at that change. Returns whether it was killed. */
function run(args: readonly string[], at: number): boolean {
  const { signal, status, stderr } = spawnSync(process.execPath, ["--require", killHook, command, ...args], {
    env: { ...process.env, KILL_AT: `${at}` },
    encoding: "utf8",
  });
  if (signal === "SIGKILL") {
    kills++;
    return true;
  }
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return false;
}

/** Compares what is there with what may be, and counts what was lost. */
function judge(found: number | string, allowed: readonly (number | string)[], when: string): void {
  if (!allowed.includes(found)) lost++;
  expect(allowed, `${when}: ${found}`).toContain(found);
}

const hidden = (folder: string) => readdirSync(folder).filter((name) => name.startsWith("."));
const foreign = ["mine.txt", "estimates/mine.txt"];

/** A directory with version 0 and files that are not BLMM's. */
function oldDirectory(folder: string, directory: string): void {
  mkdirSync(folder);
  const output = OutputDirectory.claim(directory, request);
  publish(output, 0);
  output.release();
  for (const name of foreign) writeFileSync(`${directory}/${name}`, name);
}

test("killed anywhere, a new directory is there whole or not at all, and the next command clears away", () => {
  for (let at = 1; ; at++) {
    const folder = place.file(`new ${at}`);
    mkdirSync(folder);
    const directory = `${folder}/results`;
    const killed = run(["write", directory, "1"], at);
    judge(versionIn(directory), killed ? ["nothing", 1] : [1], `kill at ${at}`);
    OutputDirectory.claim(directory, request).release();
    expect(hidden(folder)).toEqual([]);
    if (!killed) break;
  }
  expect(kills).toBeGreaterThan(12);
});

test("killed anywhere, old files or new ones are there after the next command, and others' files too", async () => {
  const before = kills;
  oldDirectory(place.file("old"), place.file("old/results"));
  for (let at = 1; ; at++) {
    const folder = place.file(`again ${at}`);
    cpSync(place.file("old"), folder, { recursive: true });
    const directory = `${folder}/results`;
    const killed = run(["write", directory, "1"], at);
    await restore(directory);
    judge(versionIn(directory, foreign), killed ? [0, 1] : [1], `kill at ${at}`);
    for (const name of foreign) expect(readFileSync(`${directory}/${name}`, "utf8")).toBe(name);
    expect([...hidden(folder), ...hidden(directory)]).toEqual([]);
    if (!killed) break;
  }
  expect(kills - before).toBeGreaterThan(20);
});

test("killed anywhere while it finishes what a kill broke off, it is finished by the one after", async () => {
  const before = kills;
  const whole = place.file("finishing");
  mkdirSync(whole);
  // Through a symbolic link, as to a disk with more room: the link stays.
  oldDirectory(place.file("finishing/disk"), place.file("finishing/disk/results"));
  symlinkSync("disk/results", place.file("finishing/link"));
  const copy = (from: string, to: string) => {
    rmSync(to, { recursive: true, force: true });
    cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  };
  const [half, tried] = [place.file("half"), place.file("tried")];
  for (let first = 1; ; first += 3) {
    copy(whole, half);
    if (!run(["write", `${half}/link`, "1"], first)) break;
    // Only where an exchange was broken off is there something to finish.
    const left = readdirSync(`${half}/disk/results`, { recursive: true, encoding: "utf8" });
    if (!left.some((name) => name.endsWith("journal.json"))) continue;
    for (let second = 1; ; second++) {
      copy(half, tried);
      const killed = run(["read", `${tried}/link`], second);
      await restore(`${tried}/link`);
      judge(versionIn(`${tried}/link`, foreign), [1], `kills at ${first} and ${second}`);
      expect(hidden(`${tried}/disk/results`)).toEqual([]);
      if (!killed) break;
    }
  }
  expect(lstatSync(`${tried}/link`).isSymbolicLink()).toBe(true);
  expect(kills - before).toBeGreaterThan(30);
}, 180_000);
