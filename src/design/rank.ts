import { jacobiEigen } from "../matrix/eigen.js";
import type { DesignMatrix } from "./designMatrix.js";

/** What a design matrix can tell apart. */
export interface Rank {
  readonly rank: number;
  /** 2-norm condition number, from the columns scaled to unit length; infinite when rank-deficient. */
  readonly condition: number;
  /** The columns that follow from columns before them, and from which. */
  readonly dependent: readonly { readonly column: string; readonly from: readonly string[] }[];
}

/** A column whose part outside the span of those before it is smaller than this share of it depends on them. */
const TOLERANCE = 1e-9;

/** Rank of a design matrix by modified Gram–Schmidt, twice, on columns of unit length. */
export function rankOf(X: DesignMatrix): Rank {
  const { n, columns, values } = X;
  const p = columns.length;
  const basis: {
    readonly column: number;
    readonly vector: Float64Array;
    readonly combination: Float64Array;
  }[] = [];
  const dependent: { column: string; from: string[] }[] = [];
  const gram = new Float64Array(p * p);
  const units: Float64Array[] = [];
  for (let j = 0; j < p; j++) {
    const vector = Float64Array.from({ length: n }, (_, i) => values[i * p + j]);
    const length = Math.sqrt(dot(vector, vector));
    if (length > 0) for (let i = 0; i < n; i++) vector[i] /= length;
    units.push(vector.slice());
    // vector = unit_j − Σ combination_k unit_k, so the combination names the columns it follows from.
    const combination = new Float64Array(p);
    combination[j] = 1;
    for (let pass = 0; pass < 2; pass++) {
      for (const known of basis) {
        const weight = dot(known.vector, vector);
        for (let i = 0; i < n; i++) vector[i] -= weight * known.vector[i];
        for (let k = 0; k < p; k++) combination[k] -= weight * known.combination[k];
      }
    }
    const rest = Math.sqrt(dot(vector, vector));
    if (length === 0 || rest < TOLERANCE) {
      const from = columns.filter((_, k) => k !== j && Math.abs(combination[k]) > 1e-6);
      dependent.push({ column: columns[j], from: length === 0 ? [] : from });
      continue;
    }
    for (let i = 0; i < n; i++) vector[i] /= rest;
    for (let k = 0; k < p; k++) combination[k] /= rest;
    basis.push({ column: j, vector, combination });
  }
  for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) gram[a * p + b] = dot(units[a], units[b]);
  const condition = dependent.length > 0 ? Number.POSITIVE_INFINITY : conditionOf(gram, p);
  return { rank: basis.length, condition, dependent };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Square root of the ratio of the largest to the smallest eigenvalue of X'X. */
function conditionOf(gram: Float64Array, p: number): number {
  const values = gram.slice();
  jacobiEigen(values, p, new Float64Array(p * p));
  let [smallest, largest] = [Number.POSITIVE_INFINITY, 0];
  for (let j = 0; j < p; j++) {
    smallest = Math.min(smallest, values[j * p + j]);
    largest = Math.max(largest, values[j * p + j]);
  }
  return Math.sqrt(largest / Math.max(smallest, Number.MIN_VALUE));
}
