import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { placeOf } from "../../src/directory/claim.js";
import { checkConflicts } from "../../src/directory/conflicts.js";
import { MANIFEST_FILE } from "../../src/directory/manifest.js";
import { OutputDirectory } from "../../src/directory/outputDirectory.js";
import { restore } from "../../src/directory/restore.js";
import { InputError } from "../../src/errors.js";
import { Workspace } from "../workspace.js";
import { publish, request } from "./filesOf.js";
import { buildCommand, namesIn, versionIn } from "./testCommand.js";

const place = new Workspace();
let command = "";
const children: ChildProcess[] = [];
beforeAll(async () => {
  command = await buildCommand(place.folder);
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  place.remove();
});

function write(directory: string, version: number, inputs: readonly string[] = []): void {
  const output = OutputDirectory.claim(directory, { ...request, inputs });
  try {
    publish(output, version);
  } finally {
    output.release();
  }
}

/** What is said when a directory is claimed; nothing may change. */
function refusal(directory: string, inputs: readonly string[] = []): string {
  const around = path.dirname(path.resolve(directory));
  const isFolder =
    around.startsWith(place.folder) && statSync(around, { throwIfNoEntry: false })?.isDirectory();
  const before = isFolder ? namesIn(around) : undefined;
  try {
    OutputDirectory.claim(directory, { ...request, inputs }).release();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    if (before !== undefined) expect(namesIn(around)).toEqual(before);
    return (error as Error).message;
  }
  return "not refused";
}

/** A folder with a directory of version 0 in it. */
function withResults(name: string): string {
  const directory = place.file(`${name}/results`);
  write(directory, 0);
  return directory;
}

describe("only what the list of files names is replaced", () => {
  test("a new directory appears with its list, and nothing is left beside it", () => {
    const directory = place.file("new/deep/results");
    write(directory, 1);
    expect(versionIn(directory)).toBe(1);
    expect(readdirSync(place.file("new/deep"))).toEqual(["results"]);
    expect(JSON.parse(readFileSync(path.join(directory, MANIFEST_FILE), "utf8"))).toMatchObject({
      software: expect.stringMatching(/^BLMM in TypeScript/),
      kind: "test",
      files: [{ path: "a.dat", bytes: 200, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }, {}, {}, {}],
    });
  });

  test("new files take the place of old ones; everything else stays", () => {
    const directory = withResults("again");
    const [file, folder] = [path.join(directory, "notes.txt"), path.join(directory, "estimates/mine")];
    writeFileSync(file, "mine");
    mkdirSync(folder);
    const before = statSync(directory).ino;
    write(directory, 1);
    expect(versionIn(directory, ["notes.txt"])).toBe(1);
    expect(readFileSync(file, "utf8")).toBe("mine");
    expect(existsSync(folder)).toBe(true);
    expect(statSync(directory).ino).toBe(before);
  });

  test("a folder of other things gets the files added, and is otherwise as it was", () => {
    place.write("study/estimates/mine.csv", "1,2");
    place.write("study/X.csv", "1");
    write(place.file("study"), 1);
    expect(versionIn(place.file("study"), ["estimates/mine.csv", "X.csv"])).toBe(1);
    write(place.file("study"), 0);
    expect(versionIn(place.file("study"), ["estimates/mine.csv", "X.csv"])).toBe(0);
  });

  test("somebody else's file under a name that will be written", () => {
    place.write("foreign/results/estimates/c.f64", "mine");
    place.write("foreign/results/b.dat", "mine");
    expect(refusal(place.file("foreign/results"))).toMatch(
      /results, outdir: b\.dat \(and 1 more\) is not listed in blmm_files\.json: not written by this version of BLMM; expected a place .* Move it away/s,
    );
  });

  test("a file that was changed, or damaged, since it was written", () => {
    const directory = withResults("changed");
    writeFileSync(path.join(directory, "b.dat"), `b 9 ${"b 0 ".repeat(79)}`);
    expect(refusal(directory)).toMatch(/b\.dat is not as BLMM wrote it: changed or damaged since/);
    unlinkSync(path.join(directory, "b.dat"));
    write(directory, 1);
    expect(versionIn(directory)).toBe(1);
  });

  test("a list that is damaged, or points outside", () => {
    const directory = withResults("damaged");
    const list = path.join(directory, MANIFEST_FILE);
    const whole = readFileSync(list, "utf8");
    for (const text of [whole.slice(0, 100), "{}", whole.replace("only-0.dat", "../only-0.dat")]) {
      writeFileSync(list, text);
      expect(refusal(directory)).toMatch(/blmm_files\.json: a damaged list of files; expected/);
    }
  });

  test("files of another kind", () => {
    const directory = withResults("kinds");
    expect(() => OutputDirectory.claim(directory, { ...request, kind: "compare" })).toThrow(
      /it holds the files of "test"; expected a new place, or one that holds those of "compare"/,
    );
  });

  test("an input, and a directory that is read", () => {
    const directory = withResults("inputs");
    expect(refusal(directory, [path.join(directory, "b.dat")])).toMatch(/b\.dat is an input/);
    symlinkSync("results", place.file("inputs/link"));
    expect(refusal(directory, [place.file("inputs/link")])).toMatch(/results is an input, which would be/);
    expect(versionIn(directory)).toBe(0);
    write(directory, 1, [place.write("inputs/X.csv", "1")]);
    expect(versionIn(directory)).toBe(1);
  });
});

