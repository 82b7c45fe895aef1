import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import { InputError } from "../errors.js";
import { sizeOfFile, unreadable } from "../files/regularFile.js";
import { formatCount } from "../print/number.js";

/** Bytes read of a compressed file to find a header. */
const START_BYTES = 1 << 14;
/** Bytes that hold any header of an image format. */
const HEADER_BYTES = 1 << 12;
/** Bytes that tell whether a file without a header is compressed. */
export const NO_HEADER = 64;
/** Deflate packs at most 1,032 bytes into one. */
const BEST_RATIO = 1032;
/** Bytes unpacked at once where nothing says how many there are. */
const SMALLEST_CHUNK = 1 << 16;
/** The most bytes that one compressed file is unpacked to in memory. */
export const MOST_UNPACKED = 576 * 2 ** 20;

/**
 * The file of an image or a surface. Every format is read through it: only regular files are opened, and nothing
 * is unpacked beyond what the header promises.
 */
export class ImageFile {
  /** Bytes on disk. */
  readonly size: number;
  /** Whether its content is packed by gzip, whatever its name. */
  readonly compressed: boolean;
  /** The first bytes of its content, unpacked; fewer when there are fewer. */
  readonly start: Uint8Array;

  /**
   * @param headerBytes bytes that are enough to see what it is.
   * @throws InputError when it is missing, no regular file, or its start cannot be unpacked.
   */
  constructor(
    readonly path: string,
    private readonly expected = "an image file",
    headerBytes = HEADER_BYTES,
  ) {
    this.size = sizeOfFile(path, expected);
    let first = this.first(headerBytes);
    const mayBePacked = isGzip(first);
    if (mayBePacked) first = this.first(START_BYTES);
    this.compressed = mayBePacked && !this.onlyLooksPacked(first);
    const unpacked = this.compressed ? this.unpack(first, { finishFlush: constants.Z_SYNC_FLUSH }) : first;
    this.start = unpacked.slice(0, HEADER_BYTES);
  }

  /** Raw numbers have no magic number of their own, and may spell that of gzip; they do not unpack. */
  private onlyLooksPacked(first: Uint8Array): boolean {
    if (!this.path.endsWith(".dat")) return false;
    try {
      this.unpack(first, { finishFlush: constants.Z_SYNC_FLUSH });
      return false;
    } catch {
      return true;
    }
  }

  /** The header as a view. */
  get view(): DataView {
    return new DataView(this.start.buffer, this.start.byteOffset, this.start.byteLength);
  }

  /** Opens it for reading ranges. */
  open(): number {
    try {
      return openSync(this.path, "r");
    } catch (error) {
      throw unreadable(this.path, error, this.expected);
    }
  }

  /**
   * Its whole content, unpacked.
   *
   * @param most the most bytes that there may be.
   * @param likely bytes that there are if all is well.
   * @throws InputError when there are more than `most`, or they cannot be unpacked.
   */
  content(most: number, likely = 0): Uint8Array {
    const room = this.compressed ? MOST_UNPACKED : most;
    if (this.size > room) {
      throw new InputError({
        file: this.path,
        found: `${formatCount(this.size)} bytes`,
        expected: `at most ${formatCount(room)}`,
      });
    }
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(this.path);
    } catch (error) {
      throw unreadable(this.path, error, this.expected);
    }
    if (!this.compressed) return bytes;
    // One chunk that holds everything: zlib writes into it, and no second copy is made. gzip ends with the length of
    // what is packed, which is a hint only: a file may be several, one after the other.
    const end = bytes.length - 4;
    const packed = end < 0 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(end, true);
    const chunk = Math.max(likely, packed <= most ? packed : 0, SMALLEST_CHUNK);
    return this.unpack(bytes, { maxOutputLength: most, chunkSize: chunk + 1024 });
  }

  /** Whether memory takes what the header promises, where it has to be unpacked. */
  checkRoom(promised: number): void {
    if (this.compressed && promised > MOST_UNPACKED) {
      throw new InputError({
        file: this.path,
        found: `a compressed file whose header promises ${formatCount(promised)} bytes`,
        expected: `at most ${formatCount(MOST_UNPACKED)}`,
        hint: "Unpack it with gunzip: of an unpacked file only the part in use is read.",
      });
    }
  }

  /** The most bytes that its content can have. */
  get mostContent(): number {
    return this.compressed ? this.size * BEST_RATIO : this.size;
  }

  private first(length: number): Uint8Array {
    const descriptor = this.open();
    try {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, 0));
    } catch (error) {
      throw unreadable(this.path, error, this.expected);
    } finally {
      closeSync(descriptor);
    }
  }

  private unpack(
    bytes: Uint8Array,
    options: { finishFlush?: number; maxOutputLength?: number; chunkSize?: number },
  ): Uint8Array {
    try {
      return gunzipSync(bytes, options);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
        throw new InputError({
          file: this.path,
          found: `a compressed file of more than ${formatCount(options.maxOutputLength ?? 0)} bytes`,
          expected: "no more than its header promises",
        });
      }
      throw new InputError({
        file: this.path,
        found: "a compressed file that ends too early or is damaged",
        expected: "a whole .gz file",
        hint: "Copy it again from where it came.",
      });
    }
  }
}

/** The magic number of gzip, its one method, and no flag that means nothing (RFC 1952, section 2.3). */
function isGzip(start: Uint8Array): boolean {
  return (
    start.length > 3 && start[0] === 0x1f && start[1] === 0x8b && start[2] === 8 && (start[3] & 0xe0) === 0
  );
}
