import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import { InputError } from "../errors.js";
import type { ImageInfo } from "./image.js";
import type { Encoding } from "./numberType.js";

/** An image file whose header has been read: what it is, and where and how its values are stored. */
export interface StoredImage {
  readonly info: ImageInfo;
  readonly encoding: Encoding;
  /** The file that holds the values, or its content where it has to be unpacked as a whole. */
  readonly values: { readonly file: string } | { readonly content: () => Uint8Array };
  /** Bytes before the first value of frame 0; frames follow one another. */
  readonly offset: number;
}

/** Bytes that hold any header of an image format. */
const HEADER_BYTES = 1 << 16;

/** The first bytes of a file, unpacked when it is compressed; fewer when the file is shorter. */
export function readStart(path: string): Uint8Array {
  const descriptor = openExisting(path);
  try {
    const bytes = new Uint8Array(HEADER_BYTES);
    const start = bytes.subarray(0, readSync(descriptor, bytes, 0, HEADER_BYTES, 0));
    if (!isCompressed(start)) return start;
    return unpack(path, start, { finishFlush: constants.Z_SYNC_FLUSH });
  } finally {
    closeSync(descriptor);
  }
}

/** A whole file, unpacked when it is compressed. */
export function readWhole(path: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  return isCompressed(bytes) ? unpack(path, bytes, {}) : bytes;
}

/** Whether the file's content is packed by gzip. */
export function isCompressed(bytes: Uint8Array): boolean {
  return bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unpack(path: string, bytes: Uint8Array, options: { finishFlush?: number }): Uint8Array {
  try {
    return gunzipSync(bytes, options);
  } catch {
    throw new InputError({
      file: path,
      found: "a compressed file that ends too early or is damaged",
      expected: "a whole .gz file",
      hint: "Copy it again from where it came.",
    });
  }
}

/** Opens a file for reading; an InputError when it is not there. */
export function openExisting(path: string): number {
  try {
    const descriptor = openSync(path, "r");
    if (fstatSync(descriptor).isDirectory()) {
      closeSync(descriptor);
      throw new InputError({ file: path, found: "a directory", expected: "an image file" });
    }
    return descriptor;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): InputError {
  const code = (error as NodeJS.ErrnoException).code;
  return new InputError({
    file: path,
    found: code === "ENOENT" ? "no such file" : `it cannot be read (${code ?? "unknown reason"})`,
    expected: "an image file",
  });
}

/** Checks the bytes there are against those the header promises. */
export function checkSize(image: StoredImage, bytes: number, exact: boolean): StoredImage {
  const { info, encoding, offset } = image;
  const promised = offset + info.vertices * info.frames * encoding.type.bytes;
  if (bytes < promised || (exact && bytes > promised)) {
    const count = (value: number) => value.toLocaleString("en-US");
    throw new InputError({
      file: info.path,
      found: `${count(bytes)} bytes, ${bytes < promised ? "fewer" : "more"} than its header promises`,
      expected: `${count(promised)} bytes (${count(info.vertices)} values × ${count(info.frames)} frames of ${encoding.type.name})`,
    });
  }
  return image;
}