describe("symbolic links and other file systems", () => {
  test("a link to a directory stays a link, and the directory is filled", () => {
    mkdirSync(place.file("links/disk"), { recursive: true });
    symlinkSync("disk", place.file("links/results"));
    for (const version of [0, 1]) {
      write(place.file("links/results"), version);
      expect(versionIn(place.file("links/disk"))).toBe(version);
    }
    expect(lstatSync(place.file("links/results")).isSymbolicLink()).toBe(true);
  });

  test("a link to nowhere, and links in the place of files and folders", () => {
    mkdirSync(place.file("dangling"));
    symlinkSync("nowhere", place.file("dangling/results"));
    expect(refusal(place.file("dangling/results"))).toMatch(
      /a symbolic link to a place that does not exist; expected a directory/,
    );
    const directory = withResults("linked");
    place.write("linked/elsewhere/c.f64", "mine");
    unlinkSync(path.join(directory, "a.dat"));
    symlinkSync("../elsewhere/c.f64", path.join(directory, "a.dat"));
    expect(refusal(directory)).toMatch(/a\.dat is a symbolic link to \.\.\/elsewhere\/c\.f64/);
    unlinkSync(path.join(directory, "a.dat"));
    unlinkSync(path.join(directory, "estimates/c.f64"));
    const folder = path.join(directory, "estimates");
    rmdirSync(folder);
    symlinkSync("../elsewhere", folder);
    expect(refusal(directory)).toMatch(/c\.f64 is under estimates, a symbolic link to \.\.\/elsewhere/);
    expect(readFileSync(place.file("linked/elsewhere/c.f64"), "utf8")).toBe("mine");
  });

  test.skipIf(!existsSync("/dev/shm") || statSync("/dev/shm").dev === statSync("/dev").dev)(
    "a folder inside that is a mount point is found before anything is written",
    () => {
      expect(() => checkConflicts("/dev", undefined, ["shm/c.f64"], [])).toThrow(
        /shm\/c\.f64 is under shm, which is on another file system/,
      );
    },
  );
});

describe("a place at which nothing can be written is found when it is claimed", () => {
  test.each([
    ["a file", () => place.write("file", "mine"), /it is a file; expected a directory/],
    ["under a file", () => `${place.write("file", "mine")}/results`, /is a file|a file is in the way/],
    ["a name that is too long", () => place.file("n".repeat(300)), /its name is too long \(ENAMETOOLONG\)/],
    ["a name with a zero", () => place.file("a\0b"), /a character that no name may have/],
    ["a folder of the system", () => "/proc/results", /it cannot be written: .* \((ENOENT|EACCES|EPERM)\)/],
  ])("%s", (_, directory, message) => {
    expect(refusal(directory())).toMatch(message);
  });

  test("a disk without room", () => {
    expect(() => OutputDirectory.claim(place.file("huge"), { ...request, bytes: 1e18 })).toThrow(
      /GB free on its disk; expected at least 1000000000\.0 GB/,
    );
    expect(existsSync(place.file("huge"))).toBe(false);
  });

  test("folders made on the way are gone when nothing was written", () => {
    OutputDirectory.claim(place.file("made/on/the/way"), request).release();
    expect(existsSync(place.file("made"))).toBe(false);
  });
});

