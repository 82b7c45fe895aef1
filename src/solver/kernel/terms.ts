import { add, div, LB, mul, neg, number, sp, sub } from "./lanes";

/**
 * Skeleton entries of T at D: w[0] value, w[1..3] first derivatives, w[4..9] second (packed 00,10,11,20,21,22), each r lane vectors.
 * G: 4 doubles a term; entry: 0 t11, 1 t12, 2 t22.
 */
export function termWeights_<F>(r: i32, G: usize, entry: usize, D: usize, w: usize): void {
  const block = <usize>r * LB,
    one = number<F>(1.0),
    two = number<F>(2.0);
  for (let j = 0; j < r; j++) {
    const g = G + <usize>j * 4 * sizeof<F>(),
      e = load<i32>(entry + ((<usize>j) << 2));
    const g11 = sp<F>(g, 0),
      g12 = sp<F>(g, 1),
      g22 = sp<F>(g, 2),
      dg = sp<F>(g, 3);
    for (let k: usize = 0; k < LB; k += 16) {
      const d11 = v128.load(D + k),
        d21 = v128.load(D + k + LB),
        d22 = v128.load(D + k + 2 * LB),
        dd = v128.load(D + k + 3 * LB);
      const x12 = mul<F>(d21, g12);
      const q = div<F>(
        one,
        add<F>(
          add<F>(add<F>(one, mul<F>(d11, g11)), add<F>(x12, x12)),
          add<F>(mul<F>(d22, g22), mul<F>(dd, dg)),
        ),
      );
      const t11 = mul<F>(q, add<F>(g11, mul<F>(dg, d22))),
        t12 = mul<F>(q, sub<F>(g12, mul<F>(dg, d21))),
        t22 = mul<F>(q, add<F>(g22, mul<F>(dg, d11)));
      // F_k = T E_k T, entries 11, 12, 22
      const a0 = mul<F>(t11, t11),
        b0 = mul<F>(t11, t12),
        c0 = mul<F>(t12, t12);
      const a1 = mul<F>(two, b0),
        b1 = add<F>(mul<F>(t11, t22), c0),
        c1 = mul<F>(two, mul<F>(t12, t22));
      const a2 = c0,
        b2 = mul<F>(t12, t22),
        c2 = mul<F>(t22, t22);
      const o = w + <usize>j * LB + k;
      if (e == 0) {
        v128.store(o, t11);
        neg<F>(o + block, a0);
        neg<F>(o + 2 * block, a1);
        neg<F>(o + 3 * block, a2);
        v128.store(o + 4 * block, mul<F>(two, mul<F>(t11, a0)));
        v128.store(o + 5 * block, mul<F>(two, mul<F>(t11, a1)));
        v128.store(o + 6 * block, mul<F>(two, add<F>(mul<F>(a1, t12), mul<F>(t11, b1))));
        v128.store(o + 7 * block, mul<F>(two, mul<F>(t11, a2)));
        v128.store(o + 8 * block, mul<F>(two, mul<F>(t12, b1)));
        v128.store(o + 9 * block, mul<F>(two, mul<F>(t12, b2)));
      } else if (e == 1) {
        v128.store(o, t12);
        neg<F>(o + block, b0);
        neg<F>(o + 2 * block, b1);
        neg<F>(o + 3 * block, b2);
        v128.store(o + 4 * block, add<F>(mul<F>(a0, t12), mul<F>(t11, b0)));
        v128.store(o + 5 * block, add<F>(mul<F>(a1, t12), mul<F>(t11, b1)));
        v128.store(
          o + 6 * block,
          add<F>(add<F>(mul<F>(a1, t22), mul<F>(t11, c1)), mul<F>(two, mul<F>(t12, b1))),
        );
        v128.store(o + 7 * block, add<F>(mul<F>(a2, t12), mul<F>(t11, b2)));
        v128.store(o + 8 * block, add<F>(mul<F>(b1, t22), mul<F>(t12, c1)));
        v128.store(o + 9 * block, add<F>(mul<F>(b2, t22), mul<F>(t12, c2)));
      } else {
        v128.store(o, t22);
        neg<F>(o + block, c0);
        neg<F>(o + 2 * block, c1);
        neg<F>(o + 3 * block, c2);
        v128.store(o + 4 * block, mul<F>(two, mul<F>(t12, b0)));
        v128.store(o + 5 * block, mul<F>(two, mul<F>(t12, b1)));
        v128.store(o + 6 * block, mul<F>(two, add<F>(mul<F>(b1, t22), mul<F>(t12, c1))));
        v128.store(o + 7 * block, mul<F>(two, mul<F>(t12, b2)));
        v128.store(o + 8 * block, mul<F>(two, mul<F>(t22, c1)));
        v128.store(o + 9 * block, mul<F>(two, mul<F>(t22, c2)));
      }
    }
  }
}

