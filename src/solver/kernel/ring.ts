import { LB } from "./lanes";

// A random intercept at vertices that miss images: levels that lost some leave the pattern they had for another.

/**
 * Moves the levels that lost images, of 8 vertices, from the pattern of all their images to that of those that are left.
 *
 * With X_s = Z_s a' + E_s, only the columns that E_s has get another a: a + d, d = Σ z E / g over the images that are left,
 * and E'E of the level loses Σ E E' of the missing images and g d d'.
 *
 * records: 4 int32 a level: the level, its pattern, the first of its entries, their count. Entries: the slot of a pattern,
 * and the g = Σ z² that is left of the level in the lanes that have it there, zero in the others.
 * columns: of each level, ascending, with a, and where E of the level's images lies in `values` (−1: it is zero).
 * B, squares: packed lower triangles of each slot and of E'E; they are moved where `withB` is not zero. z, G, c, xe: z_s of
 * the levels, Σ a z and Σ z² / g of each slot, E'e.
 */
export function changeLevels(
  count: i32,
  records: usize,
  slots: usize,
  lefts: usize,
  start: usize,
  zi: usize,
  Y: usize,
  wholeG: usize,
  colStart: usize,
  col: usize,
  a: usize,
  at: usize,
  values: usize,
  withB: i32,
  B: usize,
  squares: usize,
  z: usize,
  G: usize,
  c: usize,
  xe: usize,
  p: i32,
  work: usize,
): void {
  const size = ((<usize>p * (p + 1)) >> 1) * LB,
    line = <usize>p * LB,
    zero = f64x2.splat(0.0);
  // The lanes that changed, g that is left, a of all images and of those that are left.
  const changed = work,
    left = work + LB,
    before = work + 2 * LB,
    after = before + line;
  for (let r = 0; r < count; r++) {
    const record = records + ((<usize>r) << 4),
      s = load<i32>(record),
      old = <usize>load<i32>(record, 4),
      first = load<i32>(record, 8),
      entries = load<i32>(record, 12);
    const from = load<i32>(start + (s << 2)),
      to = load<i32>(start + (s << 2), 4),
      c0 = load<i32>(colStart + (s << 2)),
      width = load<i32>(colStart + (s << 2), 4) - c0,
      columns = col + ((<usize>c0) << 2),
      places = at + ((<usize>c0) << 2),
      a0 = a + ((<usize>c0) << 3),
      g0 = load<f64>(wholeG + ((<usize>s) << 5)),
      zs = z + <usize>s * 2 * LB;
    for (let k: usize = 0; k < LB; k += 16) {
      let some = zero,
        g = zero;
      for (let i = from; i < to; i++) some = v128.or(some, missing(Y, i, k));
      for (let e = first; e < first + entries; e++) g = f64x2.add(g, v128.load(lefts + (<usize>e) * LB + k));
      v128.store(changed + k, some);
      v128.store(left + k, g);
      const inverse = v128.and(f64x2.div(f64x2.splat(1.0), g), f64x2.gt(g, zero));
      for (let j = 0; j < width; j++) {
        const value = v128.load64_splat(a0 + (j << 3)),
          place = load<i32>(places + (j << 2)),
          o = (<usize>j) * LB + k;
        let moved = zero;
        if (place >= 0) {
          for (let i = from; i < to; i++) {
            const part = f64x2.splat(load<f64>(zi + ((<usize>i) << 4)) * load<f64>(values + ((<usize>(place + i - from)) << 3)));
            moved = f64x2.add(moved, v128.andnot(part, missing(Y, i, k)));
          }
          moved = f64x2.mul(moved, inverse);
          const response = xe + <usize>load<i32>(columns + (j << 2)) * LB + k;
          v128.store(response, f64x2.sub(v128.load(response), f64x2.mul(moved, v128.load(zs + k))));
        }
        v128.store(before + o, value);
        v128.store(after + o, f64x2.add(value, moved));
      }
    }
    if (withB != 0) {
      for (let j = 0; j < width; j++) {
        const placeJ = load<i32>(places + (j << 2));
        if (placeJ < 0) continue;
        for (let i = 0; i <= j; i++) {
          const placeI = load<i32>(places + (i << 2));
          if (placeI < 0) continue;
          const o = squares + pairOf(columns, j, i);
          for (let k: usize = 0; k < LB; k += 16) {
            let sum = v128.load(o + k);
            for (let m = from; m < to; m++) {
              const part = f64x2.splat(
                load<f64>(values + ((<usize>(placeJ + m - from)) << 3)) * load<f64>(values + ((<usize>(placeI + m - from)) << 3)),
              );
              sum = f64x2.sub(sum, v128.and(part, missing(Y, m, k)));
            }
            const dj = f64x2.sub(v128.load(after + (<usize>j) * LB + k), v128.load(before + (<usize>j) * LB + k)),
              di = f64x2.sub(v128.load(after + (<usize>i) * LB + k), v128.load(before + (<usize>i) * LB + k));
            v128.store(o + k, f64x2.sub(sum, f64x2.mul(v128.load(left + k), f64x2.mul(dj, di))));
          }
        }
      }
    }
    // Out of the pattern of all images: −g a a', −a z and −z²/g.
    const share = g0 > 0 ? -1.0 / g0 : 0.0;
    for (let k: usize = 0; k < LB; k += 16) {
      const mask = v128.load(changed + k),
        zk = v128.and(v128.load(zs + k), mask),
        o = c + old * LB + k;
      v128.store(o, f64x2.add(v128.load(o), f64x2.mul(f64x2.splat(share), f64x2.mul(zk, zk))));
      v128.store(changed + k, v128.and(f64x2.splat(-g0), mask));
      addTo(G + old * line + k, columns, width, before + k, f64x2.neg(zk));
    }
    if (withB != 0) addForms(B + old * size, columns, width, changed, before);
    for (let e = first; e < first + entries; e++) {
      const slot = <usize>load<i32>(slots + (e << 2)),
        weights = lefts + (<usize>e) * LB;
      for (let k: usize = 0; k < LB; k += 16) {
        const g = v128.load(weights + k),
          mask = f64x2.gt(g, zero),
          zk = v128.and(v128.load(zs + k), mask),
          o = c + slot * LB + k;
        v128.store(o, f64x2.add(v128.load(o), v128.and(f64x2.div(f64x2.mul(zk, zk), g), mask)));
        addTo(G + slot * line + k, columns, width, after + k, zk);
      }
      if (withB != 0) addForms(B + slot * size, columns, width, weights, after);
    }
  }
}

