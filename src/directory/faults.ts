import { InputError } from "../errors.js";
import { type Claim, describeHolder } from "./claim.js";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "there is no permission to write there",
  EPERM: "the system does not allow to write there",
  EROFS: "its file system is read-only",
  ENOSPC: "its disk is full",
  EDQUOT: "the quota of its disk is used up",
  ENOTDIR: "a file is in the way where a folder has to be",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its symbolic links go in circles",
  ENOENT: "no folder can be made there",
  ERR_INVALID_ARG_VALUE: "its name has a character that no name may have",
};

/** An error of the system about a directory, in words; other errors as they are. */
export function cannotWrite(directory: string, error: unknown): unknown {
  if (error instanceof InputError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === undefined || (!/^E[A-Z0-9]+$/.test(code) && REASONS[code] === undefined)) return error;
  return new InputError({
    file: directory,
    key: "outdir",
    found: `it cannot be written: ${REASONS[code] ?? "the system refuses"} (${code})`,
    expected: "a directory that can be made or replaced",
  });
}

/** Somebody else writes into the directory. */
export function heldBy(directory: string, claim: Claim): InputError {
  return new InputError({
    file: directory,
    key: "outdir",
    found: `${describeHolder(claim)} is writing there`,
    expected: "a place that nobody else writes to",
    hint: "Wait until it is done, stop it, or give another outdir.",
  });
}
