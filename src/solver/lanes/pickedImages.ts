import { BLOCK_VERTICES, type ImageBlocks, placeOf } from "../../images/blocks.js";
import { LANES } from "./kernel.js";
import type { SlopeMemory } from "./slopeMemory.js";

/** Brings the images of 8 vertices at a time into the kernel's memory, as rows of 8. */
export class PickedImages {
  /** The block of 64 vertices in the kernel's memory. */
  private blockOf = -1;
  private images: ImageBlocks | undefined;

  constructor(private readonly memory: SlopeMemory) {}

  /** @param columns which vertices of the images; fewer than 8 are repeated. */
  pick(images: ImageBlocks, columns: ArrayLike<number>): void {
    const { memory } = this;
    const { n } = images;
    const column = (l: number) => columns[Math.min(l, columns.length - 1)];
    const blockOf = (v: number) => Math.floor(v / BLOCK_VERTICES);
    const block = blockOf(columns[0]);
    let together = true;
    for (let l = 1; l < columns.length; l++) together &&= blockOf(columns[l]) === block;
    if (!together) {
      for (let l = 0; l < LANES; l++) {
        let from = placeOf(n, column(l));
        const end = memory.picked / 4 + n * LANES;
        for (let to = memory.picked / 4 + l; to < end; to += LANES, from += BLOCK_VERTICES) {
          memory.f32[to] = images.values[from];
        }
      }
      return;
    }
    if (this.images !== images || this.blockOf !== block) {
      const size = n * BLOCK_VERTICES;
      memory.f32.set(images.values.subarray(block * size, (block + 1) * size), memory.block / 4);
      this.images = images;
      this.blockOf = block;
    }
    for (let l = 0; l < LANES; l++) {
      memory.i32[memory.columns / 4 + l] = 4 * (column(l) - block * BLOCK_VERTICES);
    }
    memory.kernel.pick(n, memory.block, memory.columns, memory.picked);
  }
}
