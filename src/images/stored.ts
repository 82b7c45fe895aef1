import { InputError } from "../errors.js";
import { formatCount, plural } from "../print/number.js";
import type { ImageFormat, ImageInfo, ImageSpace } from "./image.js";
import type { ImageFile } from "./imageFile.js";
import type { Encoding } from "./numberType.js";

/** An image file whose header has been read and checked: what it is, and where and how its values are stored. */
export interface StoredImage {
  readonly info: ImageInfo;
  readonly encoding: Encoding;
  /** The file that holds the values, or its content where it has to be unpacked as a whole. */
  readonly values: { readonly file: ImageFile } | { readonly content: () => Uint8Array };
  /** Bytes before the first value of frame 0; frames follow one another. */
  readonly offset: number;
}

/** What a header says, before any of it is believed. */
export interface Header {
  readonly format: ImageFormat;
  /** Values in a frame. */
  readonly vertices: number;
  readonly frames: number;
  readonly space: ImageSpace;
  readonly encoding: Encoding;
  /** The file that holds the values. */
  readonly file: ImageFile;
  /** Bytes before the first value. */
  readonly offset: number;
  /** Where the header says each of these, in bytes. */
  readonly at: { readonly vertices: number; readonly frames: number; readonly offset: number };
  /** Bytes that may follow the values. */
  readonly tail: number;
}

/** Values in a frame: a brain in half-millimeter voxels has 64 million. */
export const MOST_VALUES = 1e8;
/** Bytes from which on a file is large, and of what follows its values there, beside a kilobyte a frame. */
const LARGE = 2 ** 28;
const SMALL_TAIL = 2 ** 20;
/** Frames in a file, and images in a study. */
export const MOST_FRAMES = 1e6;

/**
 * Checks a header against itself and against the length of the file, before anything is allocated for it.
 *
 * @param path the image as the user named it.
 * @throws InputError naming the byte of what cannot be.
 */
export function checkHeader(path: string, header: Header): StoredImage {
  const { format, vertices, frames, space, encoding, file, offset, at, tail } = header;
  const fault = (byte: number, found: string, expected: string) =>
    new InputError({ file: path, byte, found, expected });
  const isCount = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most;
  if (!isCount(vertices, MOST_VALUES))
    throw fault(
      at.vertices,
      `a header that promises ${inWords(vertices)} ${vertices === 1 ? "value" : "values"} a frame`,
      between(MOST_VALUES),
    );
  if (!isCount(frames, MOST_FRAMES))
    throw fault(at.frames, `a header that promises ${inWords(frames)} frames`, between(MOST_FRAMES));
  if (!Number.isSafeInteger(offset) || offset < 0)
    throw fault(
      at.offset,
      `a header that puts the first value at byte ${inWords(offset)}`,
      "a place in the file",
    );
  if (space.kind === "volume" && !space.affine.every(Number.isFinite))
    throw fault(0, "a header whose affine is not made of numbers", "voxel indices to millimeters");
  const promised = offset + vertices * frames * encoding.type.bytes;
  const what = `${formatCount(promised)} bytes (${plural(vertices, "value", "values")} × ${plural(frames, "frame", "frames")} of ${encoding.type.name}${offset === 0 ? "" : ` from byte ${formatCount(offset)}`})`;
  const check = (bytes: number) => {
    if (bytes >= promised && bytes <= promised + tail) return;
    throw new InputError({
      file: path,
      byte: Math.min(bytes, promised),
      found: `${plural(bytes, "byte", "bytes")}, ${bytes < promised ? "fewer" : "more"} than its header promises`,
      expected: what,
    });
  };
  const info = { path, format, vertices, frames, space };
  if (!file.compressed) {
    check(file.size);
    return { info, encoding, offset, values: { file } };
  }
  if (promised > file.mostContent) {
    throw new InputError({
      file: path,
      byte: at.vertices,
      found: `${formatCount(file.size)} compressed bytes, which hold fewer than its header promises`,
      expected: what,
    });
  }
  file.checkRoom(promised);
  // What follows the values is small beside them in a large file, so that one chunk of memory holds both.
  const likely = promised + Math.min(tail, SMALL_TAIL + 1024 * frames);
  const most = promised > LARGE ? likely : promised + tail;
  const content = () => {
    // A little more than is allowed, so that what is said of a longer file is how much longer it is.
    const bytes = file.content(most + 1024, likely);
    check(bytes.length);
    return bytes;
  };
  return { info, encoding, offset, values: { content } };
}

function inWords(value: number): string {
  return Number.isNaN(value) ? "NaN" : value.toLocaleString("en-US", { maximumFractionDigits: 3 });
}

function between(most: number): string {
  return `a whole number from 1 to ${formatCount(most)}`;
}
