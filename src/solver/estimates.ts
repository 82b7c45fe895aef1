import { vechLength } from "../matrix/vech.js";

/**
 * What the fit found at the vertices it kept, one row a vertex, in the user's units. Everything else
 * (contrasts, tests, maps) follows from these arrays alone.
 */
export interface Estimates {
  readonly p: number;
  readonly q: number;
  /** int32, kept vertices, ascending: which vertex each row is. */
  readonly vertices: Int32Array;
  /** β̂; float64, rows × p. */
  readonly beta: Float64Array;
  /** σ̂²; float64, rows. */
  readonly sigma2: Float64Array;
  /** vech(D̂), relative to σ²; float64, rows × m. */
  readonly D: Float64Array;
  /** Restricted log-likelihood; float64, rows. */
  readonly llh: Float64Array;
  /** Images present; int32, rows. */
  readonly n: Int32Array;
  /** A value of `Status`; int32, rows. */
  readonly status: Int32Array;
  /**
   * Asymptotic covariance of (σ̂², vech(D̂)); float64, rows × (m+1)(m+2)/2, lower triangle by rows. What is
   * held on the boundary has no variance. D is in the orthogonal coordinates of Z here, and in
   * `basisGradient`: what is made of the two together does not depend on them, but loses no digits in them.
   */
  readonly parameterCovariance: Float64Array;
  /** C = (X'V⁻¹X)⁻¹ in the orthonormal basis X = Q R; float64, rows × p(p+1)/2, lower triangle by rows. */
  readonly basisCovariance: Float64Array;
  /** ∂C/∂D_k in the same basis; float32, rows × m × p(p+1)/2. */
  readonly basisGradient: Float32Array;
  /** Σ(y − Xβ̂_OLS)²/(n − p): the residual mean square without random effects; float64, rows. */
  readonly resms: Float64Array;
  /** What the images contained: the sum of the fingerprints of their values (`images/fingerprint.ts`); int32, rows. */
  readonly imagesDigest: Int32Array;
  /**
   * The Newton decrement ½g'H⁻¹g of f = −2 × the restricted log-likelihood where the search ended: f is about that
   * close to its minimum, in D or along the face that D is on; float64, rows. Infinite where f has no minimum near.
   */
  readonly certificate: Float64Array;
  /** Evaluations of the likelihood; int32, rows. */
  readonly evaluations: Int32Array;
}

/** The arrays of `Estimates` that can be shared between threads. */
export type EstimateArrays = Omit<Estimates, "p" | "q">;

/** Allocates the estimates of the given vertices in shared memory, so that worker threads can fill them. */
export function allocateEstimates(vertices: Int32Array, p: number, q: number): Estimates {
  const rows = vertices.length;
  const m = vechLength(q);
  const packed = vechLength(p);
  const float64 = (length: number) => new Float64Array(new SharedArrayBuffer(8 * length));
  const int32 = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));
  const shared = int32(rows);
  shared.set(vertices);
  return {
    p,
    q,
    vertices: shared,
    beta: float64(rows * p),
    sigma2: float64(rows),
    D: float64(rows * m),
    llh: float64(rows),
    n: int32(rows),
    status: int32(rows),
    parameterCovariance: float64(rows * vechLength(m + 1)),
    basisCovariance: float64(rows * packed),
    basisGradient: new Float32Array(new SharedArrayBuffer(4 * rows * m * packed)),
    resms: float64(rows),
    imagesDigest: int32(rows),
    certificate: float64(rows),
    evaluations: int32(rows),
  };
}

/** The estimates of some of the rows. */
export function selectRows(estimates: Estimates, rows: Int32Array): Estimates {
  const vertices = Int32Array.from(rows, (row) => estimates.vertices[row]);
  const selected = allocateEstimates(vertices, estimates.p, estimates.q);
  for (const name of arrayNames(estimates)) {
    const from = estimates[name];
    const width = from.length / estimates.vertices.length;
    rows.forEach((row, k) => {
      selected[name].set(from.subarray(row * width, (row + 1) * width), k * width);
    });
  }
  return selected;
}

/** Rows [from, to) of the estimates, in the same memory. */
export function rowsOf(estimates: Estimates, from: number, to: number): Estimates {
  const { p, q } = estimates;
  const rows = { ...allocateEstimates(new Int32Array(0), p, q) };
  const all = estimates.vertices.length;
  const part = <Values extends Int32Array | Float32Array | Float64Array>(values: Values): Values =>
    values.subarray((from * values.length) / all, (to * values.length) / all) as Values;
  for (const name of arrayNames(estimates)) Object.assign(rows, { [name]: part(estimates[name]) });
  return rows;
}

/** Copies estimates into others of as many rows. */
export function copyEstimates(from: Estimates, into: Estimates): void {
  for (const name of arrayNames(from)) into[name].set(from[name]);
}

/** Bytes of the estimates of a vertex. */
export function bytesOfRow(p: number, q: number): number {
  const one = allocateEstimates(new Int32Array(1), p, q);
  return arrayNames(one).reduce((sum, name) => sum + one[name].byteLength, 0);
}

/** The estimates of several blocks of vertices, one after the other. */
export function joinEstimates(parts: readonly Estimates[]): Estimates {
  const vertices = Int32Array.from(parts.flatMap((part) => Array.from(part.vertices)));
  const joined = allocateEstimates(vertices, parts[0].p, parts[0].q);
  let from = 0;
  for (const part of parts) {
    const to = from + part.vertices.length;
    copyEstimates(part, rowsOf(joined, from, to));
    from = to;
  }
  return joined;
}

function arrayNames(estimates: Estimates): (keyof EstimateArrays)[] {
  const { p: _p, q: _q, ...arrays } = estimates;
  return Object.keys(arrays) as (keyof EstimateArrays)[];
}
