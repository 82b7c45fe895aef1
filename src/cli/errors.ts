import { CommanderError } from "commander";
import { AbortedError, BlmmError } from "../errors.js";

/** What the system refuses, in words. */
const REFUSED: Readonly<Record<string, string>> = {
  EACCES: "you may not write there",
  EPERM: "you may not write there",
  EROFS: "it is on a disk that can only be read",
  ENOSPC: "the disk is full",
  EDQUOT: "your share of the disk is used up",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  EIO: "the disk does not answer as it should",
  ENOENT: "there is no such file",
  EISDIR: "a directory stands there",
  ENOTDIR: "a part of the path is a file",
};

/** 0: done. 1: the input is wrong. 2: the command is. 70: this program is. 130: interrupted. */
export type ExitCode = 0 | 1 | 2 | 70 | 130;

/** What to say on stderr of an error, and the exit code of the command. */
export function report(error: unknown, verbose: boolean): { readonly text: string; readonly code: ExitCode } {
  // Commander has said it already.
  if (error instanceof CommanderError) return { text: "", code: error.exitCode === 0 ? 0 : 2 };
  if (error instanceof AbortedError) return { text: `blmm: ${error.message}\n`, code: 130 };
  if (verbose && error instanceof Error) return { text: `${error.stack}\n`, code: codeOf(error) };
  return { text: `blmm: ${messageOf(error)}\n`, code: codeOf(error) };
}

function codeOf(error: unknown): ExitCode {
  return error instanceof BlmmError || systemReason(error) !== undefined ? 1 : 70;
}

function messageOf(error: unknown): string {
  if (error instanceof BlmmError) return error.message;
  const reason = systemReason(error);
  if (reason !== undefined) return reason;
  const message = error instanceof Error ? error.message : String(error);
  return `a mistake of this program, not of your input: ${message}\nPlease report it with what \`blmm --verbose …\` says when it is run again.`;
}

/** `/results: the disk is full` for an error of the system. */
function systemReason(error: unknown): string | undefined {
  const { code, path, dest } = error as { code?: unknown; path?: unknown; dest?: unknown };
  const reason = typeof code === "string" && Object.hasOwn(REFUSED, code) ? REFUSED[code] : undefined;
  if (reason === undefined) return undefined;
  const where = [dest, path].find((one) => typeof one === "string");
  return where === undefined ? reason : `${where}: ${reason}`;
}
