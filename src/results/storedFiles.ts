import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { MANIFEST_FILE, readManifest } from "../directory/manifest.js";
import { InputError } from "../errors.js";
import { sizeOfFile, unreadable } from "../files/regularFile.js";
import { formatCount, plural } from "../print/number.js";

/** The files of a results directory: those of its list where it has one, checked against it when they are read. */
export class StoredFiles {
  private readonly listed: Map<string, { readonly bytes: number; readonly sha256: string }> | undefined;

  /** @throws InputError when the list of files is damaged. */
  constructor(readonly folder: string) {
    const manifest = readManifest(folder);
    this.listed = manifest && new Map(manifest.files.map((file) => [file.path, file]));
  }

  /** The full path of a file. */
  path(name: string): string {
    return path.join(this.folder, name);
  }

  /** Whether a file is there that belongs to the results. */
  has(name: string): boolean {
    return (this.listed === undefined || this.listed.has(name)) && existsSync(this.path(name));
  }

  /** Of these files, those that the list names and that are gone, and those that are there without being listed. */
  differences(names: readonly string[]): { missing: string[]; unlisted: string[] } {
    const { listed } = this;
    if (listed === undefined) return { missing: [], unlisted: [] };
    const isThere = (name: string) => existsSync(this.path(name));
    return {
      missing: names.filter((name) => listed.has(name) && !isThere(name)),
      unlisted: names.filter((name) => !listed.has(name) && isThere(name)),
    };
  }

  /**
   * Bytes of a file.
   *
   * @throws InputError when there is none, or no ordinary file.
   */
  bytes(name: string): number {
    return sizeOfFile(this.path(name), "a file of the results");
  }

  /**
   * Fills an array with a file's content.
   *
   * @throws InputError when the file is missing, of another size than the array, or not as it was written.
   */
  read<Numbers extends Float64Array | Float32Array | Int32Array>(name: string, into: Numbers): Numbers {
    const file = this.path(name);
    const size = this.bytes(name);
    if (size !== into.byteLength) {
      const expected = formatCount(into.byteLength);
      throw new InputError({ file, found: plural(size, "byte", "bytes"), expected, hint: REFIT });
    }
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    const listed = this.listed?.get(name);
    const hash = listed && createHash("sha256");
    const end = fill(file, bytes, (part) => hash?.update(part));
    if (end < bytes.length || hash?.digest("hex") !== listed?.sha256) {
      throw new InputError({
        file,
        found: "other content than BLMM wrote",
        expected: `what ${MANIFEST_FILE} says of it`,
        hint: REFIT,
      });
    }
    return into;
  }
}

const REFIT =
  "It was damaged or edited, or replaced since it was opened: open it again, or fit again into another place.";

/** Reads a file up to the end of `bytes`; `heard` gets each part. Returns how many bytes there were. */
function fill(file: string, bytes: Uint8Array, heard: (part: Uint8Array) => void): number {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    throw unreadable(file, error, "a file of the results");
  }
  try {
    let done = 0;
    while (done < bytes.length) {
      const read = readSync(descriptor, bytes, done, Math.min(bytes.length - done, 1 << 24), done);
      if (read === 0) break;
      heard(bytes.subarray(done, done + read));
      done += read;
    }
    return done;
  } catch (error) {
    throw unreadable(file, error, "a file of the results");
  } finally {
    closeSync(descriptor);
  }
}
