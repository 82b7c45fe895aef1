import { add, LB, mul } from "./lanes";
import { copyLanes, dot, dotTwo } from "./rowProducts";

// What becomes of a symmetric matrix in other coordinates, by half the products: X'V^-1 X = L L' and U = L^-T, so that
// C = U U', C A C = U (U'A U) U' and tr(C A C B) = tr(U'A U U'B U).

/** The upper triangle of a p x p matrix of lane vectors from its lower one, times `sign`. */
export function mirror(A: usize, sign: f64, p: i32): void {
  const row = <usize>p * LB,
    x = f64x2.splat(sign);
  for (let i: usize = 0; i < <usize>p; i++)
    for (let j: usize = 0; j <= i; j++)
      for (let k: usize = 0; k < LB; k += 16) {
        const v = f64x2.mul(x, v128.load(A + k + i * row + j * LB));
        v128.store(A + k + i * row + j * LB, v);
        v128.store(A + k + j * row + i * LB, v);
      }
}

/** B = U'A U, full, of an upper U and a symmetric, full A. work: p lane vectors. */
export function whiten(U: usize, A: usize, work: usize, B: usize, p: i32): void {
  const n = <usize>p,
    row = n * LB;
  for (let i: usize = 0; i < n; i++) {
    // The row (U'A)_i as far as it is needed: U'A U is symmetric.
    let j: usize = 0;
    for (; j < i; j += 2) {
      const x = A + j * row;
      dotTwo<f64>(U + i * LB, row, x, x + row, LB, i + 1, work + j * LB, work + j * LB + LB);
    }
    if (j == i) dot<f64>(U + i * LB, row, A + i * row, LB, i + 1, work + i * LB);
    const b = B + i * row;
    for (j = 0; j <= i; j++) {
      dot<f64>(work, LB, U + j * LB, row, j + 1, b + j * LB);
      copyLanes(b + j * LB, B + j * row + i * LB);
    }
  }
}

/** tr(B_k B_l), packed, of `count` symmetric, full matrices. */
export function crossTraces(count: i32, B: usize, out: usize, p: i32): void {
  const n = <usize>p,
    row = n * LB,
    full = row * n;
  let at = out;
  for (let m: usize = 0; m < <usize>count; m++)
    for (let l: usize = 0; l <= m; l++) {
      let s0 = f64x2.splat(0.0),
        s1 = s0,
        s2 = s0,
        s3 = s0;
      for (let i: usize = 0; i < n; i++) {
        let x = B + m * full + i * row,
          y = B + l * full + i * row;
        // Entries off the diagonal count twice.
        for (let j: usize = 0; j <= i; j++) {
          const twice = f64x2.splat(j == i ? 1.0 : 2.0);
          s0 = f64x2.add(s0, f64x2.mul(twice, f64x2.mul(v128.load(x), v128.load(y))));
          s1 = f64x2.add(s1, f64x2.mul(twice, f64x2.mul(v128.load(x, 16), v128.load(y, 16))));
          s2 = f64x2.add(s2, f64x2.mul(twice, f64x2.mul(v128.load(x, 32), v128.load(y, 32))));
          s3 = f64x2.add(s3, f64x2.mul(twice, f64x2.mul(v128.load(x, 48), v128.load(y, 48))));
          x += LB;
          y += LB;
        }
      }
      v128.store(at, s0);
      v128.store(at, s1, 16);
      v128.store(at, s2, 32);
      v128.store(at, s3, 48);
      at += LB;
    }
}

/** T = K U (upper) of an upper K that all lanes share, p x p float64, and an upper U. */
export function change(K: usize, U: usize, T: usize, p: i32): void {
  const n = <usize>p,
    row = n * LB;
  for (let i: usize = 0; i < n; i++)
    for (let j = i; j < n; j++) {
      let s0 = f64x2.splat(0.0),
        s1 = s0,
        s2 = s0,
        s3 = s0;
      for (let c = i; c <= j; c++) {
        const k = v128.load64_splat(K + ((i * n + c) << 3)),
          x = U + c * row + j * LB;
        s0 = add<f64>(s0, mul<f64>(k, v128.load(x)));
        s1 = add<f64>(s1, mul<f64>(k, v128.load(x, 16)));
        s2 = add<f64>(s2, mul<f64>(k, v128.load(x, 32)));
        s3 = add<f64>(s3, mul<f64>(k, v128.load(x, 48)));
      }
      const t = T + i * row + j * LB;
      v128.store(t, s0);
      v128.store(t, s1, 16);
      v128.store(t, s2, 32);
      v128.store(t, s3, 48);
    }
}

/** The lower triangle, packed by rows, of T T' with T upper. */
export function square(T: usize, out: usize, p: i32): void {
  const n = <usize>p,
    row = n * LB;
  let o = out;
  for (let i: usize = 0; i < n; i++) {
    const x = T + i * row + i * LB;
    for (let j: usize = 0; j <= i; j++) {
      dot<f64>(x, LB, T + j * row + i * LB, LB, n - i, o);
      o += LB;
    }
  }
}

/** The lower triangle, packed by rows, of T B T' with T upper and B symmetric, full. work: p lane vectors. */
export function congruence(T: usize, B: usize, work: usize, out: usize, p: i32): void {
  const n = <usize>p,
    row = n * LB;
  for (let j: usize = 0; j < n; j++) {
    // The row (T B)_j from its diagonal on: rows i >= j of T are zero before i.
    const x = T + j * row + j * LB;
    let c = j;
    for (; c + 1 < n; c += 2) {
      const b = B + c * row + j * LB;
      dotTwo<f64>(x, LB, b, b + row, LB, n - j, work + c * LB, work + c * LB + LB);
    }
    if (c < n) dot<f64>(x, LB, B + c * row + j * LB, LB, n - j, work + c * LB);
    for (let i = j; i < n; i++) {
      const o = out + (((i * (i + 1)) >> 1) + j) * LB;
      dot<f64>(work + i * LB, LB, T + i * row + i * LB, LB, n - i, o);
    }
  }
}
