import { accessSync, constants, lstatSync, readlinkSync, realpathSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { type Fault, InputError } from "../errors.js";
import { formatCount } from "../print/number.js";
import { type ListedFile, MANIFEST_FILE, type Manifest, sha256Of } from "./manifest.js";

/** A file of BLMM's as it was when the directory was claimed; null where there was none. */
export type Seen = Map<string, { size: number; mtimeMs: number; ino: number } | null>;

/**
 * Makes sure that writing these files into a directory touches nothing but what its manifest lists.
 *
 * @param files what will be written, relative to the directory.
 * @param inputs files and directories that are read meanwhile.
 * @returns what is there now under the names that will change.
 * @throws InputError naming what is in the way.
 */
export function checkConflicts(
  directory: string,
  manifest: Manifest | undefined,
  files: readonly string[],
  inputs: readonly string[],
): Seen {
  const listed = new Map(manifest?.files.map((file) => [file.path, file]));
  const seen: Seen = new Map();
  const reasons = new Map<string, string[]>();
  const device = lstatSync(directory).dev;
  for (const file of new Set([...files, ...listed.keys(), MANIFEST_FILE])) {
    const reason =
      pathReason(directory, file, device) ?? fileReason(directory, file, listed.get(file), manifest);
    seen.set(file, identityOf(path.join(directory, file)));
    if (reason !== undefined) reasons.set(reason, [...(reasons.get(reason) ?? []), file]);
  }
  const read = inputsAmong(directory, seen, inputs);
  if (read.length > 0) reasons.set("an input, which would be overwritten", read);
  if (reasons.size > 0) {
    throw new InputError([...reasons].map(([reason, found]) => faultOf(directory, reason, found)));
  }
  return seen;
}

/** Whether what is under these names is still what was seen. */
export function isUnchanged(directory: string, seen: Seen, files: Iterable<string>): boolean {
  for (const file of files) {
    const [before, now] = [seen.get(file) ?? null, identityOf(path.join(directory, file))];
    // What somebody removed meanwhile is not in the way.
    if (now === null) continue;
    if (before === null) return false;
    if (before.size !== now.size || before.mtimeMs !== now.mtimeMs || before.ino !== now.ino) return false;
  }
  return true;
}

function faultOf(directory: string, reason: string, files: readonly string[]): Fault {
  const more = files.length > 1 ? ` (and ${formatCount(files.length - 1)} more)` : "";
  return {
    file: directory,
    key: "outdir",
    found: `${files[0]}${more} is ${reason}`,
    expected: "a place where only results that BLMM wrote are replaced",
    hint: "Move it away, or give another outdir.",
  };
}

/** What is wrong with the folders in which a file would lie. */
function pathReason(directory: string, file: string, device: number): string | undefined {
  const parts = file.split("/").slice(0, -1);
  for (let k = 1; k <= parts.length; k++) {
    const folder = path.join(directory, ...parts.slice(0, k));
    const stats = statusOf(folder);
    if (stats === undefined) return undefined;
    const name = parts.slice(0, k).join("/");
    if (stats.isSymbolicLink()) return `under ${name}, a symbolic link to ${readlinkSync(folder)}`;
    if (!stats.isDirectory()) return `under ${name}, which is no directory`;
    if (stats.dev !== device) return `under ${name}, which is on another file system`;
    try {
      accessSync(folder, constants.W_OK);
    } catch {
      return `under ${name}, which cannot be written`;
    }
  }
  return undefined;
}

function fileReason(
  directory: string,
  file: string,
  listed: ListedFile | undefined,
  manifest: Manifest | undefined,
): string | undefined {
  const full = path.join(directory, file);
  const stats = statusOf(full);
  if (stats === undefined) return undefined;
  if (stats.isSymbolicLink()) return `a symbolic link to ${readlinkSync(full)}`;
  if (stats.isDirectory()) return "a directory";
  if (!stats.isFile()) return "no ordinary file";
  if (file === MANIFEST_FILE && manifest !== undefined) return undefined;
  if (listed === undefined) return `not listed in ${MANIFEST_FILE}: not written by this version of BLMM`;
  if (stats.size !== listed.bytes || sha256Of(full) !== listed.sha256)
    return "not as BLMM wrote it: changed or damaged since";
  return undefined;
}

function identityOf(file: string): { size: number; mtimeMs: number; ino: number } | null {
  const stats = statusOf(file);
  return stats === undefined ? null : { size: stats.size, mtimeMs: stats.mtimeMs, ino: stats.ino };
}

function statusOf(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false });
}

/** The inputs that lie under names which will change, or are the directory itself. */
function inputsAmong(directory: string, seen: Seen, inputs: readonly string[]): string[] {
  const changing = new Set([...seen].filter(([, there]) => there !== null).map(([file]) => file));
  // Most inputs differ from all of these in their numbers: whither links lead is asked of the others alone.
  const numbers = new Set([...seen.values(), identityOf(directory)].map((there) => there?.ino));
  return inputs.flatMap((input) => {
    let real: string;
    try {
      if (!numbers.has(statSync(input).ino)) return [];
      real = realpathSync.native(input);
    } catch {
      return [];
    }
    if (real === directory) return [path.basename(directory)];
    const relative = path.relative(directory, real).split(path.sep).join("/");
    return changing.has(relative) ? [relative] : [];
  });
}
