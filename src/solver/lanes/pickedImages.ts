import { BLOCK_VERTICES, type ImageBlocks, placeOf } from "../../images/blocks.js";
import { LANES } from "./kernel.js";
import type { SlopeMemory } from "./slopeMemory.js";

/** Bytes of a row of a block. */
const ROW_BYTES = 4 * BLOCK_VERTICES;

/** Brings the images of 8 vertices at a time into the kernel's memory, as rows of 8 in the order of the levels. */
export class PickedImages {
  /** Where a block of 64 vertices lies in the kernel's memory, how many rows it has room for, and which it is. */
  private block = 0;
  private room = 0;
  private blockOf = -1;
  private images: ImageBlocks | undefined;
  /** Where the row of each image lies: byte offsets. */
  private readonly at: number;

  constructor(private readonly memory: SlopeMemory) {
    this.at = memory.allocate(4 * memory.design.n);
  }

  /** @param columns which vertices of the images; fewer than 8 are repeated. */
  pick(images: ImageBlocks, columns: ArrayLike<number>): void {
    const { memory } = this;
    const { n, rows, values } = images;
    const column = (l: number) => columns[Math.min(l, columns.length - 1)];
    const blockOf = (v: number) => Math.floor(v / BLOCK_VERTICES);
    const block = blockOf(columns[0]);
    let together = true;
    for (let l = 1; l < columns.length; l++) together &&= blockOf(columns[l]) === block;
    if (!together) {
      const [a, b, c, d, e, f, g, h] = Array.from({ length: LANES }, (_, l) => placeOf(rows, column(l)));
      const { f32 } = memory;
      // All 8 of an image at once: what is waited for is the memory.
      for (let k = 0, to = memory.picked / 4; k < n; k++, to += LANES) {
        const row = images.at[k] * BLOCK_VERTICES;
        f32[to] = values[a + row];
        f32[to + 1] = values[b + row];
        f32[to + 2] = values[c + row];
        f32[to + 3] = values[d + row];
        f32[to + 4] = values[e + row];
        f32[to + 5] = values[f + row];
        f32[to + 6] = values[g + row];
        f32[to + 7] = values[h + row];
      }
      return;
    }
    if (this.images !== images) this.take(images);
    if (this.blockOf !== block) {
      const size = rows * BLOCK_VERTICES;
      memory.f32.set(values.subarray(block * size, (block + 1) * size), this.block / 4);
      this.blockOf = block;
    }
    const first = columns[0] - block * BLOCK_VERTICES;
    if (columns.length === LANES && columns[LANES - 1] === columns[0] + LANES - 1) {
      memory.kernel.pickTogether(n, this.at, this.block + 4 * first, memory.picked);
      return;
    }
    for (let l = 0; l < LANES; l++) {
      memory.i32[memory.columns / 4 + l] = 4 * (column(l) - block * BLOCK_VERTICES);
    }
    memory.kernel.pick(n, this.at, this.block, memory.columns, memory.picked);
  }

  private take(images: ImageBlocks): void {
    const { memory } = this;
    if (this.room < images.rows) {
      this.block = memory.allocate(images.rows * ROW_BYTES);
      this.room = images.rows;
    }
    for (let k = 0; k < images.n; k++) memory.i32[this.at / 4 + k] = images.at[k] * ROW_BYTES;
    this.images = images;
    this.blockOf = -1;
  }
}
