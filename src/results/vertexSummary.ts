import type { Study } from "../design/index.js";
import { InputError } from "../errors.js";
import { formatNumber } from "../print/number.js";
import { Report } from "../print/report.js";
import { type Cell, Table } from "../print/table.js";
import { type Coefficient, coefficientsAt } from "../wald/coefficients.js";
import { type RandomEffects, randomEffectsAt } from "./randomEffects.js";
import type { ResultMap } from "./resultMap.js";
import type { ResultMaps } from "./resultMaps.js";
import { isKnown } from "./resultsInfo.js";

type ByName = Readonly<Record<string, number>>;

/** Everything known of one vertex: the fixed effects with their tests, contrasts, σ², D. */
export class VertexSummary extends Report {
  readonly vertex: number;
  /** Images present; 0 outside the mask. */
  readonly n: number;
  /** "converged", "singular fit (D on its boundary)", "not converged", or "outside the mask". */
  readonly status: string;
  /**
   * Estimate, SE, T, Satterthwaite df and two-sided p of every column of X; NaN where maps alone do not tell. Empty
   * outside the mask.
   */
  readonly coefficients: readonly Coefficient[];
  readonly sigma2: number;
  /** D11, D21, … relative to σ²; empty for a linear model. */
  readonly D: ByName;
  /** Restricted log-likelihood. */
  readonly llh: number;

  constructor(
    private readonly results: ResultMaps,
    vertex: number,
  ) {
    const inside = results.mask[vertex] !== 0;
    const coefficients = inside ? coefficientsOf(results, vertex) : [];
    const value = (name: string) =>
      inside && results.has(name) ? results.map(name).data[vertex] : Number.NaN;
    const status = inside ? (STATUS[value("status")] ?? "status unknown") : STATUS[0];
    super(
      `Vertex ${vertex}${inside ? "" : ": outside the mask"}`,
      inside ? factsOf(results, vertex, status) : [],
      inside ? tablesOf(results, vertex, coefficients) : [],
    );
    this.vertex = vertex;
    this.coefficients = coefficients;
    this.status = status;
    this.n = inside && results.has("n") ? value("n") : 0;
    this.sigma2 = value("sigma2");
    this.llh = value("llh");
    this.D = inside && results.has("D") ? valuesOf(results.map("D"), vertex) : {};
  }

  /** β̂ by column of X; empty outside the mask. */
  get beta(): ByName {
    return this.byColumn(({ estimate }) => estimate);
  }

  /** Standard errors by column of X. */
  get SE(): ByName {
    return this.byColumn(({ SE }) => SE);
  }

  /** T by column of X. */
  get T(): ByName {
    return this.byColumn(({ T }) => T);
  }

  /** Satterthwaite degrees of freedom by column of X. */
  get df(): ByName {
    return this.byColumn(({ df }) => df);
  }

  /** Two-sided p by column of X. */
  get p(): ByName {
    return this.byColumn(({ p }) => p);
  }

  /**
   * The predicted random effects (BLUPs) of every level here. The images at this vertex are read for them.
   *
   * @param study the study that was fitted.
   * @throws InputError outside the mask, without the estimates in full precision, or for another study.
   */
  randomEffects(study: Study): RandomEffects {
    const estimates = this.results.estimates();
    const row = estimates.vertices.indexOf(this.vertex);
    if (row >= 0) return randomEffectsAt(study, estimates, row);
    throw new InputError({
      found: `vertex ${this.vertex} outside the mask`,
      expected: "a vertex with a fit",
    });
  }

  private byColumn(of: (coefficient: Coefficient) => number): ByName {
    return Object.fromEntries(this.coefficients.map((one) => [one.column, of(one)]));
  }
}

const STATUS = [
  "outside the mask",
  "converged",
  "singular fit (D on its boundary)",
  "not converged",
  "stopped as σ² went to zero",
];

