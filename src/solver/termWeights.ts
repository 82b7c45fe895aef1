import type { CrossProduct } from "../model/crossProduct.js";
import type { Shrinkage } from "../model/shrinkage.js";
import type { TermWeights } from "./response.js";

/**
 * Computes w_j(D) = N[a, b] of each term's visit pattern, less δ_ab where the cross product says so, with
 * ∂_k N = −K E_k K' and ∂_kl N = K E_k T E_l K' + K E_l T E_k K'.
 */
export class CrossProductWeights implements TermWeights {
  readonly terms: number;
  readonly value: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;

  constructor(
    private readonly crossProduct: CrossProduct,
    private readonly shrinkage: Shrinkage,
    private readonly row: Int32Array,
    private readonly column: Int32Array,
  ) {
    const m = row.length;
    this.terms = crossProduct.of.length;
    this.value = new Float64Array(this.terms);
    this.first = new Float64Array(m * this.terms);
    this.second = new Float64Array(m * m * this.terms);
  }

  updateValues(): void {
    const { of, row, column, lessIdentity } = this.crossProduct;
    const { N, q } = this.shrinkage;
    for (let j = 0; j < this.terms; j++) {
      const less = lessIdentity && row[j] === column[j] ? 1 : 0;
      this.value[j] = N[(of[j] * q + row[j]) * q + column[j]] - less;
    }
  }

  updateDerivatives(): void {
    const { terms, first, second, crossProduct } = this;
    const { K, T, q } = this.shrinkage;
    const m = this.row.length;
    for (let j = 0; j < terms; j++) {
      const base = crossProduct.of[j] * q * q;
      const a = base + crossProduct.row[j] * q;
      const b = base + crossProduct.column[j] * q;
      for (let k = 0; k < m; k++) {
        const i = this.row[k];
        const h = this.column[k];
        first[k * terms + j] = -K[a + i] * K[b + h] - (i === h ? 0 : K[a + h] * K[b + i]);
        for (let l = 0; l <= k; l++) {
          const value =
            sandwich(K, T, a, b, base, q, i, h, this.row[l], this.column[l]) +
            sandwich(K, T, b, a, base, q, i, h, this.row[l], this.column[l]);
          second[(k * m + l) * terms + j] = value;
          second[(l * m + k) * terms + j] = value;
        }
      }
    }
  }
}

/** (K E_k T E_l K')[a, b], with E_k = e_x e_y' + e_y e_x' (one term when x = y) and E_l likewise. */
function sandwich(
  K: Float64Array,
  T: Float64Array,
  a: number,
  b: number,
  base: number,
  q: number,
  x: number,
  y: number,
  g: number,
  h: number,
): number {
  let sum = K[a + x] * T[base + y * q + g] * K[b + h];
  if (g !== h) sum += K[a + x] * T[base + y * q + h] * K[b + g];
  if (x !== y) {
    sum += K[a + y] * T[base + x * q + g] * K[b + h];
    if (g !== h) sum += K[a + y] * T[base + x * q + h] * K[b + g];
  }
  return sum;
}
