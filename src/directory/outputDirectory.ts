import { existsSync, lstatSync, mkdirSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { InputError } from "../errors.js";
import { type HeldClaim, PlaceHeld, placeOf, takeClaim } from "./claim.js";
import { checkConflicts, isUnchanged, type Seen } from "./conflicts.js";
import { cannotWrite, heldBy } from "./faults.js";
import { commit, finishWorkOfTheDead, hasJournal, removeEmpty, STAGED, sweep, syncPath } from "./journal.js";
import { listFiles, MANIFEST_FILE, type Manifest, manifestText, readManifest } from "./manifest.js";
import { checkSpace, realPlace } from "./place.js";

/** What is going to be written into a directory. */
export interface OutputRequest {
  /** What the files are together, such as "fit"; only files of the same kind are replaced. */
  readonly kind: string;
  /** What people are told while it is under way, such as "fit of lh_des1.yml". */
  readonly title: string;
  /** Every file that may be written, relative to the directory, with `/`. */
  readonly files: readonly string[];
  /** Files and directories that are read, which therefore must not change. */
  readonly inputs?: readonly string[];
  /** Bytes that are certainly needed. */
  readonly bytes?: number;
  /** Whether the files have to survive a power cut, too; true when left out. Thousands of files take long. */
  readonly durable?: boolean;
}

/**
 * A directory that this process alone writes, whole or not at all. Everything that could stop the writing
 * is looked for when the directory is claimed, before any work is done. New files are gathered in a hidden
 * folder on the same file system; a new directory then appears by one renaming, and in a directory that is
 * there already the files are exchanged under a journal, which the next command finishes after a kill.
 */
export class OutputDirectory {
  private published = false;

  private constructor(
    /** Absolute, as it was asked for. */
    readonly directory: string,
    /** Absolute, without symbolic links. */
    readonly path: string,
    private readonly request: OutputRequest,
    private readonly claim: HeldClaim,
    /** undefined when the directory is to be made. */
    private readonly old: { readonly manifest: Manifest | undefined; readonly seen: Seen } | undefined,
    /** The first of the folders around it that were made for it. */
    private readonly made: string | undefined,
  ) {}

  /**
   * Claims a directory, finishes or clears away what dead processes left there, and makes sure that it can
   * be written without touching what is not BLMM's.
   *
   * @throws InputError naming what is in the way, or who holds the directory.
   */
  static claim(directory: string, request: OutputRequest): OutputDirectory {
    let real = directory;
    let made: string | undefined;
    let claim: HeldClaim | undefined;
    try {
      real = realPlace(directory);
      const parent = path.dirname(real);
      const isNew = !existsSync(real);
      if (isNew) made = mkdirSync(parent, { recursive: true });
      const look = isNew ? [parent] : [real, parent];
      claim = takeClaim(isNew ? parent : real, placeOf(real), look, request.title);
      checkSpace(claim.folder, directory, request.bytes ?? 0);
      if (isNew) {
        sweep(parent);
        mkdirSync(real);
        rmdirSync(real);
        return new OutputDirectory(path.resolve(directory), real, request, claim, undefined, made);
      }
      finishWorkOfTheDead(real);
      sweep(parent);
      const manifest = readManifest(real);
      checkKind(directory, manifest, request);
      const seen = checkConflicts(real, manifest, request.files, request.inputs ?? []);
      return new OutputDirectory(path.resolve(directory), real, request, claim, { manifest, seen }, made);
    } catch (error) {
      claim?.release();
      if (made !== undefined) removeMade(made, real);
      if (error instanceof PlaceHeld) throw heldBy(directory, error.claim);
      throw cannotWrite(directory, error);
    }
  }

  /** The folder in which the new files are gathered. */
  get staged(): string {
    const folder = this.claim.path(STAGED);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /**
   * Writes the files and puts them in place, all of them or none.
   *
   * @param write writes the new files into the folder that it is given.
   * @throws InputError when that fails: old files are then as they were.
   */
  publish(write: (folder: string) => void): void {
    try {
      write(this.staged);
    } catch (error) {
      throw cannotWrite(this.path, error);
    }
    this.place();
  }

  /**
   * Puts the files that were gathered in place, all of them or none.
   *
   * @throws InputError when that fails: old files are then as they were.
   */
  place(): void {
    const { claim, old, staged } = this;
    try {
      claim.showLife();
      const files = listFiles(staged);
      writeFileSync(path.join(staged, MANIFEST_FILE), manifestText(this.request.kind, files));
      const names = [...files.map((file) => file.path), MANIFEST_FILE];
      if (this.request.durable !== false) syncTree(staged, names);
      if (old === undefined) this.appear(staged);
      else this.exchange(staged, names, old);
      this.published = true;
    } catch (error) {
      throw cannotWrite(this.path, error);
    }
  }

  /** Gives the directory free for others; whatever was not put in place is gone. */
  release(): void {
    if (hasJournal(this.claim)) {
      this.claim.abandon();
      return;
    }
    this.claim.release();
    if (!this.published && this.made !== undefined) removeMade(this.made, this.path);
  }

  private appear(staged: string): void {
    try {
      renameSync(staged, this.path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      if (["ENOTEMPTY", "EEXIST", "ENOTDIR", "EPERM"].includes(code)) this.setAside(staged);
      throw error;
    }
    syncPath(path.dirname(this.path));
  }

  private exchange(
    staged: string,
    names: readonly string[],
    old: { readonly manifest: Manifest | undefined; readonly seen: Seen },
  ): void {
    const kept = new Set(names);
    const remove = (old.manifest?.files ?? []).map((file) => file.path).filter((file) => !kept.has(file));
    if (!isUnchanged(this.path, old.seen, [...names, ...remove])) this.setAside(staged);
    commit(this.claim, { files: names, remove });
  }

  /** Keeps finished files, whole, beside the place that somebody else has changed meanwhile. */
  private setAside(staged: string): never {
    for (let k = 1; ; k++) {
      const aside = `${this.path}-${k}`;
      if (lstatSync(aside, { throwIfNoEntry: false }) !== undefined) continue;
      renameSync(staged, aside);
      throw new InputError({
        file: this.path,
        key: "outdir",
        found: "something else was put there meanwhile",
        expected: "that only this command writes there",
        hint: `Nothing there was touched; what this command made is whole in ${aside}.`,
      });
    }
  }
}

function checkKind(directory: string, manifest: Manifest | undefined, request: OutputRequest): void {
  if (manifest === undefined || manifest.kind === request.kind) return;
  throw new InputError({
    file: directory,
    key: "outdir",
    found: `it holds the files of "${manifest.kind}"`,
    expected: `a new place, or one that holds those of "${request.kind}"`,
    hint: "Give another outdir; files of one kind are not replaced by those of another.",
  });
}

function syncTree(staged: string, names: readonly string[]): void {
  const folders = new Set([staged]);
  for (const name of names) {
    const file = path.join(staged, name);
    syncPath(file);
    folders.add(path.dirname(file));
  }
  for (const folder of folders) syncPath(folder);
}

/** Removes the folders that were made around a directory, where they are still empty. */
function removeMade(made: string, directory: string): void {
  removeEmpty(path.dirname(directory), path.dirname(made));
}
