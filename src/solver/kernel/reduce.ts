import { isOwn, LB } from "./lanes";
import { gather } from "./levels";

@inline
function pair(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

/** The mean of every `step`-th of the images that are present, of each of 8 vertices. */
export function centers(n: i32, step: i32, Y: usize, out: usize): void {
  const zero = f64x2.splat(0.0),
    one = f64x2.splat(1.0);
  for (let k: usize = 0; k < LB; k += 16) {
    let sum = zero,
      count = zero;
    for (let i = 0; i < n; i += step) {
      const y = pair(Y + ((<usize>i) << 5) + (k >> 1));
      sum = f64x2.add(sum, y);
      count = f64x2.add(count, v128.and(f64x2.ne(y, zero), one));
    }
    v128.store(out + k, f64x2.div(sum, f64x2.max(count, one)));
  }
}

/**
 * Sums over 8 vertices' images less `center`, e = y - m where y is not zero, which stands for missing: z_s = Z_s'e_s,
 * E'e (added to `xe`), e'e and y'y; for vertices with images of their `own` also their G_s = Z_s'Z_s, |G_s| and the count
 * of images.
 *
 * Y: 8 float32 an image, images in the order of their levels. E: sparse by image, columns as byte offsets.
 */
export function sums<O>(
  levels: i32,
  start: usize,
  zi: usize,
  rowE: usize,
  colE: usize,
  valE: usize,
  Y: usize,
  center: usize,
  z: usize,
  G: usize,
  xe: usize,
  ee: usize,
  yy: usize,
  nn: usize,
): void {
  const zero = f64x2.splat(0.0),
    one = f64x2.splat(1.0);
  for (let k: usize = 0; k < LB; k += 16) {
    v128.store(nn + k, zero);
    v128.store(ee + k, zero);
    v128.store(yy + k, zero);
  }
  for (let s = 0; s < levels; s++) {
    const from = load<i32>(start + (s << 2)),
      to = load<i32>(start + (s << 2), 4);
    const zs = z + <usize>s * 2 * LB;
    for (let k: usize = 0; k < LB; k += 16) {
      const m = v128.load(center + k);
      let a = zero,
        b = zero,
        q = v128.load(ee + k),
        w = v128.load(yy + k);
      for (let i = from; i < to; i++) {
        const y = pair(Y + ((<usize>i) << 5) + (k >> 1)),
          e = v128.and(f64x2.sub(y, m), f64x2.ne(y, zero));
        a = f64x2.add(a, f64x2.mul(v128.load64_splat(zi + ((<usize>i) << 4)), e));
        b = f64x2.add(b, f64x2.mul(v128.load64_splat(zi + ((<usize>i) << 4), 8), e));
        q = f64x2.add(q, f64x2.mul(e, e));
        w = f64x2.add(w, f64x2.mul(y, y));
        const end = load<i32>(rowE + (i << 2), 4);
        for (let c = load<i32>(rowE + (i << 2)); c < end; c++) {
          const o = xe + <usize>load<u32>(colE + ((<usize>c) << 2)) + k;
          v128.store(o, f64x2.add(v128.load(o), f64x2.mul(v128.load64_splat(valE + ((<usize>c) << 3)), e)));
        }
      }
      v128.store(zs + k, a);
      v128.store(zs + k + LB, b);
      v128.store(ee + k, q);
      v128.store(yy + k, w);
    }
    if (isOwn<O>()) {
      const gs = G + <usize>s * 4 * LB;
      for (let k: usize = 0; k < LB; k += 16) {
        let g11 = zero,
          g12 = zero,
          g22 = zero,
          count = zero;
        for (let i = from; i < to; i++) {
          const here = v128.and(f64x2.ne(pair(Y + ((<usize>i) << 5) + (k >> 1)), zero), one);
          const a = v128.load64_splat(zi + ((<usize>i) << 4)),
            b = v128.load64_splat(zi + ((<usize>i) << 4), 8);
          const ha = f64x2.mul(here, a),
            hb = f64x2.mul(here, b);
          g11 = f64x2.add(g11, f64x2.mul(ha, a));
          g12 = f64x2.add(g12, f64x2.mul(ha, b));
          g22 = f64x2.add(g22, f64x2.mul(hb, b));
          count = f64x2.add(count, here);
        }
        v128.store(gs + k, g11);
        v128.store(gs + k + LB, g12);
        v128.store(gs + k + 2 * LB, g22);
        const d = f64x2.sub(f64x2.mul(g11, g22), f64x2.mul(g12, g12));
        // A level with one image has a singular G: its determinant is zero, not rounding.
        v128.store(gs + k + 3 * LB, v128.and(f64x2.max(d, zero), f64x2.gt(count, one)));
        v128.store(nn + k, f64x2.add(v128.load(nn + k), count));
      }
    }
  }
}

/**
 * The residuals e = (y - m) - X x of 8 vertices where y is not zero, taken image by image before anything is squared, so
 * that no digits are lost where X explains nearly all: z_s = Z_s'e_s, E'e (added to `xe`) and e'e. With x = 0 they are the
 * sums above, to the last bit.
 */
export function residuals(
  levels: i32,
  start: usize,
  zi: usize,
  row: usize,
  col: usize,
  val: usize,
  rowE: usize,
  colE: usize,
  valE: usize,
  Y: usize,
  center: usize,
  x: usize,
  z: usize,
  xe: usize,
  ee: usize,
  work: usize,
): void {
  const zero = f64x2.splat(0.0);
  for (let k: usize = 0; k < LB; k += 16) v128.store(ee + k, zero);
  for (let s = 0; s < levels; s++) {
    const from = load<i32>(start + (s << 2)),
      to = load<i32>(start + (s << 2), 4),
      zs = z + <usize>s * 2 * LB;
    gather<f64>(row + ((<usize>s) << 3), col, val, x, work);
    for (let k: usize = 0; k < LB; k += 16) {
      const b1 = v128.load(work + k),
        b2 = v128.load(work + k + LB),
        m = v128.load(center + k);
      let a = zero,
        b = zero,
        q = v128.load(ee + k);
      for (let i = from; i < to; i++) {
        const y = pair(Y + ((<usize>i) << 5) + (k >> 1));
        const z1 = v128.load64_splat(zi + ((<usize>i) << 4)),
          z2 = v128.load64_splat(zi + ((<usize>i) << 4), 8);
        let e = f64x2.sub(f64x2.sub(f64x2.sub(y, m), f64x2.mul(z1, b1)), f64x2.mul(z2, b2));
        const end = load<i32>(rowE + (i << 2), 4);
        for (let c = load<i32>(rowE + (i << 2)); c < end; c++) {
          const v = v128.load64_splat(valE + ((<usize>c) << 3)),
            o = <usize>load<u32>(colE + ((<usize>c) << 2)) + k;
          e = f64x2.sub(e, f64x2.mul(v, v128.load(x + o)));
        }
        e = v128.and(e, f64x2.ne(y, zero));
        a = f64x2.add(a, f64x2.mul(z1, e));
        b = f64x2.add(b, f64x2.mul(z2, e));
        q = f64x2.add(q, f64x2.mul(e, e));
        for (let c = load<i32>(rowE + (i << 2)); c < end; c++) {
          const v = v128.load64_splat(valE + ((<usize>c) << 3)),
            o = xe + <usize>load<u32>(colE + ((<usize>c) << 2)) + k;
          v128.store(o, f64x2.add(v128.load(o), f64x2.mul(v, e)));
        }
      }
      v128.store(zs + k, a);
      v128.store(zs + k + LB, b);
      v128.store(ee + k, q);
    }
  }
}

/** z_s -= G_s A_s x of every level: the residuals' z once X x is taken off them. */
export function move<O>(
  levels: i32,
  row: usize,
  col: usize,
  val: usize,
  G: usize,
  x: usize,
  z: usize,
  work: usize,
): void {
  for (let s = 0; s < levels; s++) {
    const zs = z + <usize>s * 2 * LB;
    gather<f64>(row + ((<usize>s) << 3), col, val, x, work);
    for (let k: usize = 0; k < LB; k += 16) {
      const b1 = v128.load(work + k),
        b2 = v128.load(work + k + LB);
      let g11: v128, g12: v128, g22: v128;
      if (isOwn<O>()) {
        const gs = G + <usize>s * 4 * LB + k;
        g11 = v128.load(gs);
        g12 = v128.load(gs + LB);
        g22 = v128.load(gs + 2 * LB);
      } else {
        const gs = G + ((<usize>s) << 5);
        g11 = v128.load64_splat(gs);
        g12 = v128.load64_splat(gs, 8);
        g22 = v128.load64_splat(gs, 16);
      }
      v128.store(zs + k, f64x2.sub(v128.load(zs + k), f64x2.add(f64x2.mul(g11, b1), f64x2.mul(g12, b2))));
      v128.store(
        zs + k + LB,
        f64x2.sub(v128.load(zs + k + LB), f64x2.add(f64x2.mul(g12, b1), f64x2.mul(g22, b2))),
      );
    }
  }
}

/** Two blocks of 8 float64 lanes, each times a scale a lane, as one of 16 float32 lanes; count: lane vectors. */
export function narrow(count: i32, a: usize, b: usize, scaleA: usize, scaleB: usize, out: usize): void {
  for (let i = 0; i < count; i++) {
    const x = a + <usize>i * LB,
      y = b + <usize>i * LB,
      o = out + <usize>i * LB;
    v128.store(o, half(x, scaleA));
    v128.store(o, half(x + 32, scaleA + 32), 16);
    v128.store(o, half(y, scaleB), 32);
    v128.store(o, half(y + 32, scaleB + 32), 48);
  }
}

@inline
function half(x: usize, scale: usize): v128 {
  const low = f64x2.mul(v128.load(x), v128.load(scale)),
    high = f64x2.mul(v128.load(x, 16), v128.load(scale, 16));
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/**
 * 8 columns of a block of images (64 float32 a row) into rows of 8.
 *
 * at: byte offset of each image's row, images in the order of their levels; columns: 8 byte offsets.
 */
export function pick(n: i32, at: usize, block: usize, columns: usize, out: usize): void {
  const c0 = block + load<u32>(columns),
    c1 = block + load<u32>(columns, 4),
    c2 = block + load<u32>(columns, 8),
    c3 = block + load<u32>(columns, 12);
  const c4 = block + load<u32>(columns, 16),
    c5 = block + load<u32>(columns, 20),
    c6 = block + load<u32>(columns, 24),
    c7 = block + load<u32>(columns, 28);
  let to = out;
  for (let i = 0; i < n; i++) {
    const o = <usize>load<u32>(at + ((<usize>i) << 2));
    store<f32>(to, load<f32>(c0 + o));
    store<f32>(to, load<f32>(c1 + o), 4);
    store<f32>(to, load<f32>(c2 + o), 8);
    store<f32>(to, load<f32>(c3 + o), 12);
    store<f32>(to, load<f32>(c4 + o), 16);
    store<f32>(to, load<f32>(c5 + o), 20);
    store<f32>(to, load<f32>(c6 + o), 24);
    store<f32>(to, load<f32>(c7 + o), 28);
    to += 32;
  }
}

/** The same of 8 columns that lie side by side, the first of them at `block`. */
export function pickTogether(n: i32, at: usize, block: usize, out: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const from = block + <usize>load<u32>(at + (i << 2)),
      to = out + (i << 5);
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
  }
}

export function sumsShared(
  levels: i32,
  start: usize,
  zi: usize,
  rowE: usize,
  colE: usize,
  valE: usize,
  Y: usize,
  center: usize,
  z: usize,
  G: usize,
  xe: usize,
  ee: usize,
  yy: usize,
  nn: usize,
): void {
  sums<i32>(levels, start, zi, rowE, colE, valE, Y, center, z, G, xe, ee, yy, nn);
}

export function sumsOwn(
  levels: i32,
  start: usize,
  zi: usize,
  rowE: usize,
  colE: usize,
  valE: usize,
  Y: usize,
  center: usize,
  z: usize,
  G: usize,
  xe: usize,
  ee: usize,
  yy: usize,
  nn: usize,
): void {
  sums<i64>(levels, start, zi, rowE, colE, valE, Y, center, z, G, xe, ee, yy, nn);
}

export function moveShared(
  levels: i32,
  row: usize,
  col: usize,
  val: usize,
  G: usize,
  x: usize,
  z: usize,
  work: usize,
): void {
  move<i32>(levels, row, col, val, G, x, z, work);
}

export function moveOwn(
  levels: i32,
  row: usize,
  col: usize,
  val: usize,
  G: usize,
  x: usize,
  z: usize,
  work: usize,
): void {
  move<i64>(levels, row, col, val, G, x, z, work);
}
