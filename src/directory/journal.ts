import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { type Claim, claimsIn, type HeldClaim, isHeld } from "./claim.js";

/** The folder of a claim in which the new files wait. */
export const STAGED = "new";
const JOURNAL_FILE = "journal.json";

/**
 * How a directory changes from old files to new ones. Once it is written, the new files are what the
 * directory holds: whoever finds it finishes the work, from any point.
 */
export interface Journal {
  /** Files that wait in the claim, to be moved to the same paths of the directory. */
  readonly files: readonly string[];
  /** Files of the directory to remove. */
  readonly remove: readonly string[];
}

/** Moves the waiting files of a claim into the directory around it. */
export function commit(claim: HeldClaim, journal: Journal): void {
  const draft = claim.path(`${JOURNAL_FILE}.part`);
  writeFileSync(draft, JSON.stringify(journal));
  syncPath(draft);
  renameSync(draft, claim.path(JOURNAL_FILE));
  syncPath(claim.folder);
  carryOut(claim);
}

/** Does what the journal of a claim says, as far as it is not yet done, and removes the journal. */
function carryOut(claim: Claim): void {
  const directory = path.dirname(claim.folder);
  const journalFile = path.join(claim.folder, JOURNAL_FILE);
  const { files, remove } = JSON.parse(readFileSync(journalFile, "utf8")) as Journal;
  const folders = new Set<string>([directory]);
  for (const file of files) {
    const waiting = path.join(claim.folder, STAGED, file);
    // What does not wait any more was moved before the work was broken off.
    if (!existsSync(waiting)) continue;
    const target = path.join(directory, file);
    mkdirSync(path.dirname(target), { recursive: true });
    renameSync(waiting, target);
    folders.add(path.dirname(target));
  }
  for (const file of remove) {
    const target = path.join(directory, file);
    if (isFile(target)) unlinkSync(target);
    removeEmpty(path.dirname(target), directory);
  }
  for (const folder of folders) syncPath(folder);
  unlinkSync(journalFile);
}

/**
 * Finishes or clears away what processes left that run no longer: a journal is carried out, files that only
 * waited are removed. The caller holds the claim on the directory.
 */
export function finishWorkOfTheDead(directory: string): void {
  for (const claim of claimsIn(directory)) {
    if (isHeld(claim)) continue;
    if (hasJournal(claim)) carryOut(claim);
    rmSync(claim.folder, { recursive: true, force: true });
  }
}

/** Removes what dead processes left in a folder that is not theirs alone; journals wait for their own directory. */
export function sweep(folder: string): void {
  for (const claim of claimsIn(folder)) {
    if (isHeld(claim) || hasJournal(claim)) continue;
    try {
      rmSync(claim.folder, { recursive: true, force: true });
    } catch {
      // Somebody else's leftovers, which only they may remove, are in nobody's way.
    }
  }
}

/** Whether a directory is between old and new files. */
export function hasJournal(claim: Claim): boolean {
  return existsSync(path.join(claim.folder, JOURNAL_FILE));
}

function isFile(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

/** Removes a folder that has become empty, and those around it, but not the directory itself. */
export function removeEmpty(folder: string, directory: string): void {
  for (let at = folder; at !== directory && at.startsWith(directory); at = path.dirname(at)) {
    try {
      rmdirSync(at);
    } catch {
      return;
    }
  }
}

/** Brings a file or folder to the disk, where the system can. */
export function syncPath(file: string): void {
  try {
    const descriptor = openSync(file, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Some systems cannot sync folders; a kill, unlike a power cut, loses nothing without it.
  }
}
