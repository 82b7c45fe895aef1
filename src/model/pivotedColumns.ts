/** Columns of samples: how many rows each has, and how many of these, the first, are used; the rest is held out. */
export interface SampledRows {
  readonly rows: number;
  readonly used: number;
}

/**
 * The columns that span all columns, by column-pivoted Gram–Schmidt; the largest first.
 *
 * @param values float64, columns × rows.
 */
export function pivotColumns(
  values: Float64Array,
  columns: number,
  { rows, used }: SampledRows,
  { tolerance, most }: { readonly tolerance: number; readonly most: number },
): number[] {
  const work = new Float64Array(columns * used);
  const norms = new Float64Array(columns);
  for (let c = 0; c < columns; c++) {
    work.set(values.subarray(c * rows, c * rows + used), c * used);
    norms[c] = dot(work, c * used, work, c * used, used);
  }
  const largest = norms.reduce((high, norm) => Math.max(high, norm), 0);
  const pivots: number[] = [];
  while (pivots.length < Math.min(most, columns)) {
    let best = 0;
    for (let c = 1; c < columns; c++) if (norms[c] > norms[best]) best = c;
    if (!(norms[best] > tolerance ** 2 * largest)) break;
    pivots.push(best);
    const direction = work.slice(best * used, (best + 1) * used);
    const length = Math.sqrt(norms[best]);
    for (let k = 0; k < used; k++) direction[k] /= length;
    for (let c = 0; c < columns; c++) {
      if (norms[c] === 0) continue;
      const along = dot(direction, 0, work, c * used, used);
      for (let k = 0; k < used; k++) work[c * used + k] -= along * direction[k];
      norms[c] = dot(work, c * used, work, c * used, used);
    }
    norms[best] = 0;
  }
  return pivots;
}

/** QR of the chosen columns, orthogonalized twice; Q by columns. */
export function orthonormalColumns(
  values: Float64Array,
  pivots: readonly number[],
  { rows, used }: SampledRows,
): { readonly Q: Float64Array; readonly R: Float64Array } {
  const rank = pivots.length;
  const Q = new Float64Array(rank * used);
  const R = new Float64Array(rank * rank);
  pivots.forEach((c, j) => {
    const v = values.slice(c * rows, c * rows + used);
    for (let twice = 0; twice < 2; twice++) {
      for (let i = 0; i < j; i++) {
        const along = dot(Q, i * used, v, 0, used);
        R[i * rank + j] += along;
        for (let k = 0; k < used; k++) v[k] -= along * Q[i * used + k];
      }
    }
    const length = Math.sqrt(dot(v, 0, v, 0, used));
    R[j * rank + j] = length;
    for (let k = 0; k < used; k++) Q[j * used + k] = v[k] / length;
  });
  return { Q, R };
}

/** Σ x y over `count` numbers, an even count, in two sums. */
function dot(x: Float64Array, i: number, y: Float64Array, j: number, count: number): number {
  let even = 0;
  let odd = 0;
  for (let k = 0; k < count; k += 2) {
    even += x[i + k] * y[j + k];
    odd += x[i + k + 1] * y[j + k + 1];
  }
  return even + odd;
}
