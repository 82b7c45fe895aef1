import type { DesignMatrix } from "./designMatrix.js";
import { rankOf } from "./rank.js";

/** Rows of a sketch: many more than the columns of any Z. */
const ROWS = 32;

/**
 * What remains of Z in a record: S Z with a fixed random S of 32 rows. With probability one, a column lies in the
 * span of others exactly when its sketch lies in the span of theirs, so that the spans of two fits can be compared
 * without their design files.
 *
 * @returns 32 × q, row-major.
 */
export function sketchOf(Z: DesignMatrix): number[] {
  const q = Z.columns.length;
  const sketch = new Array<number>(ROWS * q).fill(0);
  for (let i = 0; i < Z.n; i++) {
    for (let k = 0; k < ROWS; k++) {
      const weight = weightOf(i, k);
      for (let a = 0; a < q; a++) sketch[k * q + a] += weight * Z.values[i * q + a];
    }
  }
  return sketch;
}

/** The columns of one sketch that are not in the span of the columns of another, as indices. */
export function outsideSpan(inner: readonly number[], outer: readonly number[]): number[] {
  const [a, b] = [inner.length / ROWS, outer.length / ROWS];
  return Array.from({ length: a }, (_, j) => j).filter((j) => {
    const names = Array.from({ length: b + 1 }, (_, k) => `${k}`);
    const values = new Float64Array(ROWS * (b + 1));
    for (let k = 0; k < ROWS; k++) {
      for (let c = 0; c < b; c++) values[k * (b + 1) + c] = outer[k * b + c];
      values[k * (b + 1) + b] = inner[k * a + j];
    }
    const { dependent } = rankOf({ file: "", columns: names, values, n: ROWS });
    return !dependent.some(({ column }) => column === `${b}`);
  });
}

/** An entry of S: a fixed number between −1 and 1. */
function weightOf(i: number, k: number): number {
  let hash = Math.imul(i * ROWS + k + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) / 2 ** 31;
}