/** out[i] = sum_j w[j] B[i, j] for rows i of B (row-major, `inner` columns); out[i] at byte offset at[i]. Rows are padded to an even number. */
export function combine_<F>(rows: i32, inner: i32, w: usize, B: usize, out: usize, at: usize): void {
  const length = <usize>inner * sizeof<F>();
  for (let i = 0; i < rows; i += 2) {
    let a0 = number<F>(0.0),
      a1 = a0,
      a2 = a0,
      a3 = a0,
      b0 = a0,
      b1 = a0,
      b2 = a0,
      b3 = a0;
    const x = B + <usize>i * length,
      y = i + 1 < rows ? x + length : x;
    for (let j: usize = 0; j < <usize>inner; j++) {
      const wj = w + j * LB;
      const w0 = v128.load(wj),
        w1 = v128.load(wj, 16),
        w2 = v128.load(wj, 32),
        w3 = v128.load(wj, 48);
      const c = sp<F>(x, j),
        d = sp<F>(y, j);
      a0 = add<F>(a0, mul<F>(c, w0));
      a1 = add<F>(a1, mul<F>(c, w1));
      a2 = add<F>(a2, mul<F>(c, w2));
      a3 = add<F>(a3, mul<F>(c, w3));
      b0 = add<F>(b0, mul<F>(d, w0));
      b1 = add<F>(b1, mul<F>(d, w1));
      b2 = add<F>(b2, mul<F>(d, w2));
      b3 = add<F>(b3, mul<F>(d, w3));
    }
    const o = out + load<u32>(at + ((<usize>i) << 2));
    v128.store(o, a0);
    v128.store(o, a1, 16);
    v128.store(o, a2, 32);
    v128.store(o, a3, 48);
    if (i + 1 < rows) {
      const q = out + load<u32>(at + ((<usize>i) << 2) + 4);
      v128.store(q, b0);
      v128.store(q, b1, 16);
      v128.store(q, b2, 32);
      v128.store(q, b3, 48);
    }
  }
}

/** The lower triangle of C packed by rows, entries off the diagonal doubled. */
export function packTwice_<F>(C: usize, out: usize, p: i32): void {
  let o = out;
  for (let i = 0; i < p; i++)
    for (let j = 0; j <= i; j++) {
      const c = C + (<usize>i * <usize>p + <usize>j) * LB;
      for (let k: usize = 0; k < LB; k += 16) {
        const x = v128.load(c + k);
        v128.store(o + k, i == j ? x : add<F>(x, x));
      }
      o += LB;
    }
}

/** out[q] (9 lane vectors: 3 first, 6 second) = sum_j w[1 + q][j] t[j]. */
export function weigh_<F>(r: i32, w: usize, t: usize, out: usize): void {
  const block = <usize>r * LB;
  for (let q: usize = 0; q < 9; q++)
    for (let k: usize = 0; k < LB; k += 16) {
      let sum = number<F>(0.0);
      for (let j: usize = 0; j < <usize>r; j++)
        sum = add<F>(sum, mul<F>(v128.load(w + (q + 1) * block + j * LB + k), v128.load(t + j * LB + k)));
      v128.store(out + q * LB + k, sum);
    }
}

/** Four quadratic forms at a shared D, for a start: out[f] = sum over levels of w[s][f][3] . (z1^2, z1 z2, z2^2); w: 12 doubles a level. */
export function moments_<F>(levels: i32, w: usize, z: usize, out: usize): void {
  for (let k: usize = 0; k < LB; k += 16) {
    let q0 = number<F>(0.0),
      q1 = q0,
      q2 = q0,
      q3 = q0;
    for (let s = 0; s < levels; s++) {
      const zs = z + <usize>s * 2 * LB + k,
        ws = w + <usize>s * 12 * sizeof<F>();
      const z1 = v128.load(zs),
        z2 = v128.load(zs + LB);
      const a = mul<F>(z1, z1),
        b = mul<F>(z1, z2),
        c = mul<F>(z2, z2);
      q0 = add<F>(
        q0,
        add<F>(add<F>(mul<F>(sp<F>(ws, 0), a), mul<F>(sp<F>(ws, 1), b)), mul<F>(sp<F>(ws, 2), c)),
      );
      q1 = add<F>(
        q1,
        add<F>(add<F>(mul<F>(sp<F>(ws, 3), a), mul<F>(sp<F>(ws, 4), b)), mul<F>(sp<F>(ws, 5), c)),
      );
      q2 = add<F>(
        q2,
        add<F>(add<F>(mul<F>(sp<F>(ws, 6), a), mul<F>(sp<F>(ws, 7), b)), mul<F>(sp<F>(ws, 8), c)),
      );
      q3 = add<F>(
        q3,
        add<F>(add<F>(mul<F>(sp<F>(ws, 9), a), mul<F>(sp<F>(ws, 10), b)), mul<F>(sp<F>(ws, 11), c)),
      );
    }
    v128.store(out + k, q0);
    v128.store(out + LB + k, q1);
    v128.store(out + 2 * LB + k, q2);
    v128.store(out + 3 * LB + k, q3);
  }
}
