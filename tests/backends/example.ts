import type { ImageProducts, LevelProduct, Product } from "../../src/backends/products.js";

/** Numbers in [0, 1) that are the same every time. */
export function numbers(seed = 7): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/** Images of a mean far from zero, which is where float32 sums lose the most. */
export function example(n: number, p: number, width: number): Product {
  const random = numbers();
  const X = Float64Array.from({ length: n * p }, (_, k) => (k % p === 0 ? 1 : random() - 0.5));
  const Y = Float32Array.from({ length: n * width }, () => 2.5 + 0.2 * (random() - 0.5));
  return { n, p, width, X, Y };
}

/** Images in levels of the given sizes, and weights of their forms. */
export function levelExample(
  sizes: readonly number[],
  width: number,
): LevelProduct & { readonly weights: Float64Array } {
  const random = numbers();
  const start = new Int32Array(sizes.length + 1);
  sizes.forEach((size, s) => {
    start[s + 1] = start[s] + size;
  });
  const n = start[sizes.length];
  const Z = Float64Array.from({ length: 2 * n }, (_, k) => (k % 2 === 0 ? 1 : random() - 0.5));
  const Y = Float32Array.from({ length: n * width }, () => random() - 0.5);
  const weights = Float64Array.from({ length: 12 * sizes.length }, () => random() - 0.3);
  return { n, width, levels: sizes.length, start, Z, Y, weights };
}

/** The results of every operation on an example, by name. */
export async function everything(products: ImageProducts): Promise<Record<string, ArrayLike<number>>> {
  const product = example(700, 4, 13);
  const random = numbers(3);
  const B = Float64Array.from({ length: 4 * 13 }, () => random() - 0.5);
  const levels = levelExample(
    Array.from({ length: 150 }, (_, s) => 1 + (s % 4)),
    13,
  );
  const uneven = levelExample([400, 1, 2, 3, 1, 1, 2, 130, ...Array.from({ length: 90 }, () => 1)], 5);
  return {
    multiply: await products.multiply(product),
    residuals: await products.residuals({ ...product, B }),
    levelSums: await products.levelSums(levels),
    moments: await products.moments(levels),
    "levelSums of uneven levels": await products.levelSums(uneven),
    "moments of uneven levels": await products.moments(uneven),
  };
}
