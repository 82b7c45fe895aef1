import { readFileSync } from "node:fs";
import { InputError } from "../errors.js";
import { formatCount } from "../print/number.js";
import { sizeOfFile, unreadable } from "./regularFile.js";

/** The largest table that is read: far more than any study has. */
const MOST_BYTES = 2 ** 28;

/**
 * A text file in UTF-8 as it stands, its byte-order mark with it.
 *
 * @param expected what should stand there, in words.
 * @param most bytes.
 * @throws InputError when it is missing, no regular file, too large, or no text.
 */
export function readText(path: string, expected: string, most = MOST_BYTES): string {
  const size = sizeOfFile(path, expected);
  if (size > most) {
    throw new InputError({
      file: path,
      found: `a file of ${formatCount(size)} bytes`,
      expected: `${expected}, of at most ${formatCount(most)} bytes`,
    });
  }
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw unreadable(path, error, expected);
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new InputError({ file: path, found: "text in UTF-16", expected, hint: "Save it as UTF-8." });
  }
  const binary = bytes.indexOf(0);
  if (binary >= 0)
    throw new InputError({ file: path, byte: binary, found: "a NUL byte, as binary files have", expected });
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InputError({
      file: path,
      found: "text that is not UTF-8",
      expected,
      hint: "Save it as UTF-8.",
    });
  }
}
