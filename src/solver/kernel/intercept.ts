import { LB } from "./lanes";

// A random intercept: sums by pattern (levels with the same Z'Z). Weights, sums and B of a pattern may differ by lane.

/** out[i] = sum_t w[t] B[t][i], all lane vectors, i < size; out[i] at byte offset at[i]. */
export function blend(patterns: i32, size: i32, w: usize, B: usize, out: usize, at: usize): void {
  const block = <usize>size * LB;
  for (let i: usize = 0; i < <usize>size; i++) {
    const x = B + i * LB;
    let a0 = f64x2.splat(0.0),
      a1 = a0,
      a2 = a0,
      a3 = a0;
    for (let t: usize = 0; t < <usize>patterns; t++) {
      const b = x + t * block,
        wt = w + t * LB;
      a0 = f64x2.add(a0, f64x2.mul(v128.load(wt), v128.load(b)));
      a1 = f64x2.add(a1, f64x2.mul(v128.load(wt, 16), v128.load(b, 16)));
      a2 = f64x2.add(a2, f64x2.mul(v128.load(wt, 32), v128.load(b, 32)));
      a3 = f64x2.add(a3, f64x2.mul(v128.load(wt, 48), v128.load(b, 48)));
    }
    const o = out + load<u32>(at + (i << 2));
    v128.store(o, a0);
    v128.store(o, a1, 16);
    v128.store(o, a2, 32);
    v128.store(o, a3, 48);
  }
}

/** out[t] = sum_i x[i] B[t][i], all lane vectors, i < size. */
export function against(patterns: i32, size: i32, x: usize, B: usize, out: usize): void {
  const block = <usize>size * LB;
  for (let t: usize = 0; t < <usize>patterns; t++) {
    const b = B + t * block;
    let a0 = f64x2.splat(0.0),
      a1 = a0,
      a2 = a0,
      a3 = a0;
    for (let o: usize = 0; o < block; o += LB) {
      a0 = f64x2.add(a0, f64x2.mul(v128.load(x + o), v128.load(b + o)));
      a1 = f64x2.add(a1, f64x2.mul(v128.load(x + o, 16), v128.load(b + o, 16)));
      a2 = f64x2.add(a2, f64x2.mul(v128.load(x + o, 32), v128.load(b + o, 32)));
      a3 = f64x2.add(a3, f64x2.mul(v128.load(x + o, 48), v128.load(b + o, 48)));
    }
    const o = out + t * LB;
    v128.store(o, a0);
    v128.store(o, a1, 16);
    v128.store(o, a2, 32);
    v128.store(o, a3, 48);
  }
}

/** out_t = B_t x, t < count: packed lower triangles B_t and x are lane vectors, out_t p of them. */
export function packedProducts(count: i32, p: i32, B: usize, x: usize, out: usize): void {
  const size = <usize>p * LB;
  let b = B;
  for (let t = 0; t < count; t++) {
    const o = out + <usize>t * size;
    for (let at: usize = 0; at < size; at += 16) v128.store(o + at, f64x2.splat(0.0));
    for (let i: usize = 0; i < size; i += LB)
      for (let j: usize = 0; j <= i; j += LB) {
        for (let k: usize = 0; k < LB; k += 16) {
          const value = v128.load(b + k);
          v128.store(o + i + k, f64x2.add(v128.load(o + i + k), f64x2.mul(value, v128.load(x + j + k))));
          if (i != j)
            v128.store(o + j + k, f64x2.add(v128.load(o + j + k), f64x2.mul(value, v128.load(x + i + k))));
        }
        b += LB;
      }
  }
}

/** The lower triangle of x x', packed by rows, entries off the diagonal doubled. */
export function squareTwice(x: usize, out: usize, p: i32): void {
  let o = out;
  for (let i: usize = 0; i < <usize>p; i++)
    for (let j: usize = 0; j <= i; j++) {
      for (let k: usize = 0; k < LB; k += 16) {
        const a = v128.load(x + i * LB + k);
        v128.store(o + k, f64x2.mul(i == j ? a : f64x2.add(a, a), v128.load(x + j * LB + k)));
      }
      o += LB;
    }
}

