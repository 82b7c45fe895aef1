import { add, LB, mul, number, sub } from "./lanes";

// Sums of products of two rows or columns of lane vectors, all lanes at once: `step` is the bytes from one to the next.
// Each lane adds in the order of the columns, so that nothing depends on how rows are taken together.

/** out = sum of a[c] b[c], c < count. */
@inline
export function dot<F>(a: usize, stepA: usize, b: usize, stepB: usize, count: usize, out: usize): void {
  let s0 = number<F>(0.0),
    s1 = s0,
    s2 = s0,
    s3 = s0;
  for (let c: usize = 0; c < count; c++) {
    s0 = add<F>(s0, mul<F>(v128.load(a), v128.load(b)));
    s1 = add<F>(s1, mul<F>(v128.load(a, 16), v128.load(b, 16)));
    s2 = add<F>(s2, mul<F>(v128.load(a, 32), v128.load(b, 32)));
    s3 = add<F>(s3, mul<F>(v128.load(a, 48), v128.load(b, 48)));
    a += stepA;
    b += stepB;
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
}

/** out = sum of a[c] b[c] and next = sum of a[c] d[c], c < count; b and d have the same step. */
@inline
export function dotTwo<F>(
  a: usize,
  stepA: usize,
  b: usize,
  d: usize,
  step: usize,
  count: usize,
  out: usize,
  next: usize,
): void {
  let s0 = number<F>(0.0),
    s1 = s0,
    s2 = s0,
    s3 = s0,
    t0 = s0,
    t1 = s0,
    t2 = s0,
    t3 = s0;
  for (let c: usize = 0; c < count; c++) {
    const a0 = v128.load(a),
      a1 = v128.load(a, 16),
      a2 = v128.load(a, 32),
      a3 = v128.load(a, 48);
    s0 = add<F>(s0, mul<F>(a0, v128.load(b)));
    s1 = add<F>(s1, mul<F>(a1, v128.load(b, 16)));
    s2 = add<F>(s2, mul<F>(a2, v128.load(b, 32)));
    s3 = add<F>(s3, mul<F>(a3, v128.load(b, 48)));
    t0 = add<F>(t0, mul<F>(a0, v128.load(d)));
    t1 = add<F>(t1, mul<F>(a1, v128.load(d, 16)));
    t2 = add<F>(t2, mul<F>(a2, v128.load(d, 32)));
    t3 = add<F>(t3, mul<F>(a3, v128.load(d, 48)));
    a += stepA;
    b += step;
    d += step;
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
  v128.store(next, t0);
  v128.store(next, t1, 16);
  v128.store(next, t2, 32);
  v128.store(next, t3, 48);
}

/** x -= sum of a[c] b[c], c < count, one lane vector after the other. */
@inline
export function subtractDot<F>(x: usize, a: usize, b: usize, count: usize): void {
  let s0 = v128.load(x),
    s1 = v128.load(x, 16),
    s2 = v128.load(x, 32),
    s3 = v128.load(x, 48);
  for (let c: usize = 0; c < count; c++) {
    s0 = sub<F>(s0, mul<F>(v128.load(a), v128.load(b)));
    s1 = sub<F>(s1, mul<F>(v128.load(a, 16), v128.load(b, 16)));
    s2 = sub<F>(s2, mul<F>(v128.load(a, 32), v128.load(b, 32)));
    s3 = sub<F>(s3, mul<F>(v128.load(a, 48), v128.load(b, 48)));
    a += LB;
    b += LB;
  }
  v128.store(x, s0);
  v128.store(x, s1, 16);
  v128.store(x, s2, 32);
  v128.store(x, s3, 48);
}

/** x *= y, or -y. */
@inline
export function scale<F>(x: usize, y: usize, sign: f64): void {
  for (let k: usize = 0; k < LB; k += 16) {
    const v = mul<F>(v128.load(x + k), v128.load(y + k));
    v128.store(x + k, sign > 0.0 ? v : sub<F>(number<F>(0.0), v));
  }
}

/** A lane vector from one place to another. */
@inline
export function copyLanes(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  v128.store(to, v128.load(from, 32), 32);
  v128.store(to, v128.load(from, 48), 48);
}
