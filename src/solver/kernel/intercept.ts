import { LB } from "./lanes";

/**
 * A random intercept: sums by pattern (levels with the same Z'Z). U_s = Z_s'X_s sparse, E = what X_s has beside Z_s (A_s = U_s / g_s), sparse by image.
 * Adds G[pattern] += U_s z_s (p lane vectors), c[pattern] += z_s^2, xe += E'y, yy = y'y.
 */
export function reduceIntercept(
  levels: i32,
  start: usize,
  zi: usize,
  Y: usize,
  row: usize,
  col: usize,
  val: usize,
  rowE: usize,
  colE: usize,
  valE: usize,
  pattern: usize,
  G: usize,
  c: usize,
  xe: usize,
  yy: usize,
  p: i32,
): void {
  const zero = f64x2.splat(0.0),
    pLB = <usize>p * LB;
  let q0 = zero,
    q1 = zero,
    q2 = zero,
    q3 = zero;
  for (let s = 0; s < levels; s++) {
    const from = load<i32>(start + (s << 2)),
      to = load<i32>(start + (s << 2), 4),
      t = <usize>load<i32>(pattern + (s << 2));
    let a0 = zero,
      a1 = zero,
      a2 = zero,
      a3 = zero;
    for (let i = from; i < to; i++) {
      const at = Y + ((<usize>i) << 5),
        z = v128.load64_splat(zi + ((<usize>i) << 3));
      const y0 = f64x2.promote_low_f32x4(v128.load64_zero(at)),
        y1 = f64x2.promote_low_f32x4(v128.load64_zero(at, 8));
      const y2 = f64x2.promote_low_f32x4(v128.load64_zero(at, 16)),
        y3 = f64x2.promote_low_f32x4(v128.load64_zero(at, 24));
      a0 = f64x2.add(a0, f64x2.mul(z, y0));
      a1 = f64x2.add(a1, f64x2.mul(z, y1));
      a2 = f64x2.add(a2, f64x2.mul(z, y2));
      a3 = f64x2.add(a3, f64x2.mul(z, y3));
      q0 = f64x2.add(q0, f64x2.mul(y0, y0));
      q1 = f64x2.add(q1, f64x2.mul(y1, y1));
      q2 = f64x2.add(q2, f64x2.mul(y2, y2));
      q3 = f64x2.add(q3, f64x2.mul(y3, y3));
      const end = load<i32>(rowE + (i << 2), 4);
      for (let e = load<i32>(rowE + (i << 2)); e < end; e++) {
        const o = xe + load<u32>(colE + ((<usize>e) << 2)),
          v = v128.load64_splat(valE + ((<usize>e) << 3));
        v128.store(o, f64x2.add(v128.load(o), f64x2.mul(v, y0)));
        v128.store(o, f64x2.add(v128.load(o, 16), f64x2.mul(v, y1)), 16);
        v128.store(o, f64x2.add(v128.load(o, 32), f64x2.mul(v, y2)), 32);
        v128.store(o, f64x2.add(v128.load(o, 48), f64x2.mul(v, y3)), 48);
      }
    }
    const ct = c + t * LB,
      g = G + t * pLB;
    v128.store(ct, f64x2.add(v128.load(ct), f64x2.mul(a0, a0)));
    v128.store(ct, f64x2.add(v128.load(ct, 16), f64x2.mul(a1, a1)), 16);
    v128.store(ct, f64x2.add(v128.load(ct, 32), f64x2.mul(a2, a2)), 32);
    v128.store(ct, f64x2.add(v128.load(ct, 48), f64x2.mul(a3, a3)), 48);
    const end = load<i32>(row + (s << 2), 4);
    for (let e = load<i32>(row + (s << 2)); e < end; e++) {
      const o = g + load<u32>(col + ((<usize>e) << 2)),
        v = v128.load64_splat(val + ((<usize>e) << 3));
      v128.store(o, f64x2.add(v128.load(o), f64x2.mul(v, a0)));
      v128.store(o, f64x2.add(v128.load(o, 16), f64x2.mul(v, a1)), 16);
      v128.store(o, f64x2.add(v128.load(o, 32), f64x2.mul(v, a2)), 32);
      v128.store(o, f64x2.add(v128.load(o, 48), f64x2.mul(v, a3)), 48);
    }
  }
  v128.store(yy, q0);
  v128.store(yy, q1, 16);
  v128.store(yy, q2, 32);
  v128.store(yy, q3, 48);
}

/** out[i] (p lane vectors) = sum_t w[t] G[t][i]. */
export function blend(T: i32, w: usize, G: usize, out: usize, p: i32): void {
  const pLB = <usize>p * LB;
  for (let i: usize = 0; i < pLB; i += 16) {
    let sum = f64x2.splat(0.0);
    for (let t: usize = 0; t < <usize>T; t++)
      sum = f64x2.add(sum, f64x2.mul(v128.load(w + t * LB + (i & 63)), v128.load(G + t * pLB + i)));
    v128.store(out + i, sum);
  }
}

/** out[t] = sum_i x[i] (B[i] - 2 G[t][i]), B = the product B_t x (T x p lane vectors); G[t] - B[t] replaces B. */
export function remainder(T: i32, x: usize, G: usize, B: usize, out: usize, p: i32): void {
  for (let t: usize = 0; t < <usize>T; t++)
    for (let k: usize = 0; k < LB; k += 16) {
      let sum = f64x2.splat(0.0);
      for (let i: usize = 0; i < <usize>p; i++) {
        const o = (t * <usize>p + i) * LB + k,
          b = v128.load(B + o),
          g = v128.load(G + o);
        sum = f64x2.add(sum, f64x2.mul(v128.load(x + i * LB + k), f64x2.sub(b, f64x2.add(g, g))));
        v128.store(B + o, f64x2.sub(g, b));
      }
      v128.store(out + t * LB + k, sum);
    }
}
