import { writeRows } from "../images/blocks.js";
import { fingerprint } from "../images/fingerprint.js";
import { ImageReader } from "../images/reader.js";
import { ImageRows } from "./imageRows.js";
import type { ReadJob } from "./messages.js";
import type { ImageRow } from "./sharedImages.js";

/** Images that are copied into the blocks together: enough to write each block in runs. */
const TOGETHER = 32;

/** Rows of Y to read, zero where missing, as values of one study's images. */
export interface PlainRows {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly width: number;
  /** float32, n × width. */
  readonly Y: Float32Array;
  /** int32, width: the fingerprints of the values at each vertex, added to. */
  readonly digest: Int32Array;
}

/**
 * Reads images into rows of Y and marks what is missing: a value that is zero or not finite, or whose mask
 * is zero, not finite or under the threshold, becomes zero.
 */
export class RowReader {
  private readonly images = new ImageReader();
  private readonly masks = new ImageReader();
  private mask = new Float32Array(0);
  /** Rows on their way into blocks. */
  private together: ImageRows | undefined;

  constructor(private readonly rows: readonly ImageRow[]) {}

  /** Reads images as they are listed. */
  read({ from, to, first, width, Y, digest }: PlainRows): void {
    for (let i = from; i < to; i++) {
      const row = Y.subarray(i * width, (i + 1) * width);
      this.readRow(i, first, row);
      // NaN − NaN and ∞ − ∞ are NaN: one test for both.
      for (let v = 0; v < width; v++) if (row[v] - row[v] !== 0) row[v] = 0;
      addFingerprints(row, i, digest);
    }
  }

  /** Reads a piece of a job into blocks of vertices, a few images at a time. */
  readBlocks(
    { memory, places, first, found }: ReadJob,
    from: number,
    to: number,
    afterImages: (count: number) => void,
  ): void {
    const { width } = memory;
    const known = this.together;
    const isFit = known?.width === width && known.studies === found.length;
    const together = isFit ? known : new ImageRows(TOGETHER, width, found.length);
    this.together = together;
    for (let i = from; i < to; i += TOGETHER) {
      const some = Math.min(TOGETHER, to - i);
      for (let k = 0; k < some; k++) {
        this.readRow(i + k, first, together.row(k));
        together.clean(k);
        found.forEach(({ imageOf }, s) => {
          if (imageOf[i + k] >= 0) together.tally(k, imageOf[i + k], s);
        });
      }
      writeRows(memory, together.values, places.subarray(i, i + some));
      afterImages(some);
    }
    found.forEach((into, s) => {
      together.give(s, into);
    });
  }

  private readRow(i: number, first: number, row: Float32Array): void {
    const { image, mask, threshold } = this.rows[i];
    const width = row.length;
    this.images.read(image, first, first + width, row);
    if (mask !== undefined) {
      if (this.mask.length !== width) this.mask = new Float32Array(width);
      this.masks.read(mask, first, first + width, this.mask);
      for (let v = 0; v < width; v++) {
        const value = this.mask[v];
        const kept = threshold === undefined ? value !== 0 && Number.isFinite(value) : value >= threshold;
        if (!kept) row[v] = 0;
      }
    }
  }

  close(): void {
    this.images.close();
    this.masks.close();
  }
}

/** Adds the fingerprints of what is present in a row, as image `i` of a study. */
function addFingerprints(row: Float32Array, i: number, digest: Int32Array): void {
  const bits = new Int32Array(row.buffer, row.byteOffset, row.length);
  for (let v = 0; v < row.length; v++) if (row[v] !== 0) digest[v] += fingerprint(bits[v], i);
}
