import type { Study } from "../design/index.js";
import { InputError } from "../errors.js";
import { vechLength } from "../matrix/vech.js";
import { goldenSection, nelderMead } from "./search.js";
import { dot, invert, type Matrix, symmetric, times } from "./symmetric.js";
import { VertexFit } from "./vertexFit.js";

/** What one subject adds. */
export interface SubjectEffect {
  readonly subject: string;
  /** Images that are present. */
  readonly visits: number;
  /** The mean of the subject's residuals y − Xβ̂. */
  readonly mean: number;
  /** b̂ of the first random effect, the intercept: shrunk towards 0. */
  readonly b: number;
  /** b̂ of every random effect, by column of Z. */
  readonly effects: Readonly<Record<string, number>>;
}

/** The rows of one subject's images that are present: y and the rows of X and Z. */
interface Subject {
  readonly name: string;
  readonly rows: readonly number[];
  readonly y: readonly number[];
  readonly X: Matrix;
  readonly Z: Matrix;
}

/**
 * One vertex of a study, and the model there at any D that one likes to try. It is written from scratch, subject by
 * subject as in the textbooks, and shares nothing with the way `fit` goes; both end at the same numbers.
 *
 * Source of the restricted likelihood: Harville (1977), Journal of the American Statistical Association 72.
 */
export class OneVertex {
  private readonly subjects: readonly Subject[];
  private readonly q: number;

  constructor(
    readonly study: Study,
    readonly vertex: number,
    /** float64, n: one value an image, NaN where it is missing. */
    readonly y: Float64Array,
  ) {
    const { X, p, factors } = study;
    const factor = factors.length > 0 ? factors[0] : undefined;
    this.q = factor?.Z.columns.length ?? 0;
    // Without a factor every image is on its own.
    const levels = factor?.levels ?? Array.from(y, (_, i) => `image ${i}`);
    const rowsOf = levels.map((): number[] => []);
    y.forEach((value, i) => {
      if (!Number.isNaN(value)) rowsOf[factor?.level[i] ?? i].push(i);
    });
    const slice = (values: Float64Array | undefined, width: number, i: number) =>
      Array.from(values?.subarray(i * width, (i + 1) * width) ?? []);
    this.subjects = rowsOf.flatMap((rows, s) => {
      if (rows.length === 0) return [];
      return {
        name: levels[s],
        rows,
        y: rows.map((i) => y[i]),
        X: rows.map((i) => slice(X.values, p, i)),
        Z: rows.map((i) => slice(factor?.Z.values, this.q, i)),
      };
    });
  }

  /** Images that are present. */
  get n(): number {
    return this.subjects.reduce((sum, { rows }) => sum + rows.length, 0);
  }

  /**
   * β̂, σ̂² and the restricted log-likelihood when D is held where it is put.
   *
   * @param D relative to σ²: a number for one random effect, or D11, D21, D22, … in this order; 0 is least squares.
   * @throws InputError when D has too few or too many elements, or is no covariance.
   */
  at(D: number | readonly number[]): VertexFit {
    const { study, q, n } = this;
    const { p } = study;
    const vech =
      typeof D === "number" ? [D, ...new Array<number>(Math.max(0, vechLength(q) - 1)).fill(0)] : D;
    if (vech.length !== Math.max(1, vechLength(q))) {
      const expected = `${vechLength(q)}, for ${q} random effects`;
      throw new InputError({ key: "D", found: `${vech.length} elements`, expected });
    }
    // X'V⁻¹X, X'V⁻¹y, y'V⁻¹y and log |V|, summed over subjects: V is 0 between them.
    const XVX = Array.from({ length: p }, () => new Array<number>(p).fill(0));
    const XVy = new Array<number>(p).fill(0);
    let [yVy, logV] = [0, 0];
    for (const subject of this.subjects) {
      const { inverse, logDet } = invert(this.covariance(subject, vech));
      if (Number.isNaN(logDet)) {
        throw new InputError({ key: "D", found: vech.join(", "), expected: "a covariance, not less than 0" });
      }
      logV += logDet;
      const { X, y } = subject;
      const Wy = times(inverse, y);
      yVy += dot(y, Wy);
      for (let a = 0; a < p; a++) {
        const WXa = times(
          inverse,
          X.map((row) => row[a]),
        );
        X.forEach((row, i) => {
          XVy[a] += row[a] * Wy[i];
          for (let b = 0; b < p; b++) XVX[b][a] += row[b] * WXa[i];
        });
      }
    }
    const { inverse: C, logDet: logX } = invert(XVX);
    const beta = times(C, XVy);
    const sigma2 = (yVy - dot(beta, XVy)) / (n - p);
    const llh = -0.5 * ((n - p) * (Math.log(2 * Math.PI * sigma2) + 1) + logV + logX);
    return new VertexFit(this.vertex, study.X.columns, vech, {
      sigma2,
      llh,
      beta,
      se: C.map((row, a) => Math.sqrt(sigma2 * row[a])),
    });
  }

