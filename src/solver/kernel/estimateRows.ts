import { LB } from "./lanes";

// What becomes of lane vectors in the estimates: the values of one vertex after another.

/** C += sum of d[k] dC[k], k < count, each `size` lane vectors, dC one after the other behind C. */
export function moveAlong(count: i32, size: i32, d: usize, C: usize): void {
  const block = <usize>size * LB;
  for (let at: usize = 0; at < block; at += 16) {
    let sum = v128.load(C + at);
    for (let k: usize = 0; k < <usize>count; k++) {
      const slope = v128.load(C + (k + 1) * block + at);
      sum = f64x2.add(sum, f64x2.mul(slope, v128.load(d + k * LB + (at & (LB - 1)))));
    }
    v128.store(C + at, sum);
  }
}

/** The values of each lane one after the other: 8 rows of `count` float64, from `count` lane vectors. */
export function byLane(count: i32, lanes: usize, rows: usize): void {
  transpose<f64>(count, lanes, rows, 1.0);
}

/** The same times `sign` in float32: 8 rows of `count`. */
export function byLane32(count: i32, lanes: usize, rows: usize, sign: f64): void {
  transpose<f32>(count, lanes, rows, sign);
}

@inline
function transpose<F>(count: i32, lanes: usize, rows: usize, sign: f64): void {
  const step = <usize>count * sizeof<F>(),
    factor = f64x2.splat(sign);
  for (let k: usize = 0; k < <usize>count; k += 2) {
    const x = lanes + k * LB,
      both = k + 1 < <usize>count,
      y = both ? x + LB : x;
    let row = rows + k * sizeof<F>();
    for (let l: usize = 0; l < LB; l += 16) {
      const a = f64x2.mul(factor, v128.load(x + l)),
        b = f64x2.mul(factor, v128.load(y + l));
      put<F>(row, v128.shuffle<f64>(a, b, 0, 2), both);
      put<F>(row + step, v128.shuffle<f64>(a, b, 1, 3), both);
      row += 2 * step;
    }
  }
}

/** Both of two numbers, or the first. */
@inline
function put<F>(at: usize, two: v128, both: bool): void {
  if (sizeof<F>() == 8) {
    if (both) v128.store(at, two);
    else store<f64>(at, f64x2.extract_lane(two, 0));
  } else {
    const narrow = f32x4.demote_f64x2_zero(two);
    if (both) store<i64>(at, i64x2.extract_lane(narrow, 0));
    else store<f32>(at, f32x4.extract_lane(narrow, 0));
  }
}
