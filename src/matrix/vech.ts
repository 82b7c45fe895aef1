/** Number of entries on and below the diagonal of an m × m matrix. */
export function vechLength(m: number): number {
  return (m * (m + 1)) / 2;
}

/** The (row, column) of each entry of vech(D): the lower triangle, column by column, as `blmm_vox_D` stores it. */
export function vechPairs(q: number): { readonly row: Int32Array; readonly column: Int32Array } {
  const row = new Int32Array(vechLength(q));
  const column = new Int32Array(vechLength(q));
  let k = 0;
  for (let j = 0; j < q; j++) {
    for (let i = j; i < q; i++) {
      row[k] = i;
      column[k] = j;
      k++;
    }
  }
  return { row, column };
}

/** Writes vech(D) as a full symmetric q × q matrix, row-major. */
export function unvech(vech: Float64Array, q: number, D: Float64Array): void {
  let k = 0;
  for (let j = 0; j < q; j++) {
    for (let i = j; i < q; i++) {
      D[i * q + j] = vech[k];
      D[j * q + i] = vech[k];
      k++;
    }
  }
}
