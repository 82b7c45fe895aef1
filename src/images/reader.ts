import { closeSync, readSync } from "node:fs";
import { InputError } from "../errors.js";
import { unreadable } from "../files/regularFile.js";
import { formatCount, plural } from "../print/number.js";
import type { ImageRef } from "./image.js";
import { openImage } from "./inspect.js";
import { decode, isPlain } from "./numberType.js";
import type { StoredImage } from "./stored.js";

/** The file that was read last, kept for the next frame of a stacked file. */
interface OpenFile {
  readonly path: string;
  readonly image: StoredImage;
  readonly descriptor: number | undefined;
  readonly content: Uint8Array | undefined;
}

/** Reads ranges of images; of an uncompressed file only the bytes of the range. */
export class ImageReader {
  private open: OpenFile | undefined;
  private bytes = new Uint8Array(0);

  /**
   * Reads values `from` … `to` − 1 of an image as float32.
   *
   * @throws InputError when the file is missing, damaged or shorter than its header says.
   */
  read(ref: ImageRef, from: number, to: number, into: Float32Array): void {
    const { path, image, descriptor, content } = this.fileOf(ref);
    const { encoding, info, offset } = image;
    if (ref.frame >= info.frames || to > info.vertices) {
      throw new InputError({
        file: path,
        found: `${plural(info.frames, "frame", "frames")} of ${plural(info.vertices, "value", "values")}`,
        expected: `frame ${ref.frame + 1}, and value ${formatCount(to)} in it`,
        hint: "If it had them when it was checked, it has been replaced since.",
      });
    }
    const size = encoding.type.bytes;
    const at = offset + (ref.frame * info.vertices + from) * size;
    const length = (to - from) * size;
    const target = into.subarray(0, to - from);
    if (content !== undefined) {
      decode(content.subarray(at, at + length), encoding, target);
      return;
    }
    if (descriptor === undefined) return;
    // Values that lie in the file as in memory are read to where they go.
    const plain = isPlain(encoding);
    if (!plain && this.bytes.length < length) this.bytes = new Uint8Array(length);
    const bytes = plain ? new Uint8Array(target.buffer, target.byteOffset, length) : this.bytes;
    for (let done = 0; done < length; ) {
      const read = readSome(path, descriptor, bytes, done, length - done, at + done);
      if (read === 0) {
        throw new InputError({
          file: path,
          byte: at + done,
          found: "an end before the last value",
          expected: plural(info.vertices, "value", "values"),
        });
      }
      done += read;
    }
    if (!plain) decode(bytes.subarray(0, length), encoding, target);
  }

  close(): void {
    if (this.open?.descriptor !== undefined) closeSync(this.open.descriptor);
    this.open = undefined;
  }

  private fileOf(ref: ImageRef): OpenFile {
    if (this.open?.path === ref.path) return this.open;
    this.close();
    const image = openImage(ref.path);
    this.open = {
      path: ref.path,
      image,
      descriptor: "file" in image.values ? image.values.file.open() : undefined,
      content: "file" in image.values ? undefined : image.values.content(),
    };
    return this.open;
  }
}

function readSome(
  path: string,
  descriptor: number,
  into: Uint8Array,
  from: number,
  length: number,
  at: number,
): number {
  try {
    return readSync(descriptor, into, from, length, at);
  } catch (error) {
    throw unreadable(path, error, "an image file");
  }
}

/** One image: its values (float32, V) and what it is. Frame 0 unless said otherwise. */
export function readImage(path: string, frame = 0): { info: StoredImage["info"]; values: Float32Array } {
  const { info } = openImage(path);
  const reader = new ImageReader();
  try {
    const values = new Float32Array(info.vertices);
    reader.read({ path, frame }, 0, info.vertices, values);
    return { info, values };
  } finally {
    reader.close();
  }
}