/** Where an image is missing: all bits of its lanes. */
@inline
function missing(Y: usize, i: i32, k: usize): v128 {
  return f64x2.eq(f64x2.promote_low_f32x4(v128.load64_zero(Y + ((<usize>i) << 5) + (k >> 1))), f64x2.splat(0.0));
}

/** The place of an entry of a packed lower triangle, of the j-th and i-th column of a level, i <= j. */
@inline
function pairOf(columns: usize, j: i32, i: i32): usize {
  const row = <usize>load<i32>(columns + (j << 2));
  return (((row * (row + 1)) >> 1) + <usize>load<i32>(columns + (i << 2))) * LB;
}

/** out[column] += a x of two lanes. */
@inline
function addTo(out: usize, columns: usize, width: i32, a: usize, x: v128): void {
  for (let j = 0; j < width; j++) {
    const o = out + <usize>load<i32>(columns + (j << 2)) * LB;
    v128.store(o, f64x2.add(v128.load(o), f64x2.mul(v128.load(a + (<usize>j) * LB), x)));
  }
}

/** B += w a a', packed. */
@inline
function addForms(B: usize, columns: usize, width: i32, w: usize, a: usize): void {
  for (let j = 0; j < width; j++) {
    const x = a + (<usize>j) * LB,
      w0 = f64x2.mul(v128.load(w), v128.load(x)),
      w1 = f64x2.mul(v128.load(w, 16), v128.load(x, 16)),
      w2 = f64x2.mul(v128.load(w, 32), v128.load(x, 32)),
      w3 = f64x2.mul(v128.load(w, 48), v128.load(x, 48)),
      row = <usize>load<i32>(columns + (j << 2)),
      at = B + ((row * (row + 1)) >> 1) * LB;
    for (let i = 0; i <= j; i++) {
      const o = at + <usize>load<i32>(columns + (i << 2)) * LB,
        y = a + (<usize>i) * LB;
      v128.store(o, f64x2.add(v128.load(o), f64x2.mul(w0, v128.load(y))));
      v128.store(o, f64x2.add(v128.load(o, 16), f64x2.mul(w1, v128.load(y, 16))), 16);
      v128.store(o, f64x2.add(v128.load(o, 32), f64x2.mul(w2, v128.load(y, 32))), 32);
      v128.store(o, f64x2.add(v128.load(o, 48), f64x2.mul(w3, v128.load(y, 48))), 48);
    }
  }
}

/** out[i] = which of the 8 vertices miss image i, one bit each. */
export function missingOf(n: i32, Y: usize, out: usize): void {
  const zero = f32x4.splat(0.0);
  for (let i: usize = 0; i < <usize>n; i++) {
    const low = i32x4.bitmask(f32x4.eq(v128.load(Y + (i << 5)), zero)),
      high = i32x4.bitmask(f32x4.eq(v128.load(Y + (i << 5), 16), zero));
    store<u8>(out + i, low | (high << 4));
  }
}
