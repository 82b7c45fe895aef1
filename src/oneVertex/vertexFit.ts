import { formatNumber } from "../print/number.js";
import { Report } from "../print/report.js";
import { Table } from "../print/table.js";

/** The numbers of a fit at one vertex, in the order of the columns of X. */
export interface VertexNumbers {
  readonly sigma2: number;
  readonly llh: number;
  readonly beta: readonly number[];
  readonly se: readonly number[];
}

/** The model at one vertex, with D held or found; it prints itself. */
export class VertexFit extends Report {
  /** D11, D21, D22, …: vech(D), relative to σ². */
  readonly D: readonly number[];
  readonly sigma2: number;
  /** The restricted log-likelihood. */
  readonly llh: number;
  /** β̂ by column of X. */
  readonly beta: Readonly<Record<string, number>>;
  /** Standard errors by column of X. */
  readonly se: Readonly<Record<string, number>>;
  /** D is on its boundary: a variance of 0, or a correlation of ±1. */
  readonly singular: boolean;

  constructor(
    vertex: number,
    columns: readonly string[],
    D: readonly number[],
    { sigma2, llh, beta, se }: VertexNumbers,
  ) {
    const singular = isSingular(D);
    const named = (values: readonly number[]) =>
      Object.fromEntries(columns.map((name, k) => [name, values[k]]));
    super(
      `Vertex ${vertex}, D = ${D.map(formatNumber).join(", ")}${singular ? " (singular)" : ""}`,
      [`σ² = ${formatNumber(sigma2)}`, `llh = ${formatNumber(llh)}`],
      [
        new Table(
          "Fixed effects",
          ["", "β", "SE", "T"],
          columns.map((name, k) => [name, beta[k], se[k], beta[k] / se[k]]),
        ),
      ],
    );
    this.D = D;
    this.sigma2 = sigma2;
    this.llh = llh;
    this.beta = named(beta);
    this.se = named(se);
    this.singular = singular;
  }
}

/** Whether |D| vanishes beside the product of its diagonal. */
function isSingular(vech: readonly number[]): boolean {
  const q = Math.round((Math.sqrt(8 * vech.length + 1) - 1) / 2);
  let k = 0;
  const diagonal = Array.from({ length: q }, (_, j) => {
    const value = vech[k];
    k += q - j;
    return value;
  });
  if (diagonal.some((value) => value <= 0)) return true;
  return q === 2 && 1 - vech[1] ** 2 / (vech[0] * vech[2]) < 1e-10;
}
