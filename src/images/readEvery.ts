import { AbortedError, FaultList, InputError } from "../errors.js";
import { formatCount, plural } from "../print/number.js";
import type { ImageRef, ImageSet } from "./image.js";
import { ImageReader } from "./reader.js";

/** Images that are told one by one; the rest are counted. */
const MOST_TOLD = 20;
/** Milliseconds after which others have their turn. */
const TURN = 100;

/** Progress and interruption of reading. */
export interface ReadEveryOptions {
  readonly signal?: AbortSignal;
  /** Hears the share that is done, 0–1. */
  readonly progress?: (done: number) => void;
}

/**
 * Reads every value of every image and mask, as a fit does.
 *
 * @returns what is odd, one sentence each: images without a value.
 * @throws InputError naming every file that is damaged; AbortedError when the signal fires.
 */
export async function readEvery(set: ImageSet, options: ReadEveryOptions = {}): Promise<string[]> {
  const faults = new FaultList();
  const empty: ImageRef[] = [];
  const values = new Float32Array(set.vertices);
  const reader = new ImageReader();
  const refs = [...set.images, ...(set.masks ?? [])];
  const damaged = new Set<string>();
  let turn = Date.now();
  try {
    for (const [k, ref] of refs.entries()) {
      if (damaged.has(ref.path)) continue;
      try {
        reader.read(ref, 0, set.vertices, values);
        if (k < set.images.length && values.every((value) => value === 0 || !Number.isFinite(value)))
          empty.push(ref);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        damaged.add(ref.path);
        faults.faults.push(...error.faults);
      }
      if (Date.now() - turn < TURN) continue;
      options.progress?.((k + 1) / refs.length);
      await new Promise(setImmediate);
      if (options.signal?.aborted) throw new AbortedError("The check was stopped.");
      turn = Date.now();
    }
  } finally {
    reader.close();
  }
  const more = faults.faults.length - MOST_TOLD;
  if (more > 0) {
    faults.faults.length = MOST_TOLD;
    faults.add({ found: `and ${formatCount(more)} more like these` });
  }
  faults.throwIfAny();
  return told(empty);
}

function told(empty: readonly ImageRef[]): string[] {
  const notes = empty
    .slice(0, MOST_TOLD)
    .map(
      ({ path, frame }) => `${path}${frame === 0 ? "" : `, frame ${frame + 1}`}: no value that is not zero`,
    );
  const more = empty.length - MOST_TOLD;
  return more > 0
    ? [...notes, plural(more, "more image without a value", "more images without a value")]
    : notes;
}
