/** Bytes of a lane vector: 8 float64 or 16 float32 values, one a vertex. */
export const LB: usize = 64;

// F is f64 (8 lanes) or f32 (16 lanes): the same 64 bytes a lane vector, the same instructions.
@inline
export function sp<F>(p: usize, i: usize): v128 {
  if (sizeof<F>() == 8) return v128.load64_splat(p + (i << 3));
  return v128.load32_splat(p + (i << 2));
}

@inline
export function mul<F>(a: v128, b: v128): v128 {
  if (sizeof<F>() == 8) return f64x2.mul(a, b);
  return f32x4.mul(a, b);
}

@inline
export function add<F>(a: v128, b: v128): v128 {
  if (sizeof<F>() == 8) return f64x2.add(a, b);
  return f32x4.add(a, b);
}

@inline
export function sub<F>(a: v128, b: v128): v128 {
  if (sizeof<F>() == 8) return f64x2.sub(a, b);
  return f32x4.sub(a, b);
}

@inline
export function div<F>(a: v128, b: v128): v128 {
  if (sizeof<F>() == 8) return f64x2.div(a, b);
  return f32x4.div(a, b);
}

@inline
export function sqrt<F>(a: v128): v128 {
  if (sizeof<F>() == 8) return f64x2.sqrt(a);
  return f32x4.sqrt(a);
}

@inline
export function number<F>(x: f64): v128 {
  if (sizeof<F>() == 8) return f64x2.splat(x);
  return f32x4.splat(<f32>x);
}

@inline
export function negative<F>(a: v128): v128 {
  if (sizeof<F>() == 8) return f64x2.neg(a);
  return f32x4.neg(a);
}

@inline
export function addTo<F>(p: usize, x: v128): void {
  v128.store(p, add<F>(v128.load(p), x));
}

const LN2 = 0.6931471805599453;

/** A running product of positive float64 numbers, 1 to begin with, and the exponents that are set aside. */
@inline
export function beginProduct(product: usize, exponents: usize): void {
  for (let k: usize = 0; k < LB; k += 16) {
    v128.store(product + k, f64x2.splat(1.0));
    v128.store(exponents + k, i64x2.splat(0));
  }
}

/** Brings the product back to [1, 2), and sets its exponent aside. */
@inline
export function setExponentsAside(product: usize, exponents: usize): void {
  const mantissa = i64x2.splat(0x000fffffffffffff),
    one = i64x2.splat(0x3ff0000000000000),
    bias = i64x2.splat(1023);
  for (let k: usize = 0; k < LB; k += 16) {
    const x = v128.load(product + k);
    v128.store(exponents + k, i64x2.add(v128.load(exponents + k), i64x2.sub(i64x2.shr_u(x, 52), bias)));
    v128.store(product + k, v128.or(v128.and(x, mantissa), one));
  }
}

/** out = the logarithm of the whole product: one for all of its factors. */
@inline
export function logOfProduct(product: usize, exponents: usize, out: usize): void {
  for (let l: usize = 0; l < LB; l += 8)
    store<f64>(out + l, <f64>load<i64>(exponents + l) * LN2 + Math.log(load<f64>(product + l)));
}

/** Levels whose sums are added up on their own in float32: over thousands, one running sum loses three digits. */
const BLOCK: i32 = 64;

/** Where `sums` are added up: in float32 in 32 lane vectors after them, which `gatherBlock` brings over. */
@inline
export function blockOf<F>(sums: usize): usize {
  return sizeof<F>() == 8 ? sums : sums + 32 * LB;
}

/** Adds the sums of a block to the first `count` of `sums`, after every block and the last level. */
@inline
export function gatherBlock<F>(sums: usize, count: usize, s: i32, levels: i32): void {
  if (sizeof<F>() == 8) return;
  if ((s + 1) % BLOCK != 0 && s + 1 != levels) return;
  for (let k: usize = 0; k < count * LB; k += 16) {
    addTo<F>(sums + k, v128.load(sums + 32 * LB + k));
    v128.store(sums + 32 * LB + k, number<F>(0.0));
  }
}

@inline
export function neg<F>(p: usize, x: v128): void {
  v128.store(p, negative<F>(x));
}

@inline
export function isOwn<O>(): bool {
  return sizeof<O>() == 8;
}