/** out = sum z^2 over the levels; z has two lane vectors a level, of which the first is used. */
export function squares(levels: i32, z: usize, out: usize): void {
  for (let k: usize = 0; k < LB; k += 16) {
    let sum = f64x2.splat(0.0);
    for (let s = 0; s < levels; s++) {
      const x = v128.load(z + <usize>s * 2 * LB + k);
      sum = f64x2.add(sum, f64x2.mul(x, x));
    }
    v128.store(out + k, sum);
  }
}

/**
 * Weights of the patterns at d: nu = 1 / (1 + d g), and its first and second derivative in d, into the three arrays of
 * `stride` bytes at w; one more slot has the weight one.
 */
export function patternWeights(patterns: i32, d: usize, g: usize, w: usize, stride: usize): void {
  const one = f64x2.splat(1.0),
    two = f64x2.splat(2.0),
    zero = f64x2.splat(0.0),
    end = <usize>patterns * LB;
  for (let at: usize = 0; at < end; at += 16) {
    const size = v128.load(g + at),
      nu = f64x2.div(one, f64x2.add(one, f64x2.mul(v128.load(d + (at & (LB - 1))), size))),
      first = f64x2.mul(f64x2.mul(size, nu), nu);
    v128.store(w + at, nu);
    v128.store(w + stride + at, f64x2.neg(first));
    v128.store(w + 2 * stride + at, f64x2.mul(f64x2.mul(two, first), f64x2.mul(size, nu)));
  }
  for (let at = end; at < end + LB; at += 16) {
    v128.store(w + at, one);
    v128.store(w + stride + at, zero);
    v128.store(w + 2 * stride + at, zero);
  }
}

/**
 * What the patterns add to f and its derivatives in d, 9 lane vectors: sum nu c, sum nu' (c + form), sum nu'' (c + form),
 * sum nu' trace, sum nu'' trace, sum nu trace, and of log|V| = sum levels log(1 + d g) the first and second derivative
 * and the value.
 */
export function patternSums(
  patterns: i32,
  d: usize,
  g: usize,
  levels: usize,
  w: usize,
  stride: usize,
  c: usize,
  traces: usize,
  forms: usize,
  out: usize,
): void {
  const end = <usize>patterns * LB;
  for (let k: usize = 0; k < LB; k += 16) {
    const dk = v128.load(d + k);
    let y = f64x2.splat(0.0),
      dy = y,
      ddy = y,
      trace = y,
      trace2 = y,
      between = y,
      first = y,
      second = y,
      logDet = y;
    for (let at = k; at < end; at += LB) {
      const nu = v128.load(w + at),
        d1 = v128.load(w + stride + at),
        d2 = v128.load(w + 2 * stride + at);
      const ct = v128.load(c + at),
        whole = f64x2.add(ct, v128.load(forms + at)),
        tr = v128.load(traces + at);
      y = f64x2.add(y, f64x2.mul(nu, ct));
      dy = f64x2.add(dy, f64x2.mul(d1, whole));
      ddy = f64x2.add(ddy, f64x2.mul(d2, whole));
      trace = f64x2.add(trace, f64x2.mul(d1, tr));
      trace2 = f64x2.add(trace2, f64x2.mul(d2, tr));
      between = f64x2.add(between, f64x2.mul(nu, tr));
      const size = v128.load(g + at),
        count = v128.load(levels + at),
        share = f64x2.mul(size, nu);
      first = f64x2.add(first, f64x2.mul(count, share));
      second = f64x2.sub(second, f64x2.mul(count, f64x2.mul(share, share)));
      const x = f64x2.mul(dk, size);
      const logs = f64x2.replace_lane(
        f64x2.splat(Math.log1p(f64x2.extract_lane(x, 0))),
        1,
        Math.log1p(f64x2.extract_lane(x, 1)),
      );
      logDet = f64x2.add(logDet, f64x2.mul(count, logs));
    }
    v128.store(out + k, y);
    v128.store(out + k, dy, 64);
    v128.store(out + k, ddy, 128);
    v128.store(out + k, trace, 192);
    v128.store(out + k, trace2, 256);
    v128.store(out + k, between, 320);
    v128.store(out + k, first, 384);
    v128.store(out + k, second, 448);
    v128.store(out + k, logDet, 512);
  }
}

