import { writeRows } from "../images/blocks.js";
import { fingerprint } from "../images/fingerprint.js";
import type { ImageSet } from "../images/image.js";
import { ImageReader } from "../images/reader.js";
import type { ReadBlocksTask, ReadTask } from "./messages.js";

/** Images that are copied into the blocks together: enough to write each block in runs. */
const TOGETHER = 32;

/** What was found at each vertex: images present, and the sum of their fingerprints; int32, width. */
interface Found {
  readonly counts: Int32Array;
  readonly prints: Int32Array;
}

/**
 * Reads images into rows of Y and marks what is missing: a value that is zero or not finite, or whose mask
 * is zero, not finite or under the threshold, becomes zero.
 */
export class StudyReader {
  private readonly images = new ImageReader();
  private readonly masks = new ImageReader();
  private mask = new Float32Array(0);
  /** Rows on their way into blocks. */
  private rows = new Float32Array(0);

  constructor(private readonly set: ImageSet) {}

  /** Does a read task; `afterImages` hears how many images were read since it was last called. */
  read(task: ReadTask, afterImages: (count: number) => void): void {
    const { Y, first, width } = task;
    const found = { counts: new Int32Array(width), prints: new Int32Array(width) };
    for (let i = task.from; i < task.to; i++) {
      this.readRow(i, first, Y.subarray(i * width, (i + 1) * width), found);
      afterImages(1);
    }
    addFound(found, task);
  }

  /** Reads images into blocks of vertices, a few images at a time. */
  readBlocks(task: ReadBlocksTask, afterImages: (count: number) => void): void {
    const { blocks, places, first, from, to } = task;
    const { width } = blocks;
    const found = { counts: new Int32Array(width), prints: new Int32Array(width) };
    if (this.rows.length !== TOGETHER * width) this.rows = new Float32Array(TOGETHER * width);
    for (let i = from; i < to; i += TOGETHER) {
      const count = Math.min(TOGETHER, to - i);
      for (let k = 0; k < count; k++) {
        this.readRow(i + k, first, this.rows.subarray(k * width, (k + 1) * width), found);
      }
      writeRows(blocks, this.rows, places.subarray(i, i + count));
      afterImages(count);
    }
    addFound(found, task);
  }

  private readRow(i: number, first: number, row: Float32Array, { counts, prints }: Found): void {
    const { set } = this;
    const width = row.length;
    const threshold = set.maskThreshold;
    this.images.read(set.images[i], first, first + width, row);
    if (set.masks !== undefined) {
      if (this.mask.length !== width) this.mask = new Float32Array(width);
      this.masks.read(set.masks[i], first, first + width, this.mask);
      for (let v = 0; v < width; v++) {
        const value = this.mask[v];
        const kept = threshold === undefined ? value !== 0 && Number.isFinite(value) : value >= threshold;
        if (!kept) row[v] = 0;
      }
    }
    const bits = new Int32Array(row.buffer, row.byteOffset, width);
    for (let v = 0; v < width; v++) {
      const value = row[v];
      // NaN − NaN and ∞ − ∞ are NaN: one test for both.
      if (value - value !== 0) row[v] = 0;
      else if (value !== 0) {
        counts[v]++;
        prints[v] += fingerprint(bits[v], i);
      }
    }
  }

  close(): void {
    this.images.close();
    this.masks.close();
  }
}

function addFound({ counts, prints }: Found, into: Pick<ReadTask, "present" | "digest">): void {
  for (let v = 0; v < counts.length; v++) {
    if (counts[v] === 0) continue;
    Atomics.add(into.present, v, counts[v]);
    Atomics.add(into.digest, v, prints[v]);
  }
}
