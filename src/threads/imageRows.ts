import { paddedWidth } from "../images/blocks.js";
import { LaneMemory } from "../solver/lanes/kernel.js";
import type { FoundImages } from "./messages.js";

/** Rows of images that are read together, on their way into blocks, and what is found in them for each study. */
export class ImageRows extends LaneMemory {
  /** float32, rows × `paddedWidth(width)`: zero beyond the last vertex. */
  readonly values: Float32Array;
  private readonly at: number;
  private readonly length: number;
  /** Of each study: where counts and fingerprints lie, int32, one a vertex. */
  private readonly found: readonly { readonly counts: number; readonly prints: number }[];

  /**
   * @param rows that are read together.
   * @param width vertices of a row.
   * @param studies that count what is there.
   */
  constructor(
    rows: number,
    readonly width: number,
    readonly studies: number,
  ) {
    super();
    this.length = paddedWidth(width);
    this.at = this.allocate(4 * rows * this.length);
    this.found = Array.from({ length: studies }, () => ({
      counts: this.allocate(4 * this.length),
      prints: this.allocate(4 * this.length),
    }));
    this.values = this.f32.subarray(this.at / 4, this.at / 4 + rows * this.length);
  }

  /** Where a row is to be read to: float32, width. */
  row(k: number): Float32Array {
    return this.values.subarray(k * this.length, k * this.length + this.width);
  }

  /** Makes zero of what is not finite in a row. */
  clean(k: number): void {
    this.kernel.clean(this.at + 4 * k * this.length, this.length);
  }

  /** Counts what is present in a row, as image `image` of a study. */
  tally(k: number, image: number, study: number): void {
    const { counts, prints } = this.found[study];
    this.kernel.tally(this.at + 4 * k * this.length, this.length, image, counts, prints);
  }

  /** Adds what was found for a study to what all threads found, and forgets it. */
  give(study: number, into: FoundImages): void {
    const { counts, prints } = this.found[study];
    for (let v = 0; v < this.width; v++) {
      const count = this.i32[counts / 4 + v];
      if (count === 0) continue;
      Atomics.add(into.present, v, count);
      Atomics.add(into.digest, v, this.i32[prints / 4 + v]);
    }
    this.i32.fill(0, counts / 4, counts / 4 + this.length);
    this.i32.fill(0, prints / 4, prints / 4 + this.length);
  }
}