  /** V of one subject's images: I + Z D Z'. */
  private covariance({ Z }: Subject, vech: readonly number[]): number[][] {
    const D = symmetric(vech, this.q);
    return Z.map((z, i) => Z.map((other, j) => (i === j ? 1 : 0) + dot(z, times(D, other))));
  }

  /** The fit at the D that makes the restricted likelihood largest: the REML estimate. */
  reml(): VertexFit {
    const { q } = this;
    if (q === 0) return this.at(0);
    // In √D there is no wall at 0: the likelihood is the same on both sides of it.
    if (q === 1) return this.at(goldenSection((x) => this.at(x * x).llh) ** 2);
    const llh = (L: readonly number[]) => this.at(squared(L, q)).llh;
    const start = symmetric(new Array<number>(vechLength(q)).fill(0), q).flatMap((row, j) =>
      row.slice(j).map((_, k) => (k === 0 ? 0.5 : 0)),
    );
    const best = nelderMead(llh, start);
    // On the boundary of D a diagonal element of L is 0; the search only comes near.
    let k = 0;
    for (let j = 0; j < q; k += q - j, j++) {
      const edge = best.map((value, m) => (m === k ? 0 : value));
      if (llh(edge) >= llh(best) - 1e-9) best[k] = 0;
    }
    return this.at(squared(best, q));
  }

  /** y − Xβ̂: float64, n, in the order of the images; NaN where an image is missing. */
  residuals(fit: VertexFit): Float64Array {
    const { X, p } = this.study;
    const beta = Object.values(fit.beta);
    return this.y.map((y, i) => y - dot(beta, Array.from(X.values.subarray(i * p, (i + 1) * p))));
  }

  /** What each subject adds (the BLUPs b̂ = D Z'V⁻¹(y − Xβ̂)), beside the mean of the subject's residuals. */
  effects(fit: VertexFit): SubjectEffect[] {
    const { study, q } = this;
    const residual = this.residuals(fit);
    const columns = study.factors.length > 0 ? study.factors[0].Z.columns : [];
    const D = symmetric(fit.D, q);
    return this.subjects.map((subject) => {
      const { name, rows, Z } = subject;
      const r = rows.map((i) => residual[i]);
      const Wr = times(invert(this.covariance(subject, fit.D)).inverse, r);
      const ZWr = columns.map((_, a) =>
        dot(
          Z.map((row) => row[a]),
          Wr,
        ),
      );
      const b = times(D, ZWr);
      return {
        subject: name,
        visits: rows.length,
        mean: r.reduce((sum, value) => sum + value, 0) / rows.length,
        b: b[0] ?? 0,
        effects: Object.fromEntries(columns.map((column, a) => [column, b[a]])),
      };
    });
  }
}

/** vech of L L', for the lower triangle L given column by column. */
function squared(L: readonly number[], q: number): number[] {
  const full = symmetric(L, q).map((row, i) => row.map((value, j) => (j > i ? 0 : value)));
  return full.flatMap((_, j) => full.slice(j).map((row) => dot(row, full[j])));
}
