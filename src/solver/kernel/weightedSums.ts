// Sums of rows of numbers, each with the same weights: what contrasts make of the estimates of many vertices.

/** out[i] = sum of w[k] x[i][k], k < count, of float64 rows one after the other. */
export function weightedSums(rows: i32, count: i32, w: usize, x: usize, out: usize): void {
  weighted<f64>(rows, count, w, x, out);
}

/** The same of float32 rows; weights and sums are float64. */
export function weightedSums32(rows: i32, count: i32, w: usize, x: usize, out: usize): void {
  weighted<f32>(rows, count, w, x, out);
}

/** Four rows at a time, each in two sums of every other product: one addition need not wait for the one before. */
@inline
function weighted<F>(rows: i32, count: i32, w: usize, x: usize, out: usize): void {
  const length = <usize>count * sizeof<F>(),
    even = <usize>(count & ~1),
    last = <usize>rows - 1;
  for (let i: usize = 0; i < <usize>rows; i += 4) {
    // Where fewer than four are left the last is summed again.
    const x0 = x + i * length,
      x1 = x + min<usize>(i + 1, last) * length,
      x2 = x + min<usize>(i + 2, last) * length,
      x3 = x + min<usize>(i + 3, last) * length;
    let s0 = f64x2.splat(0.0),
      s1 = s0,
      s2 = s0,
      s3 = s0;
    for (let k: usize = 0; k < even; k += 2) {
      const wk = v128.load(w + (k << 3));
      s0 = f64x2.add(s0, f64x2.mul(wk, two<F>(x0, k)));
      s1 = f64x2.add(s1, f64x2.mul(wk, two<F>(x1, k)));
      s2 = f64x2.add(s2, f64x2.mul(wk, two<F>(x2, k)));
      s3 = f64x2.add(s3, f64x2.mul(wk, two<F>(x3, k)));
    }
    ended<F>(s0, w, x0, even, count, out, i);
    ended<F>(s1, w, x1, even, count, out, min<usize>(i + 1, last));
    ended<F>(s2, w, x2, even, count, out, min<usize>(i + 2, last));
    ended<F>(s3, w, x3, even, count, out, min<usize>(i + 3, last));
  }
}

/** x[k] and x[k + 1] as float64. */
@inline
function two<F>(x: usize, k: usize): v128 {
  if (sizeof<F>() == 8) return v128.load(x + (k << 3));
  return f64x2.promote_low_f32x4(v128.load64_zero(x + (k << 2)));
}

/** out[i] = both sums, and the last product of an odd number. */
@inline
function ended<F>(sum: v128, w: usize, x: usize, even: usize, count: i32, out: usize, i: usize): void {
  let all = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  if (even < <usize>count) all += load<f64>(w + (even << 3)) * <f64>load<F>(x + even * sizeof<F>());
  store<f64>(out + (i << 3), all);
}
