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
  const step = <usize>count << 3;
  for (let k: usize = 0; k < <usize>count; k += 2) {
    const x = lanes + k * LB,
      both = k + 1 < <usize>count,
      y = both ? x + LB : x;
    let row = rows + (k << 3);
    for (let l: usize = 0; l < LB; l += 16) {
      const a = v128.load(x + l),
        b = v128.load(y + l);
      if (both) {
        v128.store(row, v128.shuffle<f64>(a, b, 0, 2));
        v128.store(row + step, v128.shuffle<f64>(a, b, 1, 3));
      } else {
        store<f64>(row, f64x2.extract_lane(a, 0));
        store<f64>(row + step, f64x2.extract_lane(a, 1));
      }
      row += 2 * step;
    }
  }
}

/** The same times `sign` in float32: 8 rows of `count`. */
export function byLane32(count: i32, lanes: usize, rows: usize, sign: f64): void {
  const step = <usize>count << 2,
    factor = f64x2.splat(sign);
  for (let k: usize = 0; k < <usize>count; k += 2) {
    const x = lanes + k * LB,
      both = k + 1 < <usize>count,
      y = both ? x + LB : x;
    let row = rows + (k << 2);
    for (let l: usize = 0; l < LB; l += 16) {
      const a = f32x4.demote_f64x2_zero(f64x2.mul(factor, v128.load(x + l))),
        b = f32x4.demote_f64x2_zero(f64x2.mul(factor, v128.load(y + l)));
      // a0 b0 a1 b1
      const pairs = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      if (both) {
        store<i64>(row, i64x2.extract_lane(pairs, 0));
        store<i64>(row + step, i64x2.extract_lane(pairs, 1));
      } else {
        store<f32>(row, f32x4.extract_lane(pairs, 0));
        store<f32>(row + step, f32x4.extract_lane(pairs, 2));
      }
      row += 2 * step;
    }
  }
}