describe("one writer at a time", () => {
  async function holder(directory: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, [command, "hold", directory], { stdio: ["ignore", "pipe", 2] });
    children.push(child);
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  test.each([
    ["a new place", () => place.file("held new/results")],
    ["old results", () => withResults("held old")],
  ])("a second one is told who holds %s, until that process is gone", async (_, where) => {
    const directory = where();
    const child = await holder(directory);
    expect(refusal(directory)).toMatch(
      new RegExp(`outdir: process ${child.pid} \\(a test, since \\d\\d:\\d\\d:\\d\\d\\) is writing there`),
    );
    await kill(child);
    write(directory, 1);
    expect(versionIn(directory)).toBe(1);
    expect(readdirSync(path.dirname(directory))).toEqual(["results"]);
  });

  test("of eight that claim a place at the same moment, one gets it", async () => {
    const directory = place.file("crowd/results");
    const tries = Array.from({ length: 8 }, () => {
      const child = spawn(process.execPath, [command, "hold", directory], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      children.push(child);
      let said = "";
      return new Promise<{ child: ChildProcess; said: string }>((resolve) => {
        for (const stream of [child.stdout, child.stderr]) {
          stream.on("data", (text: Buffer) => {
            said += text;
            if (said.endsWith("\n")) resolve({ child, said });
          });
        }
      });
    });
    const told = await Promise.all(tries);
    const holders = told.filter(({ said }) => said === "held\n");
    expect(holders).toHaveLength(1);
    for (const { said } of told.filter((one) => !holders.includes(one)))
      expect(said).toMatch(/process \d+ .*is writing there/);
    await kill(holders[0].child);
  });

  test("the same process is told too", () => {
    const first = OutputDirectory.claim(place.file("twice"), request);
    expect(refusal(place.file("twice"))).toMatch(/this process \(a test, since .*\) is writing there/);
    publish(first, 1);
    first.release();
    expect(versionIn(place.file("twice"))).toBe(1);
  });

  test("other places beside it are free", async () => {
    const child = await holder(place.file("beside/one"));
    write(place.file("beside/two"), 1);
    expect(versionIn(place.file("beside/two"))).toBe(1);
    await kill(child);
  });

  test("what killed commands left is gone after the next one", async () => {
    const names = Array.from({ length: 8 }, (_, k) => `results ${k}`);
    const running = await Promise.all(names.map((name) => holder(place.file(`swept/${name}`))));
    await Promise.all(running.map(kill));
    expect(readdirSync(place.file("swept"))).toHaveLength(names.length);
    write(place.file("swept/results"), 1);
    expect(readdirSync(place.file("swept"))).toEqual(["results"]);
  });

  test("a writer on another machine counts as long as it shows life", () => {
    const directory = withResults("network");
    const claim = path.join(directory, `.blmm-${placeOf(directory)}-1-abc-01234567`);
    mkdirSync(claim);
    writeFileSync(
      path.join(claim, "owner.json"),
      '{"title":"fit of a.yml","host":"node7","since":"10:00:00"}',
    );
    expect(refusal(directory)).toMatch(/process 1 on node7 \(fit of a\.yml, since 10:00:00\) is writing/);
    const old = new Date(Date.now() - 3_600_000);
    utimesSync(claim, old, old);
    write(directory, 1);
    expect(versionIn(directory)).toBe(1);
    expect(existsSync(claim)).toBe(false);
  });

  test("a number that now belongs to another process does not hold a place", () => {
    const directory = withResults("reused");
    const output = OutputDirectory.claim(directory, request);
    const [own] = readdirSync(directory).filter((name) => name.startsWith(".blmm-"));
    output.release();
    const [, , place8, , , machine] = own.split(/-|\.blmm/);
    mkdirSync(path.join(directory, `.blmm-${place8}-${process.pid}-0001-${machine}`));
    write(directory, 1);
    expect(readdirSync(directory).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("what somebody puts there meanwhile is not touched, and the new files are kept whole beside it", () => {
  test.each([
    ["a new place", () => place.file("meanwhile new/results")],
    ["old results", () => withResults("meanwhile old")],
  ])("%s", (_, where) => {
    const directory = where();
    const output = OutputDirectory.claim(directory, request);
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, "a.dat"), "mine");
    expect(() => publish(output, 1)).toThrow(
      /something else was put there meanwhile.* whole in .*results-1/s,
    );
    output.release();
    expect(readFileSync(path.join(directory, "a.dat"), "utf8")).toBe("mine");
    expect(versionIn(`${directory}-1`)).toBe(1);
  });

  test("a write that fails leaves old files as they were", async () => {
    const directory = withResults("failing");
    const output = OutputDirectory.claim(directory, request);
    expect(() =>
      output.publish((folder) => {
        writeFileSync(path.join(folder, "a.dat"), "new");
        throw new Error("no more");
      }),
    ).toThrow("no more");
    output.release();
    await restore(directory);
    expect(versionIn(directory)).toBe(0);
    expect(readdirSync(path.dirname(directory))).toEqual(["results"]);
  });
});
