import type { Study } from "../design/index.js";
import { cellSignal } from "../notebook/cell.js";
import { Table } from "../print/table.js";
import { readBlock } from "../threads/readBlock.js";
import { BACKENDS } from "./backend.js";

/** Vertices of the slice at most. */
const SLICE = 256;

/**
 * What each backend does on a slice of this study: which ran and as what, why others did not, seconds for X'Y, and
 * the largest difference from the reference.
 */
export async function backends(study: Study): Promise<Table> {
  const width = Math.min(SLICE, study.images.vertices);
  const Y = await readBlock(study.images, 0, width, { signal: cellSignal() });
  const seconds = timeReference(study, Y, width);
  const rows = BACKENDS.map((name) =>
    name === "reference"
      ? [name, "TypeScript, float64 sums", "", seconds, 0]
      : [name, "did not run", "not in this version: reference runs instead", "", ""],
  );
  return new Table(
    `Backends: X'Y of ${study.n} images at ${width} vertices`,
    ["backend", "ran as", "why", "seconds", "largest difference from reference"],
    rows,
  );
}

function timeReference({ n, p, X }: Study, Y: Float32Array, width: number): number {
  const started = performance.now();
  const product = new Float64Array(p * width);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) {
      const x = X.values[i * p + j];
      if (x !== 0) for (let v = 0; v < width; v++) product[j * width + v] += x * Y[i * width + v];
    }
  }
  return (performance.now() - started) / 1000;
}
