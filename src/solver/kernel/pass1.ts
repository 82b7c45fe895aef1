import {
  add,
  addTo,
  beginProduct,
  blockOf,
  div,
  gatherBlock,
  isOwn,
  LB,
  logOfProduct,
  mul,
  number,
  setExponentsAside,
  sp,
  sub,
} from "./lanes";
import { addForm, scatter } from "./levels";

/**
 * First pass at D (lane vectors d11, d21, d22, |D|): stores h and 1/det per level, T in `work`,
 * adds to S = A'h (p), M = A'T A (p x p, if withM), and to sums: [0] sum z'D h, [1] log|V|.
 */
export function pass1<O, F>(
  levels: i32,
  row: usize,
  col: usize,
  val: usize,
  G: usize,
  D: usize,
  z: usize,
  H: usize,
  inv: usize,
  S: usize,
  M: usize,
  withM: i32,
  sums: usize,
  work: usize,
  p: i32,
): void {
  const one = number<F>(1.0);
  const product = work + 3 * LB,
    exponents = work + 4 * LB,
    block = blockOf<F>(sums);
  if (sizeof<F>() == 8) beginProduct(product, exponents);
  for (let s = 0; s < levels; s++) {
    const gs = isOwn<O>() ? G + <usize>s * 4 * LB : G + <usize>s * 4 * sizeof<F>();
    const zs = z + <usize>s * 2 * LB,
      hs = H + <usize>s * 2 * LB,
      is = inv + <usize>s * LB;
    for (let k: usize = 0; k < LB; k += 16) {
      const g11 = isOwn<O>() ? v128.load(gs + k) : sp<F>(gs, 0),
        g12 = isOwn<O>() ? v128.load(gs + k + LB) : sp<F>(gs, 1);
      const g22 = isOwn<O>() ? v128.load(gs + k + 2 * LB) : sp<F>(gs, 2),
        dg = isOwn<O>() ? v128.load(gs + k + 3 * LB) : sp<F>(gs, 3);
      const d11 = v128.load(D + k),
        d21 = v128.load(D + k + LB),
        d22 = v128.load(D + k + 2 * LB),
        dd = v128.load(D + k + 3 * LB);
      const x12 = mul<F>(d21, g12);
      const det = add<F>(
        add<F>(add<F>(one, mul<F>(d11, g11)), add<F>(x12, x12)),
        add<F>(mul<F>(d22, g22), mul<F>(dd, dg)),
      );
      const r = div<F>(one, det);
      const z1 = v128.load(zs + k),
        z2 = v128.load(zs + k + LB);
      const y1 = sub<F>(mul<F>(g22, z1), mul<F>(g12, z2)),
        y2 = sub<F>(mul<F>(g11, z2), mul<F>(g12, z1));
      const h1 = mul<F>(r, add<F>(z1, sub<F>(mul<F>(d22, y1), mul<F>(d21, y2))));
      const h2 = mul<F>(r, add<F>(z2, sub<F>(mul<F>(d11, y2), mul<F>(d21, y1))));
      v128.store(hs + k, h1);
      v128.store(hs + k + LB, h2);
      v128.store(is + k, r);
      const u1 = add<F>(mul<F>(d11, h1), mul<F>(d21, h2)),
        u2 = add<F>(mul<F>(d21, h1), mul<F>(d22, h2));
      addTo<F>(block + k, add<F>(mul<F>(z1, u1), mul<F>(z2, u2)));
      if (sizeof<F>() == 8) v128.store(product + k, mul<F>(v128.load(product + k), det));
      if (withM) {
        v128.store(work + k, mul<F>(r, add<F>(g11, mul<F>(dg, d22))));
        v128.store(work + k + LB, mul<F>(r, sub<F>(g12, mul<F>(dg, d21))));
        v128.store(work + k + 2 * LB, mul<F>(r, add<F>(g22, mul<F>(dg, d11))));
      }
    }
    gatherBlock<F>(sums, 1, s, levels);
    if (sizeof<F>() == 8 && (s & 3) == 3) setExponentsAside(product, exponents);
    scatter<F>(row + ((<usize>s) << 3), col, val, hs, S);
    if (withM) addForm<F>(row + ((<usize>s) << 3), col, val, work, M, p);
  }
  if (sizeof<F>() == 8) logOfProduct(product, exponents, sums + LB);
}
