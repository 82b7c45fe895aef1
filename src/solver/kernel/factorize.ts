import { add, div, LB, mul, number, sqrt, sub } from "./lanes";

/** Cholesky of M (lower, in place), beta = M^-1 S, C = M^-1 (full); out: [0] log|M|, [1] S'beta. NaN where not positive. */
export function solve_<F>(M: usize, S: usize, beta: usize, C: usize, W: usize, out: usize, p: i32): void {
  const row = <usize>p * LB;
  for (let k: usize = 0; k < LB; k += 16) {
    let product = number<F>(1.0),
      l0 = 0.0,
      l1 = 0.0;
    const A = M + k;
    for (let j: usize = 0; j < <usize>p; j++) {
      const rj = A + j * row;
      let pivot = v128.load(rj + j * LB);
      for (let c: usize = 0; c < j; c++) {
        const x = v128.load(rj + c * LB);
        pivot = sub<F>(pivot, mul<F>(x, x));
      }
      if (sizeof<F>() == 8) {
        l0 += Math.log(f64x2.extract_lane(pivot, 0));
        l1 += Math.log(f64x2.extract_lane(pivot, 1));
      }
      const root = sqrt<F>(pivot),
        inverse = div<F>(number<F>(1.0), root);
      v128.store(rj + j * LB, inverse);
      for (let i = j + 1; i < <usize>p; i++) {
        const ri = A + i * row;
        let sum = v128.load(ri + j * LB);
        for (let c: usize = 0; c < j; c++)
          sum = sub<F>(sum, mul<F>(v128.load(ri + c * LB), v128.load(rj + c * LB)));
        v128.store(ri + j * LB, mul<F>(sum, inverse));
      }
    }
    if (sizeof<F>() == 8) {
      store<f64>(out + k, l0);
      store<f64>(out + k + 8, l1);
    }
    // W = L^-1 (lower), C = W'W.
    const w = W + k,
      cc = C + k;
    for (let j: usize = 0; j < <usize>p; j++) {
      v128.store(w + j * row + j * LB, v128.load(A + j * row + j * LB));
      for (let i = j + 1; i < <usize>p; i++) {
        let sum = number<F>(0.0);
        for (let c = j; c < i; c++)
          sum = sub<F>(sum, mul<F>(v128.load(A + i * row + c * LB), v128.load(w + c * row + j * LB)));
        v128.store(w + i * row + j * LB, mul<F>(sum, v128.load(A + i * row + i * LB)));
      }
    }
    for (let i: usize = 0; i < <usize>p; i++) {
      for (let j: usize = 0; j <= i; j++) {
        let sum = number<F>(0.0);
        for (let c = i; c < <usize>p; c++)
          sum = add<F>(sum, mul<F>(v128.load(w + c * row + i * LB), v128.load(w + c * row + j * LB)));
        v128.store(cc + i * row + j * LB, sum);
        v128.store(cc + j * row + i * LB, sum);
      }
    }
    let explained = number<F>(0.0);
    for (let i: usize = 0; i < <usize>p; i++) {
      let sum = number<F>(0.0);
      for (let j: usize = 0; j < <usize>p; j++)
        sum = add<F>(sum, mul<F>(v128.load(cc + i * row + j * LB), v128.load(S + k + j * LB)));
      v128.store(beta + k + i * LB, sum);
      explained = add<F>(explained, mul<F>(sum, v128.load(S + k + i * LB)));
    }
    v128.store(out + LB + k, explained);
  }
}

/** u_k = C slope_k (3 x p) and the six products slope_k'C slope_l (packed 00,10,11,20,21,22). */
export function moving(C: usize, slope: usize, u: usize, out: usize, p: i32): void {
  const row = <usize>p * LB;
  for (let m: usize = 0; m < 3; m++)
    for (let i: usize = 0; i < <usize>p; i++)
      for (let k: usize = 0; k < LB; k += 16) {
        let sum = f64x2.splat(0.0);
        for (let j: usize = 0; j < <usize>p; j++)
          sum = f64x2.add(
            sum,
            f64x2.mul(v128.load(C + k + i * row + j * LB), v128.load(slope + k + m * row + j * LB)),
          );
        v128.store(u + k + m * row + i * LB, sum);
      }
  let at = out;
  for (let m: usize = 0; m < 3; m++)
    for (let q: usize = 0; q <= m; q++) {
      for (let k: usize = 0; k < LB; k += 16) {
        let sum = f64x2.splat(0.0);
        for (let i: usize = 0; i < <usize>p; i++)
          sum = f64x2.add(
            sum,
            f64x2.mul(v128.load(u + k + m * row + i * LB), v128.load(slope + k + q * row + i * LB)),
          );
        v128.store(at + k, sum);
      }
      at += LB;
    }
}