/** out = x + sign y, lane vectors one after the other. */
export function addLanes(count: i32, x: usize, y: usize, sign: f64, out: usize): void {
  const factor = f64x2.splat(sign),
    end = <usize>count * LB;
  for (let at: usize = 0; at < end; at += 16)
    v128.store(out + at, f64x2.add(v128.load(x + at), f64x2.mul(factor, v128.load(y + at))));
}

/**
 * What is left of the residuals at some d that all lanes share: out[k] = sum nu c - |U'(xe + sum nu G)|^2 over the
 * patterns, k < nodes. nu: nodes x patterns float64; U: upper triangles by columns, with C = U U' at each d. S: p lane
 * vectors to work with.
 */
export function residualsAt(
  nodes: i32,
  p: i32,
  patterns: i32,
  nu: usize,
  G: usize,
  c: usize,
  xe: usize,
  U: usize,
  S: usize,
  out: usize,
): void {
  const block = <usize>p * LB;
  let u = U;
  for (let k: usize = 0; k < <usize>nodes; k++) {
    const weights = nu + ((k * <usize>patterns) << 3);
    for (let i: usize = 0; i < block; i += LB) {
      let a0 = v128.load(xe + i),
        a1 = v128.load(xe + i, 16),
        a2 = v128.load(xe + i, 32),
        a3 = v128.load(xe + i, 48);
      for (let t: usize = 0; t < <usize>patterns; t++) {
        const w = v128.load64_splat(weights + (t << 3)),
          g = G + t * block + i;
        a0 = f64x2.add(a0, f64x2.mul(w, v128.load(g)));
        a1 = f64x2.add(a1, f64x2.mul(w, v128.load(g, 16)));
        a2 = f64x2.add(a2, f64x2.mul(w, v128.load(g, 32)));
        a3 = f64x2.add(a3, f64x2.mul(w, v128.load(g, 48)));
      }
      v128.store(S + i, a0);
      v128.store(S + i, a1, 16);
      v128.store(S + i, a2, 32);
      v128.store(S + i, a3, 48);
    }
    let r0 = f64x2.splat(0.0),
      r1 = r0,
      r2 = r0,
      r3 = r0;
    for (let t: usize = 0; t < <usize>patterns; t++) {
      const w = v128.load64_splat(weights + (t << 3)),
        ct = c + t * LB;
      r0 = f64x2.add(r0, f64x2.mul(w, v128.load(ct)));
      r1 = f64x2.add(r1, f64x2.mul(w, v128.load(ct, 16)));
      r2 = f64x2.add(r2, f64x2.mul(w, v128.load(ct, 32)));
      r3 = f64x2.add(r3, f64x2.mul(w, v128.load(ct, 48)));
    }
    for (let j: usize = 0; j < block; j += LB) {
      let a0 = f64x2.splat(0.0),
        a1 = a0,
        a2 = a0,
        a3 = a0;
      for (let i: usize = 0; i <= j; i += LB) {
        const x = v128.load64_splat(u);
        a0 = f64x2.add(a0, f64x2.mul(x, v128.load(S + i)));
        a1 = f64x2.add(a1, f64x2.mul(x, v128.load(S + i, 16)));
        a2 = f64x2.add(a2, f64x2.mul(x, v128.load(S + i, 32)));
        a3 = f64x2.add(a3, f64x2.mul(x, v128.load(S + i, 48)));
        u += 8;
      }
      r0 = f64x2.sub(r0, f64x2.mul(a0, a0));
      r1 = f64x2.sub(r1, f64x2.mul(a1, a1));
      r2 = f64x2.sub(r2, f64x2.mul(a2, a2));
      r3 = f64x2.sub(r3, f64x2.mul(a3, a3));
    }
    const o = out + k * LB;
    v128.store(o, r0);
    v128.store(o, r1, 16);
    v128.store(o, r2, 32);
    v128.store(o, r3, 48);
  }
}
