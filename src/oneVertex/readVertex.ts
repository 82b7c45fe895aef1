import type { Study } from "../design/index.js";
import { AbortedError, InputError } from "../errors.js";
import { cellSignal } from "../notebook/cell.js";
import { StudyReader } from "../threads/readImages.js";
import { OneVertex } from "./oneVertex.js";

/**
 * Reads one vertex of every image of a study, to fit it by hand: `one.at(D)`, `one.reml()`, `one.residuals(fit)`,
 * `one.effects(fit)`.
 *
 * @throws InputError for a vertex beyond the last, outside the analysis mask, or with too few images.
 */
export async function oneVertex(study: Study, vertex: number): Promise<OneVertex> {
  const { images, n, p, analysisMask } = study;
  const fault = (found: string, expected: string) =>
    new InputError({ key: `vertex ${vertex}`, found, expected });
  if (!Number.isInteger(vertex) || vertex < 0 || vertex >= images.vertices) {
    throw fault("no such vertex", `a whole number from 0 to ${images.vertices - 1}`);
  }
  if (analysisMask[vertex] === 0) {
    throw fault("it is outside the analysis mask", "a vertex inside");
  }
  const Y = new Float32Array(n);
  const present = new Int32Array(1);
  const digest = new Int32Array(1);
  const reader = new StudyReader(images);
  const signal = cellSignal();
  try {
    for (let from = 0; from < n; from += 64) {
      if (signal?.aborted) throw new AbortedError("Reading the vertex was stopped.");
      const to = Math.min(n, from + 64);
      reader.read({ kind: "read", from, to, first: vertex, width: 1, Y, present, digest }, () => undefined);
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    reader.close();
  }
  if (present[0] <= p + 1) {
    throw fault(`${present[0]} images`, `more than the ${p} columns of X: it is outside the mask`);
  }
  return new OneVertex(
    study,
    vertex,
    Float64Array.from(Y, (value) => (value === 0 ? Number.NaN : value)),
  );
}
