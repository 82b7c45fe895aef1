import { beginProduct, div, LB, logOfProduct, number, setExponentsAside, sqrt } from "./lanes";
import { copyLanes, dot, dotTwo, scale, subtractDot } from "./rowProducts";

/**
 * Cholesky of M = L L' (lower, in place; the diagonal holds 1 / L_jj), U = L^-T (upper), C = M^-1 = U U' (full) and
 * beta = C S; out: [0] log|M|, [1] S'beta, [2] to work with. beta is NaN where M is not positive.
 */
export function solve_<F>(M: usize, S: usize, beta: usize, C: usize, U: usize, out: usize, p: i32): void {
  const n = <usize>p,
    row = n * LB;
  cholesky<F>(M, out, p);
  // U'L = I: u_ji = -(sum over c < i of L_ic u_jc) / L_ii.
  for (let j: usize = 0; j < n; j++) {
    const u = U + j * row;
    copyLanes(M + j * row + j * LB, u + j * LB);
    for (let i = j + 1; i < n; i++) {
      dot<F>(M + i * row + j * LB, LB, u + j * LB, LB, i - j, u + i * LB);
      scale<F>(u + i * LB, M + i * row + i * LB, -1.0);
    }
  }
  upperSquare<F>(U, C, p);
  for (let i: usize = 0; i < n; i++) dot<F>(C + i * row, LB, S, LB, n, beta + i * LB);
  dot<F>(beta, LB, S, LB, n, out + LB);
}

@inline
function cholesky<F>(M: usize, out: usize, p: i32): void {
  const n = <usize>p,
    row = n * LB;
  // log|M| is 2 Σ log L_jj; the pivots L_jj² are multiplied, their exponents set aside, and one logarithm is taken.
  const exponents = out + 2 * LB;
  if (sizeof<F>() == 8) beginProduct(out, exponents);
  for (let j: usize = 0; j < n; j++) {
    const rj = M + j * row,
      pivot = rj + j * LB;
    subtractDot<F>(pivot, rj, rj, j);
    if (sizeof<F>() == 8) {
      scale<F>(out, pivot, 1.0);
      setExponentsAside(out, exponents);
    }
    for (let k: usize = 0; k < LB; k += 16) {
      v128.store(pivot + k, div<F>(number<F>(1.0), sqrt<F>(v128.load(pivot + k))));
    }
    for (let i = j + 1; i < n; i++) {
      const x = M + i * row;
      subtractDot<F>(x + j * LB, x, rj, j);
      scale<F>(x + j * LB, pivot, 1.0);
    }
  }
  if (sizeof<F>() == 8) logOfProduct(out, exponents, out);
}

/** C = U U', full, of an upper U. */
@inline
function upperSquare<F>(U: usize, C: usize, p: i32): void {
  const n = <usize>p,
    row = n * LB;
  for (let i: usize = 0; i < n; i++) {
    const u = U + i * row + i * LB,
      c = C + i * row,
      count = n - i;
    let j: usize = 0;
    for (; j < i; j += 2) {
      const x = U + j * row + i * LB;
      dotTwo<F>(u, LB, x, x + row, LB, count, c + j * LB, c + j * LB + LB);
    }
    if (j == i) dot<F>(u, LB, u, LB, count, c + i * LB);
    for (let k: usize = 0; k < i; k++) copyLanes(c + k * LB, C + k * row + i * LB);
  }
}

/** u_k = C slope_k (3 x p) and the six products slope_k'C slope_l (packed 00,10,11,20,21,22). */
export function moving(C: usize, slope: usize, u: usize, out: usize, p: i32): void {
  const n = <usize>p,
    row = n * LB;
  for (let m: usize = 0; m < 3; m++) combineLanes(C, slope + m * row, u + m * row, p);
  let at = out;
  for (let m: usize = 0; m < 3; m++)
    for (let q: usize = 0; q <= m; q++) {
      dot<f64>(u + m * row, LB, slope + q * row, LB, n, at);
      at += LB;
    }
}

/** u = C x for lane matrices and vectors. */
export function combineLanes(C: usize, x: usize, u: usize, p: i32): void {
  const n = <usize>p;
  for (let i: usize = 0; i < n; i++) dot<f64>(C + i * n * LB, LB, x, LB, n, u + i * LB);
}

/** out = x'y of lane vectors. */
export function innerProduct(count: i32, x: usize, y: usize, out: usize): void {
  dot<f64>(x, LB, y, LB, count, out);
}
