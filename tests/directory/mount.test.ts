import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Workspace } from "../workspace.js";
import { buildCommand, killHook, namesIn, versionIn } from "./testCommand.js";

const place = new Workspace();
let command = "";
beforeAll(async () => {
  command = await buildCommand(place.folder);
});
afterAll(() => place.remove());

const canMount =
  spawnSync("unshare", ["--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs tmpfs "$PWD"']).status ===
  0;
if (!canMount) console.warn("SKIPPED: this system does not allow to mount; mount points are not tried.");

/** Runs a script in which `$D` is a mount point; what is there at the end is copied to `$D` outside. */
function mounted(name: string, options: string, script: string) {
  const [inside, outside] = [place.file(`${name} mount`), place.file(name)];
  for (const folder of [inside, outside]) mkdirSync(folder);
  const { stdout, stderr } = spawnSync(
    "unshare",
    [
      "--map-root-user",
      "--mount",
      "sh",
      "-c",
      `mount -t tmpfs -o ${options} tmpfs "$D"; ${script}; cp -a "$D/." "$OUT"`,
    ],
    {
      encoding: "utf8",
      env: {
        ...process.env,
        D: inside,
        OUT: outside,
        BLMM: command,
        HOOK: killHook,
      },
    },
  );
  return { said: `${stdout}${stderr}`, outside };
}

describe.skipIf(!canMount)("a mount point as results directory", () => {
  test("is filled, and filled again, in place", () => {
    const { said, outside } = mounted(
      "twice",
      "size=1m",
      'node "$BLMM" write "$D" 0; echo mine > "$D/notes"; node "$BLMM" write "$D" 1',
    );
    expect(said).toBe("");
    expect(versionIn(outside, ["notes"])).toBe(1);
  });

  test.each([14, 18, 20, 22, 25])("killed at change %i, it is finished by the next command", (at) => {
    const { said, outside } = mounted(
      `killed ${at}`,
      "size=1m",
      `node "$BLMM" write "$D" 0; KILL_AT=${at} node -r "$HOOK" "$BLMM" write "$D" 1 || echo killed; node "$BLMM" read "$D"`,
    );
    expect(said).toMatch(/killed/);
    expect([0, 1]).toContain(versionIn(outside));
  });

  test("a disk that becomes full leaves the old results", () => {
    const { said, outside } = mounted(
      "full",
      "size=28k",
      'node "$BLMM" write "$D" 0; head -c 1000000 /dev/zero > "$D/filler" 2>/dev/null; node "$BLMM" write "$D" 1',
    );
    expect(said).toMatch(/outdir: it cannot be written: its disk is full \(ENOSPC\)/);
    expect(versionIn(outside, ["filler"])).toBe(0);
  });

  test("a read-only file system is found when it is claimed", () => {
    const { said, outside } = mounted(
      "readonly",
      "size=1m",
      'node "$BLMM" write "$D" 0; mount -o remount,ro "$D"; node "$BLMM" write "$D" 1; node "$BLMM" read "$D"',
    );
    expect(said).toMatch(/outdir: it cannot be written: its file system is read-only \(EROFS\)/);
    expect(versionIn(outside)).toBe(0);
    expect(namesIn(outside).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("another file system inside the directory is found when it is claimed", () => {
    const { said } = mounted(
      "inside",
      "size=1m",
      'node "$BLMM" write "$D" 0; mkdir "$D/moved"; mv "$D/estimates/c.f64" "$D/moved"; mount -t tmpfs tmpfs "$D/estimates"; node "$BLMM" write "$D" 1; umount "$D/estimates"',
    );
    expect(said).toMatch(/estimates\/c\.f64 is under estimates, which is on another file system/);
  });
});
