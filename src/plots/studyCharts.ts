import { type Study, visitsOf } from "../design/index.js";
import { InputError } from "../errors.js";
import type { OneVertex, VertexFit } from "../oneVertex/index.js";
import { Report } from "../print/report.js";
import { Table } from "../print/table.js";
import { Chart } from "./chart.js";
import { type ChartSeries, colorOf } from "./chartSpec.js";
import { plotBars } from "./charts.js";

/**
 * How many levels (subjects) have 1, 2, 3, … images, as bars.
 *
 * @throws InputError for a model without a factor.
 */
export function plotVisits(study: Study): Chart {
  if (study.factors.length === 0) {
    throw new InputError({
      key: "plotVisits",
      found: "a model without a factor",
      expected: "levels to count",
    });
  }
  const [factor] = study.factors;
  const visits = visitsOf(factor);
  return plotBars(
    visits.map((_, k) => `${k + 1}`),
    visits,
    { title: `Levels of ${factor.name} by number of images`, x: "images", y: "levels" },
  );
}

/** How subjects are drawn. */
export interface SubjectsOptions {
  /** How many at most: those with several images first; 12 when left out. */
  readonly subjects?: number;
  /** Adds what the model expects of each of them, Xβ̂ + Zb̂, dashed. */
  readonly fit?: VertexFit;
  /** The column of X along the axis; the first that varies within subjects when left out. */
  readonly time?: string;
}

/**
 * The values of some subjects at one vertex over time, one line a subject.
 *
 * @throws InputError when no column of X varies within subjects, or the one named is none.
 */
export function plotSubjects(one: OneVertex, options: SubjectsOptions = {}): Chart {
  const { study, vertex, y } = one;
  const { subjects = 12, fit } = options;
  const name = options.time ?? timeOf(study);
  const time = study.column(name);
  const { levels, level } = study.factors[0];
  const rowsOf = levels.map((): number[] => []);
  y.forEach((value, i) => {
    if (!Number.isNaN(value)) rowsOf[level[i]].push(i);
  });
  const several = rowsOf.map((rows, s) => ({ s, rows })).filter(({ rows }) => rows.length > 0);
  const shown = several
    .sort((a, b) => Number(b.rows.length > 1) - Number(a.rows.length > 1))
    .slice(0, subjects);
  const expected = fit === undefined ? undefined : expectedValues(one, fit);
  const lists = (rows: readonly number[], values: ArrayLike<number>) => {
    const order = [...rows].sort((i, j) => time[i] - time[j]);
    return { x: Float64Array.from(order, (i) => time[i]), y: Float64Array.from(order, (i) => values[i]) };
  };
  const series = shown.flatMap(({ rows }, k): ChartSeries[] => {
    const color = colorOf(k);
    const measured = lists(rows, y);
    return [
      { name: "", draw: "points", color, ...measured },
      ...(expected === undefined
        ? [{ name: "", draw: "line" as const, color, ...measured }]
        : [{ name: "", draw: "reference" as const, color, ...lists(rows, expected) }]),
    ];
  });
  const table = new Table(
    "",
    ["subject", "images", "first", "last"],
    shown.map(({ s, rows }) => {
      const { y: values } = lists(rows, y);
      return [levels[s], rows.length, values[0], values[values.length - 1]];
    }),
  );
  const title = `${shown.length} of ${several.length} subjects at vertex ${vertex}`;
  const lines = [`y by ${name}`, ...(fit === undefined ? [] : ["dashed: what the model expects of each"])];
  return new Chart(
    { title, x: name, y: "y", log: undefined, series, marks: [] },
    new Report(`Subjects: ${title}`, lines, [table]),
  );
}

/** Xβ̂ + Zb̂ of every image. */
function expectedValues(one: OneVertex, fit: VertexFit): Float64Array {
  const { study, y } = one;
  const { levels, level, Z } = study.factors[0];
  const q = Z.columns.length;
  const residual = one.residuals(fit);
  const effects = new Map(one.effects(fit).map((effect) => [effect.subject, Object.values(effect.effects)]));
  return y.map((value, i) => {
    const b = effects.get(levels[level[i]]) ?? [];
    return value - residual[i] + b.reduce((sum, effect, k) => sum + effect * Z.values[i * q + k], 0);
  });
}

function timeOf(study: Study): string {
  const key = "plotSubjects";
  if (study.factors.length === 0) {
    throw new InputError({ key, found: "a model without a factor", expected: "subjects" });
  }
  const { level } = study.factors[0];
  const first = new Map<number, number>();
  level.forEach((s, i) => {
    if (!first.has(s)) first.set(s, i);
  });
  const found = study.X.columns.find((name) => {
    const values = study.column(name);
    return values.some((value, i) => value !== values[first.get(level[i]) ?? i]);
  });
  if (found !== undefined) return found;
  throw new InputError({
    key,
    found: "no column of X that varies within subjects",
    expected: "one, such as time",
  });
}
