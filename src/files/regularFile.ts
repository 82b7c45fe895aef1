import { type Stats, statSync } from "node:fs";
import { InputError } from "../errors.js";

/**
 * The size in bytes of a file that can be read from start to end. Looked at before it is opened: opening a named
 * pipe would wait for ever, and a device has no end.
 *
 * @param expected what should stand there, in words.
 * @throws InputError when nothing is there, or something that is no regular file.
 */
export function sizeOfFile(path: string, expected: string): number {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (error) {
    throw unreadable(path, error, expected);
  }
  const kind = kindOf(stats);
  if (kind !== undefined) throw new InputError({ file: path, found: kind, expected });
  return stats.size;
}

/** Whether a regular file is there; a name that the system cannot look up is none. */
export function isRegularFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** What stands at a path in the place of a file, in words; undefined for a file, or when nothing is there. */
export function notAFile(path: string): string | undefined {
  try {
    return kindOf(statSync(path));
  } catch {
    return undefined;
  }
}

function kindOf(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a named pipe";
  if (stats.isSocket()) return "a socket";
  return "a device";
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file: a part of its path is a file",
  EACCES: "a file that you may not read",
  EPERM: "a file that you may not read",
  EISDIR: "a directory",
  ELOOP: "symbolic links that lead in a circle",
  ENAMETOOLONG: "a name that is too long",
  EIO: "an error of the disk",
  EMFILE: "too many open files",
  ENFILE: "too many open files",
  ERR_INVALID_ARG_VALUE: "a name with a NUL character",
};

/** The InputError for a file that the system would not let be read. */
export function unreadable(path: string, error: unknown, expected: string): InputError {
  const code = (error as NodeJS.ErrnoException).code ?? "no reason given";
  return new InputError({ file: path, found: REASONS[code] ?? `an error of the system (${code})`, expected });
}
