import { AbortedError } from "../errors.js";
import type { ImageSet } from "../images/index.js";
import { RowReader } from "./readImages.js";
import { rowsOf } from "./sharedImages.js";

/** Images between two looks at the signal. */
const AT_A_TIME = 64;

/** What a block of values is read with. */
export interface BlockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hears how many images were read. */
  readonly progress?: (images: number) => void;
}

/**
 * Reads some vertices of every image in this thread, as a fit reads them.
 *
 * @returns float32, n × width, image by image; 0 where a value is missing.
 * @throws AbortedError when the signal fires.
 */
export async function readBlock(
  images: ImageSet,
  first: number,
  width: number,
  { signal, progress }: BlockOptions = {},
): Promise<Float32Array> {
  const n = images.images.length;
  const Y = new Float32Array(n * width);
  const digest = new Int32Array(width);
  const reader = new RowReader(rowsOf(images));
  try {
    for (let from = 0; from < n; from += AT_A_TIME) {
      if (signal?.aborted) throw new AbortedError("Reading the images was stopped.");
      const to = Math.min(n, from + AT_A_TIME);
      reader.read({ from, to, first, width, Y, digest });
      progress?.(to);
      // Let the event loop turn, so that an interrupt is heard.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    reader.close();
  }
  return Y;
}
