import { existsSync, lstatSync, realpathSync, statfsSync } from "node:fs";
import path from "node:path";
import { InputError } from "../errors.js";

/** Where a directory is or would be, without symbolic links. */
export function realPlace(directory: string): string {
  const absolute = path.resolve(directory);
  const stats = lstatSync(absolute, { throwIfNoEntry: false });
  if (stats !== undefined) {
    if (stats.isSymbolicLink() && !existsSync(absolute)) {
      throw new InputError({
        file: directory,
        key: "outdir",
        found: "a symbolic link to a place that does not exist",
        expected: "a directory, or a place where one can be made",
      });
    }
    const real = realpathSync(absolute);
    if (lstatSync(real).isDirectory()) return real;
    throw new InputError({
      file: directory,
      key: "outdir",
      found: "it is a file",
      expected: "a directory, or a place where one can be made",
    });
  }
  const parent = path.dirname(absolute);
  return path.join(parent === absolute ? absolute : realPlace(parent), path.basename(absolute));
}

/** Makes sure that a disk has room for what will certainly be written. */
export function checkSpace(folder: string, directory: string, bytes: number): void {
  let free: number;
  try {
    const { bavail, bsize, blocks } = statfsSync(folder);
    // Some network file systems say nothing of their space.
    free = blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
  } catch {
    return;
  }
  if (free >= bytes) return;
  const gigabytes = (value: number) => `${(value / 1e9).toFixed(1)} GB`;
  throw new InputError({
    file: directory,
    key: "outdir",
    found: `${gigabytes(free)} free on its disk`,
    expected: `at least ${gigabytes(bytes)} for what will be written`,
  });
}
