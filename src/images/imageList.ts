import { existsSync } from "node:fs";
import path from "node:path";
import { InputError } from "../errors.js";
import { readText } from "../files/textFile.js";

/** One line of an image list. */
export interface ListedImage {
  /** Absolute. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
}

/**
 * Reads a text file with one image path a line; empty lines are skipped. Relative paths are looked up in the
 * list's own folder first, then in `bases`.
 *
 * @throws InputError when the list is missing or empty. Whether the images exist is checked when they are opened.
 */
export function readImageList(listFile: string, bases: readonly string[] = []): ListedImage[] {
  const lines = readText(listFile, "one image path a line")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/);
  const folders = [path.dirname(listFile), ...bases];
  const images: ListedImage[] = [];
  lines.forEach((text, k) => {
    const written = text.trim();
    if (written === "") return;
    const candidates = [...new Set(folders.map((folder) => path.resolve(folder, written)))];
    const found = candidates.length > 1 ? candidates.find((candidate) => existsSync(candidate)) : undefined;
    images.push({ path: found ?? candidates[0], line: k + 1 });
  });
  if (images.length === 0) {
    throw new InputError({ file: listFile, found: "no image paths", expected: "one image path a line" });
  }
  return images;
}
