/** The values that are there: a copy without NaN, which is what maps hold outside the mask. */
export function present(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).filter((value) => !Number.isNaN(value));
}
