import { add, LB, mul, number, sp } from "./lanes";

/** out[column] += A'h over the levels; out: p lane vectors. */
export function applyA_<F>(levels: i32, row: usize, col: usize, val: usize, h: usize, out: usize): void {
  for (let s = 0; s < levels; s++) scatter<F>(row + ((<usize>s) << 3), col, val, h + <usize>s * 2 * LB, out);
}

@inline
export function scatter<F>(row: usize, col: usize, val: usize, h: usize, out: usize): void {
  let e = load<i32>(row);
  for (let r: usize = 0; r < 2; r++) {
    const end = load<i32>(row + (r << 2), 4),
      hr = h + r * LB;
    const h0 = v128.load(hr),
      h1 = v128.load(hr, 16),
      h2 = v128.load(hr, 32),
      h3 = v128.load(hr, 48);
    for (; e < end; e++) {
      const o = out + load<u32>(col + ((<usize>e) << 2)),
        a = sp<F>(val, e);
      v128.store(o, add<F>(v128.load(o), mul<F>(a, h0)));
      v128.store(o, add<F>(v128.load(o, 16), mul<F>(a, h1)), 16);
      v128.store(o, add<F>(v128.load(o, 32), mul<F>(a, h2)), 32);
      v128.store(o, add<F>(v128.load(o, 48), mul<F>(a, h3)), 48);
    }
  }
}

/** out_m[column] += A'h_m of one level, m < 3; h_m: 2 lane vectors each, out_m: `step` bytes from one to the next. */
@inline
export function scatterThree<F>(row: usize, col: usize, val: usize, h: usize, out: usize, step: usize): void {
  const r1 = load<i32>(row),
    r2 = load<i32>(row, 4),
    r3 = load<i32>(row, 8);
  // Half a lane vector at a time: more would not fit the registers.
  for (let k: usize = 0; k < LB; k += 32) {
    let e = r1;
    for (let r: usize = 0; r < 2; r++) {
      const end = r == 0 ? r2 : r3,
        x = h + r * LB + k;
      const a0 = v128.load(x),
        a1 = v128.load(x, 16),
        b0 = v128.load(x + 2 * LB),
        b1 = v128.load(x + 2 * LB, 16),
        c0 = v128.load(x + 4 * LB),
        c1 = v128.load(x + 4 * LB, 16);
      for (; e < end; e++) {
        const o = out + k + load<u32>(col + ((<usize>e) << 2)),
          a = sp<F>(val, e),
          o1 = o + step,
          o2 = o1 + step;
        v128.store(o, add<F>(v128.load(o), mul<F>(a, a0)));
        v128.store(o, add<F>(v128.load(o, 16), mul<F>(a, a1)), 16);
        v128.store(o1, add<F>(v128.load(o1), mul<F>(a, b0)));
        v128.store(o1, add<F>(v128.load(o1, 16), mul<F>(a, b1)), 16);
        v128.store(o2, add<F>(v128.load(o2), mul<F>(a, c0)));
        v128.store(o2, add<F>(v128.load(o2, 16), mul<F>(a, c1)), 16);
      }
    }
  }
}

/** b (2 lane vectors) = A x for one level. */
@inline
export function gather<F>(row: usize, col: usize, val: usize, x: usize, b: usize): void {
  let e = load<i32>(row);
  for (let r: usize = 0; r < 2; r++) {
    const end = load<i32>(row + (r << 2), 4);
    let b0 = number<F>(0.0),
      b1 = b0,
      b2 = b0,
      b3 = b0;
    for (; e < end; e++) {
      const o = x + load<u32>(col + ((<usize>e) << 2)),
        a = sp<F>(val, e);
      b0 = add<F>(b0, mul<F>(a, v128.load(o)));
      b1 = add<F>(b1, mul<F>(a, v128.load(o, 16)));
      b2 = add<F>(b2, mul<F>(a, v128.load(o, 32)));
      b3 = add<F>(b3, mul<F>(a, v128.load(o, 48)));
    }
    const to = b + r * LB;
    v128.store(to, b0);
    v128.store(to, b1, 16);
    v128.store(to, b2, 32);
    v128.store(to, b3, 48);
  }
}

/** M += A'F A of one level, F = (f11, f12, f22) lane vectors; M full p x p, lower triangle used. */
@inline
export function addForm<F>(
  row: usize,
  col: usize,
  val: usize,
  F: usize,
  M: usize,
  p: usize,
): void {
  const r1 = load<i32>(row),
    r2 = load<i32>(row, 4),
    r3 = load<i32>(row, 8);
  square<F>(r1, r2, col, val, F, M, p);
  for (let i = r2; i < r3; i++) {
    const ci = <usize>load<u32>(col + ((<usize>i) << 2)),
      ai = sp<F>(val, i),
      f = F + LB;
    const v0 = mul<F>(ai, v128.load(f)),
      v1 = mul<F>(ai, v128.load(f, 16)),
      v2 = mul<F>(ai, v128.load(f, 32)),
      v3 = mul<F>(ai, v128.load(f, 48));
    for (let j = r1; j < r2; j++) {
      const cj = <usize>load<u32>(col + ((<usize>j) << 2));
      let a = sp<F>(val, j);
      if (ci == cj) a = add<F>(a, a);
      const o = M + (ci > cj ? ci * p + cj : cj * p + ci);
      v128.store(o, add<F>(v128.load(o), mul<F>(a, v0)));
      v128.store(o, add<F>(v128.load(o, 16), mul<F>(a, v1)), 16);
      v128.store(o, add<F>(v128.load(o, 32), mul<F>(a, v2)), 32);
      v128.store(o, add<F>(v128.load(o, 48), mul<F>(a, v3)), 48);
    }
  }
  square<F>(r2, r3, col, val, F + 2 * LB, M, p);
}

