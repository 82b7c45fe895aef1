import { createHash } from "node:crypto";
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { InputError } from "../errors.js";
import { software } from "../version.js";

/** The file in which a directory lists what BLMM wrote into it. */
export const MANIFEST_FILE = "blmm_files.json";

/** One file that BLMM wrote. */
export interface ListedFile {
  /** Relative to the directory, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What BLMM wrote into a directory: these files are its own, and nothing else there is. */
export interface Manifest {
  readonly software: string;
  /** What the files are together, such as "fit" or "compare". */
  readonly kind: string;
  readonly files: readonly ListedFile[];
}

const schema = z.looseObject({
  software: z.string(),
  kind: z.string(),
  files: z.array(
    z.looseObject({
      path: z.string().refine(isInside, { error: "a path inside the directory" }),
      bytes: z.int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

function isInside(written: string): boolean {
  return !written.includes("\\") && written.split("/").every((part) => !["", ".", ".."].includes(part));
}

/**
 * Reads the manifest of a directory; undefined where there is none.
 *
 * @throws InputError when it is damaged.
 */
export function readManifest(directory: string): Manifest | undefined {
  const file = path.join(directory, MANIFEST_FILE);
  let text: string;
  try {
    if (!lstatSync(file).isFile()) throw damaged(file, "no file", "Move it away");
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw damaged(file, "a damaged list of files", "Move the directory away or delete it, and fit again");
  }
}

function damaged(file: string, found: string, hint: string): InputError {
  return new InputError({
    file,
    found,
    expected: "the list of the files that BLMM wrote there",
    hint: `${hint}.`,
  });
}

/** Lists the files of a folder, subfolders too, with sizes and digests; sorted by path. */
export function listFiles(folder: string): ListedFile[] {
  const files: ListedFile[] = [];
  const walk = (under: string) => {
    for (const entry of readdirSync(path.join(folder, under), { withFileTypes: true })) {
      const name = under === "" ? entry.name : `${under}/${entry.name}`;
      if (entry.isDirectory()) walk(name);
      else {
        const file = path.join(folder, name);
        files.push({ path: name, bytes: lstatSync(file).size, sha256: sha256Of(file) });
      }
    }
  };
  walk("");
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The manifest's text: the same files give the same bytes. */
export function manifestText(kind: string, files: readonly ListedFile[]): string {
  return `${JSON.stringify({ software, kind, files }, null, 1)}\n`;
}

/** SHA-256 of a file's content, in hexadecimal. */
export function sha256Of(file: string): string {
  const hash = createHash("sha256");
  const bytes = new Uint8Array(1 << 20);
  const descriptor = openSync(file, "r");
  try {
    for (;;) {
      const read = readSync(descriptor, bytes, 0, bytes.length, null);
      if (read === 0) return hash.digest("hex");
      hash.update(bytes.subarray(0, read));
    }
  } finally {
    closeSync(descriptor);
  }
}
