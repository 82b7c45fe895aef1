import { add, addTo, blockOf, gatherBlock, isOwn, LB, mul, number, sp, sub } from "./lanes";
import { addForm, forms, gather, scatterThree } from "./levels";

/**
 * Second pass, given beta and C. sums: 0-2 h h' (11, 12, 22); 3-5 T; 6-11 products of T (t11t11, t11t12, t12t12, t11t22, t12t22, t22t22);
 * 12-17 curvature of r2 at fixed beta (packed 00,10,11,20,21,22); 18-20 P = T Q T; 21-26 second-order trace terms (packed).
 * final: also slope (3 x p) and dM (3 x p x p).
 */
export function pass2<O, F>(
  levels: i32,
  row: usize,
  col: usize,
  val: usize,
  G: usize,
  D: usize,
  H: usize,
  inv: usize,
  beta: usize,
  C: usize,
  sums: usize,
  slope: usize,
  dM: usize,
  final: i32,
  withQ: i32,
  work: usize,
  p: i32,
): void {
  const b = work,
    Q = work + 2 * LB,
    X = work + 5 * LB,
    F = work + 11 * LB;
  const pLB = <usize>p * LB,
    block = blockOf<F>(sums);
  for (let s = 0; s < levels; s++) {
    const rows = row + ((<usize>s) << 3);
    const gs = isOwn<O>() ? G + <usize>s * 4 * LB : G + <usize>s * 4 * sizeof<F>(),
      hs = H + <usize>s * 2 * LB,
      is = inv + <usize>s * LB;
    gather<F>(rows, col, val, beta, b);
    if (withQ) forms<F>(rows, col, val, C, Q, p);
    for (let k: usize = 0; k < LB; k += 16) {
      const g11 = isOwn<O>() ? v128.load(gs + k) : sp<F>(gs, 0),
        g12 = isOwn<O>() ? v128.load(gs + k + LB) : sp<F>(gs, 1);
      const g22 = isOwn<O>() ? v128.load(gs + k + 2 * LB) : sp<F>(gs, 2),
        dg = isOwn<O>() ? v128.load(gs + k + 3 * LB) : sp<F>(gs, 3);
      const d11 = v128.load(D + k),
        d21 = v128.load(D + k + LB),
        d22 = v128.load(D + k + 2 * LB);
      const r = v128.load(is + k);
      const t11 = mul<F>(r, add<F>(g11, mul<F>(dg, d22))),
        t12 = mul<F>(r, sub<F>(g12, mul<F>(dg, d21))),
        t22 = mul<F>(r, add<F>(g22, mul<F>(dg, d11)));
      const b1 = v128.load(b + k),
        b2 = v128.load(b + k + LB);
      const h1 = sub<F>(v128.load(hs + k), add<F>(mul<F>(t11, b1), mul<F>(t12, b2)));
      const h2 = sub<F>(v128.load(hs + k + LB), add<F>(mul<F>(t12, b1), mul<F>(t22, b2)));
      const o = block + k;
      const h11 = mul<F>(h1, h1),
        h12 = mul<F>(h1, h2),
        h22 = mul<F>(h2, h2);
      addTo<F>(o, h11);
      addTo<F>(o + LB, h12);
      addTo<F>(o + 2 * LB, h22);
      addTo<F>(o + 3 * LB, t11);
      addTo<F>(o + 4 * LB, t12);
      addTo<F>(o + 5 * LB, t22);
      const t1111 = mul<F>(t11, t11),
        t1112 = mul<F>(t11, t12),
        t1212 = mul<F>(t12, t12),
        t1122 = mul<F>(t11, t22),
        t1222 = mul<F>(t12, t22),
        t2222 = mul<F>(t22, t22);
      addTo<F>(o + 6 * LB, t1111);
      addTo<F>(o + 7 * LB, t1112);
      addTo<F>(o + 8 * LB, t1212);
      addTo<F>(o + 9 * LB, t1122);
      addTo<F>(o + 10 * LB, t1222);
      addTo<F>(o + 11 * LB, t2222);
      // (E_k h)'T(E_l h): E_0 h = (h1, 0), E_1 h = (h2, h1), E_2 h = (0, h2).
      const x1 = add<F>(mul<F>(t11, h2), mul<F>(t12, h1)),
        x2 = add<F>(mul<F>(t12, h2), mul<F>(t22, h1));
      addTo<F>(o + 12 * LB, mul<F>(t11, h11));
      addTo<F>(o + 13 * LB, mul<F>(h1, x1));
      addTo<F>(o + 14 * LB, add<F>(mul<F>(h2, x1), mul<F>(h1, x2)));
      addTo<F>(o + 15 * LB, mul<F>(t12, h12));
      addTo<F>(o + 16 * LB, mul<F>(h2, x2));
      addTo<F>(o + 17 * LB, mul<F>(t22, h22));
      if (withQ) {
        const q11 = v128.load(Q + k),
          q12 = v128.load(Q + k + LB),
          q22 = v128.load(Q + k + 2 * LB);
        // P = T Q T
        const m11 = add<F>(mul<F>(t11, q11), mul<F>(t12, q12)),
          m12 = add<F>(mul<F>(t11, q12), mul<F>(t12, q22));
        const m21 = add<F>(mul<F>(t12, q11), mul<F>(t22, q12)),
          m22 = add<F>(mul<F>(t12, q12), mul<F>(t22, q22));
        const p11 = add<F>(mul<F>(m11, t11), mul<F>(m12, t12)),
          p12 = add<F>(mul<F>(m11, t12), mul<F>(m12, t22)),
          p22 = add<F>(mul<F>(m21, t12), mul<F>(m22, t22));
        addTo<F>(o + 18 * LB, p11);
        addTo<F>(o + 19 * LB, p12);
        addTo<F>(o + 20 * LB, p22);
        // tr(E_k T E_l P)
        addTo<F>(o + 21 * LB, mul<F>(t11, p11));
        addTo<F>(o + 22 * LB, add<F>(mul<F>(t11, p12), mul<F>(t12, p11)));
        addTo<F>(
          o + 23 * LB,
          add<F>(add<F>(mul<F>(t11, p22), mul<F>(t22, p11)), mul<F>(number<F>(2.0), mul<F>(t12, p12))),
        );
        addTo<F>(o + 24 * LB, mul<F>(t12, p12));
        addTo<F>(o + 25 * LB, add<F>(mul<F>(t12, p22), mul<F>(t22, p12)));
        addTo<F>(o + 26 * LB, mul<F>(t22, p22));
      }
      if (final) {
        v128.store(X + k, mul<F>(t11, h1));
        v128.store(X + k + LB, mul<F>(t12, h1));
        v128.store(X + k + 2 * LB, x1);
        v128.store(X + k + 3 * LB, x2);
        v128.store(X + k + 4 * LB, mul<F>(t12, h2));
        v128.store(X + k + 5 * LB, mul<F>(t22, h2));
        if (final == 1) {
          v128.store(F + k, t1111);
          v128.store(F + k + LB, t1112);
          v128.store(F + k + 2 * LB, t1212);
          v128.store(F + k + 3 * LB, add<F>(t1112, t1112));
          v128.store(F + k + 4 * LB, add<F>(t1122, t1212));
          v128.store(F + k + 5 * LB, add<F>(t1222, t1222));
          v128.store(F + k + 6 * LB, t1212);
          v128.store(F + k + 7 * LB, t1222);
          v128.store(F + k + 8 * LB, t2222);
        }
      }
    }
    gatherBlock<F>(sums, 27, s, levels);
    if (final) {
      scatterThree<F>(rows, col, val, X, slope, pLB);
      if (final == 1) {
        for (let m: usize = 0; m < 3; m++)
          addForm<F>(rows, col, val, F + m * 3 * LB, dM + m * pLB * <usize>p, p);
      }
    }
  }
}