/** N = C A' blocked 1 x 4 (A symmetric, full): the products of `products`, faster. */
export function multiply(C: usize, A: usize, N: usize, p: i32): void {
  const row = <usize>p * LB;
  for (let i: usize = 0; i < <usize>p; i++)
    for (let j: usize = 0; j < <usize>p; j += 2) {
      const second = j + 1 < <usize>p ? row : 0;
      let a0 = f64x2.splat(0.0),
        a1 = a0,
        a2 = a0,
        a3 = a0,
        b0 = a0,
        b1 = a0,
        b2 = a0,
        b3 = a0;
      const c = C + i * row,
        x = A + j * row,
        y = x + second;
      for (let o: usize = 0; o < row; o += LB) {
        const c0 = v128.load(c + o),
          c1 = v128.load(c + o, 16),
          c2 = v128.load(c + o, 32),
          c3 = v128.load(c + o, 48);
        a0 = f64x2.add(a0, f64x2.mul(c0, v128.load(x + o)));
        a1 = f64x2.add(a1, f64x2.mul(c1, v128.load(x + o, 16)));
        a2 = f64x2.add(a2, f64x2.mul(c2, v128.load(x + o, 32)));
        a3 = f64x2.add(a3, f64x2.mul(c3, v128.load(x + o, 48)));
        b0 = f64x2.add(b0, f64x2.mul(c0, v128.load(y + o)));
        b1 = f64x2.add(b1, f64x2.mul(c1, v128.load(y + o, 16)));
        b2 = f64x2.add(b2, f64x2.mul(c2, v128.load(y + o, 32)));
        b3 = f64x2.add(b3, f64x2.mul(c3, v128.load(y + o, 48)));
      }
      const n = N + i * row + j * LB;
      if (second) {
        v128.store(n + LB, b0);
        v128.store(n + LB, b1, 16);
        v128.store(n + LB, b2, 32);
        v128.store(n + LB, b3, 48);
      }
      v128.store(n, a0);
      v128.store(n, a1, 16);
      v128.store(n, a2, 32);
      v128.store(n, a3, 48);
    }
}

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

/** tr(N_k N_l), packed, of `count` products. */
export function crossTraces(count: i32, N: usize, out: usize, p: i32): void {
  const row = <usize>p * LB,
    full = row * <usize>p;
  let at = out;
  for (let m: usize = 0; m < <usize>count; m++)
    for (let l: usize = 0; l <= m; l++) {
      let a0 = f64x2.splat(0.0),
        a1 = a0,
        a2 = a0,
        a3 = a0;
      for (let i: usize = 0; i < <usize>p; i++)
        for (let j: usize = 0; j < <usize>p; j++) {
          const x = N + m * full + i * row + j * LB,
            y = N + l * full + j * row + i * LB;
          a0 = f64x2.add(a0, f64x2.mul(v128.load(x), v128.load(y)));
          a1 = f64x2.add(a1, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
          a2 = f64x2.add(a2, f64x2.mul(v128.load(x, 32), v128.load(y, 32)));
          a3 = f64x2.add(a3, f64x2.mul(v128.load(x, 48), v128.load(y, 48)));
        }
      v128.store(at, a0);
      v128.store(at, a1, 16);
      v128.store(at, a2, 32);
      v128.store(at, a3, 48);
      at += LB;
    }
}

/** u = C x for lane matrices and vectors. */
export function combineLanes(C: usize, x: usize, u: usize, p: i32): void {
  const row = <usize>p * LB;
  for (let i: usize = 0; i < <usize>p; i++)
    for (let k: usize = 0; k < LB; k += 16) {
      let sum = f64x2.splat(0.0);
      for (let j: usize = 0; j < <usize>p; j++)
        sum = f64x2.add(sum, f64x2.mul(v128.load(C + k + i * row + j * LB), v128.load(x + k + j * LB)));
      v128.store(u + k + i * LB, sum);
    }
}

/**
 * The lower triangle, packed by rows, of K A K' with K upper triangular and shared, A symmetric and full:
 * carries a covariance of coefficients into other coordinates of X. work: p * p lane vectors.
 */
export function congruence(K: usize, A: usize, work: usize, out: usize, p: i32): void {
  const row = <usize>p * LB;
  for (let i: usize = 0; i < <usize>p; i++) {
    for (let j: usize = 0; j < <usize>p; j++) {
      let a0 = f64x2.splat(0.0),
        a1 = a0,
        a2 = a0,
        a3 = a0;
      for (let c = i; c < <usize>p; c++) {
        const k = v128.load64_splat(K + ((i * <usize>p + c) << 3)),
          x = A + c * row + j * LB;
        a0 = f64x2.add(a0, f64x2.mul(k, v128.load(x)));
        a1 = f64x2.add(a1, f64x2.mul(k, v128.load(x, 16)));
        a2 = f64x2.add(a2, f64x2.mul(k, v128.load(x, 32)));
        a3 = f64x2.add(a3, f64x2.mul(k, v128.load(x, 48)));
      }
      const w = work + i * row + j * LB;
      v128.store(w, a0);
      v128.store(w, a1, 16);
      v128.store(w, a2, 32);
      v128.store(w, a3, 48);
    }
  }
  let o = out;
  for (let i: usize = 0; i < <usize>p; i++) {
    for (let j: usize = 0; j <= i; j++) {
      let a0 = f64x2.splat(0.0),
        a1 = a0,
        a2 = a0,
        a3 = a0;
      for (let c = j; c < <usize>p; c++) {
        const k = v128.load64_splat(K + ((j * <usize>p + c) << 3)),
          x = work + i * row + c * LB;
        a0 = f64x2.add(a0, f64x2.mul(k, v128.load(x)));
        a1 = f64x2.add(a1, f64x2.mul(k, v128.load(x, 16)));
        a2 = f64x2.add(a2, f64x2.mul(k, v128.load(x, 32)));
        a3 = f64x2.add(a3, f64x2.mul(k, v128.load(x, 48)));
      }
      v128.store(o, a0);
      v128.store(o, a1, 16);
      v128.store(o, a2, 32);
      v128.store(o, a3, 48);
      o += LB;
    }
  }
}
