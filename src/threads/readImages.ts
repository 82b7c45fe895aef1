import { fingerprint } from "../images/fingerprint.js";
import type { ImageSet } from "../images/image.js";
import { ImageReader } from "../images/reader.js";
import type { ReadTask } from "./messages.js";

/**
 * Reads images into rows of Y and marks what is missing: a value that is zero or not finite, or whose mask
 * is zero, not finite or under the threshold, becomes zero.
 */
export class StudyReader {
  private readonly images = new ImageReader();
  private readonly masks = new ImageReader();
  private mask = new Float32Array(0);

  constructor(private readonly set: ImageSet) {}

  /** Does a read task; `afterImages` hears how many images were read since it was last called. */
  read(task: ReadTask, afterImages: (count: number) => void): void {
    const { Y, first, width, present, digest } = task;
    const { set } = this;
    const counts = new Int32Array(width);
    const prints = new Int32Array(width);
    const threshold = set.maskThreshold;
    if (set.masks !== undefined && this.mask.length !== width) this.mask = new Float32Array(width);
    for (let i = task.from; i < task.to; i++) {
      const row = Y.subarray(i * width, (i + 1) * width);
      this.images.read(set.images[i], first, first + width, row);
      if (set.masks !== undefined) {
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
      afterImages(1);
    }
    for (let v = 0; v < width; v++) {
      if (counts[v] === 0) continue;
      Atomics.add(present, v, counts[v]);
      Atomics.add(digest, v, prints[v]);
    }
  }

  close(): void {
    this.images.close();
    this.masks.close();
  }
}