function factsOf(results: ResultMaps, vertex: number, status: string): string[] {
  const facts: string[] = [];
  if (results.has("n")) facts.push(`n = ${formatNumber(results.map("n").data[vertex])} images`);
  if (results.has("status")) facts.push(status);
  return facts;
}

/** From the estimates where there are some; else what the maps tell, which is β and perhaps its covariance. */
function coefficientsOf(results: ResultMaps, vertex: number): Coefficient[] {
  const { info } = results;
  if (isKnown(info.fit) && info.kind !== "compare") {
    const estimates = results.estimatesIfAny();
    const row = estimates?.vertices.indexOf(vertex) ?? -1;
    if (estimates !== undefined && row >= 0) return coefficientsAt(estimates, row, info.fit.R, info.columns);
  }
  if (!results.has("beta")) return [];
  const p = info.columns.length;
  const cov = results.has("cov") ? results.map("cov").data : undefined;
  return Object.entries(valuesOf(results.map("beta"), vertex)).map(([column, estimate], j) => {
    const SE = cov === undefined ? Number.NaN : Math.sqrt(cov[vertex * p * p + j * p + j]);
    return { column, estimate, SE, T: estimate / SE, df: Number.NaN, p: Number.NaN };
  });
}

function valuesOf(map: ResultMap, vertex: number): Record<string, number> {
  return Object.fromEntries(map.labels.map((label, k) => [label, map.data[vertex * map.volumes + k]]));
}

function tablesOf(results: ResultMaps, vertex: number, coefficients: readonly Coefficient[]): Table[] {
  const tables: Table[] = [];
  const tests = (title: string, names: readonly string[], headings: readonly string[]) => {
    const kept = names
      .map((name, k) => ({ name, heading: headings[k] }))
      .filter(({ name }) => results.has(name));
    if (kept.length === 0) return;
    const maps = kept.map(({ name }) => results.map(name));
    const rows = maps[0].labels.map((label, k) => [
      label,
      ...maps.map((map) => map.data[vertex * map.volumes + k]),
    ]);
    tables.push(new Table(title, ["", ...kept.map(({ heading }) => heading)], rows));
  };
  if (coefficients.length > 0) tables.push(coefficientTable(coefficients));
  const [p, sides] = results.has("conTlp2")
    ? ["conTlp2", "two-sided"]
    : ["conTlp", "one-sided: the upper tail"];
  tests(
    "T contrasts",
    ["con", "conSE", "conT", "conT_swedf", p],
    ["Lβ", "SE", "T", "df", `−log10 p (${sides})`],
  );
  tests("F contrasts", ["conF", "conF_swedf", "conFlp", "conR2"], ["F", "df", "−log10 p", "R²"]);
  tests("Comparison", ["Chi2", "Chi2lp", "dAIC", "dBIC"], ["χ²", "−log10 p", "ΔAIC", "ΔBIC"]);
  const variances = ["sigma2", "D", "llh"]
    .filter((name) => results.has(name))
    .flatMap((name) => Object.entries(valuesOf(results.map(name), vertex)));
  if (variances.length > 0) tables.push(new Table("Variances", ["", "value"], variances));
  return tables;
}

function coefficientTable(coefficients: readonly Coefficient[]): Table {
  // What maps of another program do not determine is left out, not shown as a row of dashes.
  const tested = coefficients.some(({ p }) => !Number.isNaN(p));
  const hasSE = coefficients.some(({ SE }) => !Number.isNaN(SE));
  const headings = [
    "",
    "estimate β",
    ...(hasSE ? ["SE", "T"] : []),
    ...(tested ? ["df", "p (two-sided)"] : []),
  ];
  const rows = coefficients.map(({ column, estimate, SE, T, df, p }): Cell[] => [
    column,
    estimate,
    ...(hasSE ? [SE, T] : []),
    ...(tested ? [df, p] : []),
  ]);
  return new Table("Fixed effects", headings, rows);
}