@inline
export function square<F>(
  from: i32,
  to: i32,
  col: usize,
  val: usize,
  f: usize,
  M: usize,
  p: usize,
): void {
  const f0 = v128.load(f),
    f1 = v128.load(f, 16),
    f2 = v128.load(f, 32),
    f3 = v128.load(f, 48);
  for (let i = from; i < to; i++) {
    const ci = <usize>load<u32>(col + ((<usize>i) << 2)),
      ai = sp<F>(val, i),
      base = M + ci * p;
    const v0 = mul<F>(ai, f0),
      v1 = mul<F>(ai, f1),
      v2 = mul<F>(ai, f2),
      v3 = mul<F>(ai, f3);
    for (let j = from; j <= i; j++) {
      const o = base + load<u32>(col + ((<usize>j) << 2)),
        a = sp<F>(val, j);
      v128.store(o, add<F>(v128.load(o), mul<F>(a, v0)));
      v128.store(o, add<F>(v128.load(o, 16), mul<F>(a, v1)), 16);
      v128.store(o, add<F>(v128.load(o, 32), mul<F>(a, v2)), 32);
      v128.store(o, add<F>(v128.load(o, 48), mul<F>(a, v3)), 48);
    }
  }
}

/** M = X'X over each lane's own images: sum A'G A. */
export function crossProduct_<F>(
  levels: i32,
  row: usize,
  col: usize,
  val: usize,
  G: usize,
  M: usize,
  p: i32,
): void {
  for (let s = 0; s < levels; s++) addForm<F>(row + ((<usize>s) << 3), col, val, G + <usize>s * 4 * LB, M, p);
}

/** Q = A C A' of one level (q11, q12, q22), C full symmetric. */
@inline
export function forms<F>(
  row: usize,
  col: usize,
  val: usize,
  C: usize,
  Q: usize,
  p: usize,
): void {
  const r1 = load<i32>(row),
    r2 = load<i32>(row, 4),
    r3 = load<i32>(row, 8);
  quadratic<F>(r1, r2, col, val, C, Q, p);
  let q0 = number<F>(0.0),
    q1 = q0,
    q2 = q0,
    q3 = q0;
  for (let i = r2; i < r3; i++) {
    const base = C + <usize>load<u32>(col + ((<usize>i) << 2)) * p,
      ai = sp<F>(val, i);
    for (let j = r1; j < r2; j++) {
      const o = base + load<u32>(col + ((<usize>j) << 2)),
        a = mul<F>(ai, sp<F>(val, j));
      q0 = add<F>(q0, mul<F>(a, v128.load(o)));
      q1 = add<F>(q1, mul<F>(a, v128.load(o, 16)));
      q2 = add<F>(q2, mul<F>(a, v128.load(o, 32)));
      q3 = add<F>(q3, mul<F>(a, v128.load(o, 48)));
    }
  }
  v128.store(Q + LB, q0);
  v128.store(Q + LB, q1, 16);
  v128.store(Q + LB, q2, 32);
  v128.store(Q + LB, q3, 48);
  quadratic<F>(r2, r3, col, val, C, Q + 2 * LB, p);
}

@inline
export function quadratic<F>(
  from: i32,
  to: i32,
  col: usize,
  val: usize,
  C: usize,
  q: usize,
  p: usize,
): void {
  let q0 = number<F>(0.0),
    q1 = q0,
    q2 = q0,
    q3 = q0;
  for (let i = from; i < to; i++) {
    const ci = <usize>load<u32>(col + ((<usize>i) << 2)),
      base = C + ci * p,
      ai = sp<F>(val, i);
    const twice = add<F>(ai, ai);
    for (let j = from; j <= i; j++) {
      const o = base + load<u32>(col + ((<usize>j) << 2)),
        a = mul<F>(j == i ? ai : twice, sp<F>(val, j));
      q0 = add<F>(q0, mul<F>(a, v128.load(o)));
      q1 = add<F>(q1, mul<F>(a, v128.load(o, 16)));
      q2 = add<F>(q2, mul<F>(a, v128.load(o, 32)));
      q3 = add<F>(q3, mul<F>(a, v128.load(o, 48)));
    }
  }
  v128.store(q, q0);
  v128.store(q, q1, 16);
  v128.store(q, q2, 32);
  v128.store(q, q3, 48);
}
