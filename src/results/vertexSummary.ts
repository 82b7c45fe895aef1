import { Report } from "../print/report.js";
import { Table } from "../print/table.js";
import type { ResultMap } from "./resultMap.js";
import type { ResultMaps } from "./resultMaps.js";

/** Everything known of one vertex: β, contrasts with their tests, σ², D. */
export class VertexSummary extends Report {
  /** β̂ by column of X; empty outside the mask. */
  readonly beta: Readonly<Record<string, number>>;
  readonly sigma2: number;

  constructor(results: ResultMaps, vertex: number) {
    const inside = results.mask[vertex] !== 0;
    super(
      `Vertex ${vertex}${inside ? "" : ": outside the mask"}`,
      inside ? factsOf(results, vertex) : [],
      inside ? tablesOf(results, vertex) : [],
    );
    this.beta = inside && results.has("beta") ? valuesOf(results.map("beta"), vertex) : {};
    this.sigma2 = inside && results.has("sigma2") ? results.map("sigma2").data[vertex] : Number.NaN;
  }
}

const STATUS = ["outside the mask", "converged", "singular fit (D on its boundary)", "not converged"];

function factsOf(results: ResultMaps, vertex: number): string[] {
  const facts: string[] = [];
  if (results.has("n")) facts.push(`n = ${results.map("n").data[vertex]} images`);
  if (results.has("status")) facts.push(STATUS[results.map("status").data[vertex]] ?? "unknown status");
  return facts;
}

function valuesOf(map: ResultMap, vertex: number): Record<string, number> {
  return Object.fromEntries(map.labels.map((label, k) => [label, map.data[vertex * map.volumes + k]]));
}

function tablesOf(results: ResultMaps, vertex: number): Table[] {
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
  tests(
    "T contrasts",
    ["con", "conSE", "conT", "conT_swedf", "conTlp2"],
    ["Lβ", "SE", "T", "df", "−log10 p (two-sided)"],
  );
  tests("F contrasts", ["conF", "conF_swedf", "conFlp", "conR2"], ["F", "df", "−log10 p", "R²"]);
  tests("Comparison", ["Chi2", "Chi2lp", "dAIC", "dBIC"], ["χ²", "−log10 p", "ΔAIC", "ΔBIC"]);
  const variances = ["sigma2", "D", "llh"]
    .filter((name) => results.has(name))
    .flatMap((name) => Object.entries(valuesOf(results.map(name), vertex)));
  if (variances.length > 0) tables.push(new Table("Variances", ["", "value"], variances));
  tests("Fixed effects", ["beta"], ["β"]);
  return tables;
}
