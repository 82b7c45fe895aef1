import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { MANIFEST_FILE, readManifest } from "../../src/directory/manifest.js";
import { filesOf } from "./filesOf.js";

const here = path.dirname(fileURLToPath(import.meta.url));

/** The hook that kills a command at a chosen change of the file system. */
export const killHook = path.join(here, "killAt.cjs");

/** Bundles the tests' command; returns its file. */
export async function buildCommand(folder: string): Promise<string> {
  const outfile = path.join(folder, "command.cjs");
  await build({
    entryPoints: [path.join(here, "command.ts")],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    outfile,
    logLevel: "warning",
  });
  return outfile;
}

/** Which version of the test's files a directory holds, whole and alone; a sentence when it holds none. */
export function versionIn(directory: string, foreign: readonly string[] = []): number | string {
  if (!existsSync(directory)) return "nothing";
  const names = namesIn(directory).filter((name) => !foreign.includes(name));
  if (names.length === 0) return "nothing";
  const manifest = readManifest(directory);
  if (manifest === undefined) return `no list of files beside ${names.join(", ")}`;
  for (const version of [0, 1]) {
    const files = filesOf(version);
    const expected = [...Object.keys(files), MANIFEST_FILE].sort();
    if (names.join() !== expected.join()) continue;
    const listed = manifest.files.map((file) => file.path).join();
    if (listed !== Object.keys(files).sort().join()) return `another list: ${listed}`;
    const wrong = Object.entries(files).filter(
      ([name, text]) => readFileSync(path.join(directory, name), "utf8") !== text,
    );
    return wrong.length === 0 ? version : `another ${wrong[0][0]} than that of version ${version}`;
  }
  return `a mixture: ${names.join(", ")}`;
}

/** Every file of a folder, subfolders and hidden ones too, sorted. */
export function namesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
    .sort();
}
