import { allocateBlocks, type BlockMemory } from "../images/blocks.js";
import { orderByLevel } from "../model/groups.js";
import type { Model } from "../model/model.js";
import type { FoundImages } from "./messages.js";
import type { WorkerPool } from "./pool.js";
import type { SharedImages } from "./sharedImages.js";
import { readPieces } from "./tasks.js";

/** A part of the vertices in memory, or on its way there. */
export interface ReadPart {
  readonly memory: BlockMemory;
  /** Its first vertex. */
  readonly first: number;
  /** Of each study: what was found. */
  readonly found: readonly FoundImages[];
  /** Settles when all of it has been read. */
  readonly reading: Promise<unknown>;
}

/** Memory for images, used again and again. */
export interface ImageStore {
  values: Float32Array | undefined;
}

/** The level of each image of a study, and random effects a level. */
type Grouping = Pick<Model, "q" | "levels" | "level">;

/** Reads the images of studies that share them, part of the vertices by part, into the same memory. */
export class PartReading {
  /** Parts that there are. */
  readonly parts: number;
  /** int32, rows: where each row lies in the blocks. */
  readonly places: Int32Array;
  /** Bytes of image values that have been read, and the seconds that it took. */
  bytes = 0;
  seconds = 0;

  /**
   * @param groupings of the studies of the group.
   * @param width vertices of a part.
   */
  constructor(
    private readonly group: SharedImages,
    groupings: readonly Grouping[],
    private readonly width: number,
    private readonly store: ImageStore,
  ) {
    this.parts = Math.ceil(group.vertices / width);
    this.places = placesOf(group, groupings);
  }

  /** Starts reading a part; what was in memory before is gone. */
  start(
    part: number,
    pool: WorkerPool,
    onRead: (images: number) => void,
    signal: AbortSignal | undefined,
  ): ReadPart {
    const { group, width, store, places } = this;
    const rows = group.rows.length;
    const began = Date.now();
    const first = part * width;
    const memory = allocateBlocks(rows, Math.min(width, group.vertices - first), store.values);
    if (memory.values.buffer !== store.values?.buffer) store.values = memory.values;
    const found = foundBy(group, memory.width);
    const pieces = readPieces(rows, pool.threads);
    const job = { kind: "read", memory, first, places, found: [...new Set(found)], pieces } as const;
    const reading = pool.run(job, onRead, signal).then(() => {
      this.bytes += 4 * rows * memory.width;
      this.seconds += (Date.now() - began) / 1000;
    });
    return { memory, first, found, reading };
  }
}

/** Where each row lies in memory: in the order of the levels of the study with most images. */
function placesOf(group: SharedImages, groupings: readonly Grouping[]): Int32Array {
  const leader = group.rowOf.findIndex((rows) => rows.length === group.rows.length);
  const grouping = groupings[leader];
  const places = new Int32Array(new SharedArrayBuffer(4 * group.rows.length));
  if (grouping.q === 0) return places.map((_, row) => row);
  const { order } = orderByLevel({ n: group.rows.length, ...grouping });
  order.forEach((image, place) => {
    places[group.rowOf[leader][image]] = place;
  });
  return places;
}

/** What each study of a group finds in the images; the same where the lists of images are the same. */
function foundBy({ rows, rowOf }: SharedImages, width: number): FoundImages[] {
  const int32 = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));
  const found: FoundImages[] = [];
  rowOf.forEach((own, k) => {
    const same = rowOf.findIndex(
      (other) => other.length === own.length && other.every((row, i) => row === own[i]),
    );
    if (same < k) {
      found.push(found[same]);
      return;
    }
    const imageOf = int32(rows.length).fill(-1);
    own.forEach((row, image) => {
      imageOf[row] = image;
    });
    found.push({ imageOf, present: int32(width), digest: int32(width) });
  });
  return found;
}
