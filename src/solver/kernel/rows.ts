/** Rows of float32 image values, four at a time; a row's length is a multiple of 16. */

/** Makes zero of what is not finite: NaN − NaN and ∞ − ∞ are NaN. */
export function clean(row: usize, length: i32): void {
  const zero = f32x4.splat(0);
  const end = row + ((<usize>length) << 2);
  for (let at = row; at < end; at += 16) {
    const x = v128.load(at);
    v128.store(at, v128.and(x, f32x4.eq(f32x4.sub(x, x), zero)));
  }
}

/**
 * Counts the values that are there, in `counts`, and adds their fingerprints to `prints` (int32, one a vertex): those of
 * image `image` of a study, as \`fingerprint\` in src/images makes them.
 */
export function tally(row: usize, length: i32, image: i32, counts: usize, prints: usize): void {
  const zero = f32x4.splat(0),
    salt = i32x4.splat((image + 1) * 0x9e3779b1),
    first = i32x4.splat(0x85ebca6b),
    second = i32x4.splat(0xc2b2ae35);
  const bytes = (<usize>length) << 2;
  for (let k: usize = 0; k < bytes; k += 16) {
    const x = v128.load(row + k);
    const there = f32x4.ne(x, zero);
    let hash = v128.xor(x, salt);
    hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 16)), first);
    hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 13)), second);
    hash = v128.xor(hash, i32x4.shr_u(hash, 16));
    // A lane that is there is −1.
    v128.store(counts + k, i32x4.sub(v128.load(counts + k), there));
    v128.store(prints + k, i32x4.add(v128.load(prints + k), v128.and(hash, there)));
  }
}
