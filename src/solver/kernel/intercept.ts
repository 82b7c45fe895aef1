import { LB } from "./lanes";

// A random intercept: sums by pattern (levels with the same Z'Z). Weights, sums and B of a pattern may differ by lane.

/** out[i] = sum_t w[t] B[t][i], all lane vectors, i < size; out[i] at byte offset at[i]. */
export function blend(patterns: i32, size: i32, w: usize, B: usize, out: usize, at: usize): void {
  const block = <usize>size * LB;
  for (let i: usize = 0; i < <usize>size; i++) {
    const x = B + i * LB;
    let a0 = f64x2.splat(0.0),
      a1 = a0,
      a2 = a0,
      a3 = a0;
    for (let t: usize = 0; t < <usize>patterns; t++) {
      const b = x + t * block,
        wt = w + t * LB;
      a0 = f64x2.add(a0, f64x2.mul(v128.load(wt), v128.load(b)));
      a1 = f64x2.add(a1, f64x2.mul(v128.load(wt, 16), v128.load(b, 16)));
      a2 = f64x2.add(a2, f64x2.mul(v128.load(wt, 32), v128.load(b, 32)));
      a3 = f64x2.add(a3, f64x2.mul(v128.load(wt, 48), v128.load(b, 48)));
    }
    const o = out + load<u32>(at + (i << 2));
    v128.store(o, a0);
    v128.store(o, a1, 16);
    v128.store(o, a2, 32);
    v128.store(o, a3, 48);
  }
}

/** out[t] = sum_i x[i] B[t][i], all lane vectors, i < size. */
export function against(patterns: i32, size: i32, x: usize, B: usize, out: usize): void {
  const block = <usize>size * LB;
  for (let t: usize = 0; t < <usize>patterns; t++) {
    const b = B + t * block;
    let a0 = f64x2.splat(0.0),
      a1 = a0,
      a2 = a0,
      a3 = a0;
    for (let o: usize = 0; o < block; o += LB) {
      a0 = f64x2.add(a0, f64x2.mul(v128.load(x + o), v128.load(b + o)));
      a1 = f64x2.add(a1, f64x2.mul(v128.load(x + o, 16), v128.load(b + o, 16)));
      a2 = f64x2.add(a2, f64x2.mul(v128.load(x + o, 32), v128.load(b + o, 32)));
      a3 = f64x2.add(a3, f64x2.mul(v128.load(x + o, 48), v128.load(b + o, 48)));
    }
    const o = out + t * LB;
    v128.store(o, a0);
    v128.store(o, a1, 16);
    v128.store(o, a2, 32);
    v128.store(o, a3, 48);
  }
}

/** The lower triangle of x x', packed by rows, entries off the diagonal doubled. */
export function squareTwice(x: usize, out: usize, p: i32): void {
  let o = out;
  for (let i: usize = 0; i < <usize>p; i++)
    for (let j: usize = 0; j <= i; j++) {
      for (let k: usize = 0; k < LB; k += 16) {
        const a = v128.load(x + i * LB + k);
        v128.store(o + k, f64x2.mul(i == j ? a : f64x2.add(a, a), v128.load(x + j * LB + k)));
      }
      o += LB;
    }
}

/** out = sum z^2 over the levels; z has two lane vectors a level, of which the first is used. */
export function squares(levels: i32, z: usize, out: usize): void {
  for (let k: usize = 0; k < LB; k += 16) {
    let sum = f64x2.splat(0.0);
    for (let s = 0; s < levels; s++) {
      const x = v128.load(z + <usize>s * 2 * LB + k);
      sum = f64x2.add(sum, f64x2.mul(x, x));
    }
    v128.store(out + k, sum);
  }
}
