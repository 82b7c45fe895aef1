import erfcinv from "@stdlib/math-base-special-erfcinv";
import { InputError } from "../errors.js";
import { formatNumber } from "../print/number.js";
import { Report } from "../print/report.js";
import { Table } from "../print/table.js";
import { Chart } from "./chart.js";
import { extent } from "./chartAxis.js";
import {
  type ChartOptions,
  type ChartSeries,
  colorOf,
  finitePoints,
  marksOf,
  namedSeries,
  type Series,
} from "./chartSpec.js";

const GRAY = "#8a949d";

/**
 * Lines through points, in their order: one list of y, or several by name.
 *
 * @throws InputError when x and y are not of one length, or no number is finite.
 */
export function plotLines(x: ArrayLike<number>, y: Series, options: ChartOptions = {}): Chart {
  const series = namedSeries(y).map(([name, values], k): ChartSeries => {
    checkLengths("plotLines", x, values);
    return { name, draw: "line", color: colorOf(k), ...finitePoints(x, values, options.log) };
  });
  return made("plotLines", "Lines", series, options, pointsTable(series, options.y));
}

/** Points; with a line where y is x. The words say how they correlate. */
export function plotScatter(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: ChartOptions & { readonly line?: "y = x" } = {},
): Chart {
  checkLengths("plotScatter", x, y);
  const points = finitePoints(x, y, options.log);
  const series: ChartSeries[] = [{ name: "", draw: "points", color: colorOf(0), ...points }];
  if (options.line === "y = x") series.push(diagonal("y = x", points));
  const chart = made("plotScatter", "Scatter", series, options, pointsTable(series.slice(0, 1), options.y), [
    `correlation ${formatNumber(correlation(points.x, points.y))}`,
  ]);
  return chart;
}

/** How many numbers lie in each of equally wide bins. */
export function plotHistogram(
  values: Series,
  options: ChartOptions & { readonly bins?: number } = {},
): Chart {
  const lists = namedSeries(values).map(([name, list]): [string, Float64Array] => [
    name,
    Float64Array.from(list).filter(Number.isFinite),
  ]);
  const [low, high] = extent(lists.map(([, list]) => list));
  const most = Math.max(...lists.map(([, list]) => list.length));
  const bins = options.bins ?? Math.min(60, Math.max(10, Math.ceil(Math.sqrt(most))));
  if (!Number.isInteger(bins) || bins < 1) {
    throw new InputError({ key: "bins", found: `${bins}`, expected: "a whole number, at least 1" });
  }
  const width = (high - low || 1) / bins;
  const series = lists.map(([name, list], k): ChartSeries => {
    const y = new Float64Array(bins);
    for (const value of list) y[Math.min(bins - 1, Math.floor((value - low) / width))]++;
    const x = Float64Array.from(y, (_, b) => low + (b + 0.5) * width);
    // Bars in front of others let them through.
    return { name, draw: "bars", x, y, width, color: lists.length > 1 ? `${colorOf(k)}99` : colorOf(k) };
  });
  const rows = lists.map(([name, list]) => [name, list.length, ...extent([list]), mean(list)]);
  const table = new Table("", ["series", "numbers", "lowest", "highest", "mean"], rows);
  return made("plotHistogram", "Histogram", most === 0 ? [] : series, { y: "count", ...options }, table);
}

/**
 * One bar a name.
 *
 * @throws InputError when there are not as many numbers as names.
 */
export function plotBars(
  labels: readonly string[],
  values: ArrayLike<number>,
  options: ChartOptions = {},
): Chart {
  checkLengths("plotBars", labels, values);
  const x = Float64Array.from(labels, (_, k) => k);
  const series: ChartSeries = {
    name: "",
    draw: "bars",
    color: colorOf(0),
    width: 0.8,
    ...finitePoints(x, values),
  };
  const rows = labels.map((label, k) => [label, values[k]]);
  const table = new Table("", ["", options.y ?? "value"], rows);
  return made("plotBars", "Bars", [series], options, table, [], labels);
}

/**
 * Sorted numbers against what they would be if they were drawn from a distribution: on the line, they are as it says.
 *
 * @param options against: "normal" (mean and standard deviation of the numbers) or "uniform" (p values).
 */
export function plotQQ(
  values: ArrayLike<number>,
  options: ChartOptions & { readonly against?: "normal" | "uniform" } = {},
): Chart {
  const { against = "normal" } = options;
  if (against !== "normal" && against !== "uniform") {
    throw new InputError({
      key: "against",
      found: JSON.stringify(against),
      expected: "one of normal, uniform",
    });
  }
  const y = Float64Array.from(values).filter(Number.isFinite).sort();
  const center = mean(y);
  const spread = Math.sqrt(
    y.reduce((sum, value) => sum + (value - center) ** 2, 0) / Math.max(1, y.length - 1),
  );
  const x = Float64Array.from(y, (_, i) => {
    const p = (i + 0.5) / y.length;
    // Φ⁻¹(p) = −√2 erfc⁻¹(2p).
    return against === "uniform" ? p : center - spread * Math.SQRT2 * erfcinv(2 * p);
  });
  const points: ChartSeries = { name: "", draw: "points", color: colorOf(0), x, y };
  const series = [points, diagonal(against, { x, y: x })];
  const words = { x: `expected if ${against}`, y: "found", ...options };
  return made("plotQQ", "Q–Q", y.length === 0 ? [] : series, words, pointsTable([points], words.y), [
    `correlation with the ${against} quantiles ${formatNumber(correlation(x, y))}`,
  ]);
}

function made(
  verb: string,
  kind: string,
  series: readonly ChartSeries[],
  options: ChartOptions,
  table: Table,
  lines: readonly string[] = [],
  categories?: readonly string[],
): Chart {
  if (series.every(({ x }) => x.length === 0)) {
    throw new InputError({ key: verb, found: "no finite number", expected: "at least one" });
  }
  const { title = "", x = "", y = "", log } = options;
  const marks = marksOf(options.mark);
  const marked = marks.map(({ name, value }) => `${name === "" ? "mark" : name} at ${formatNumber(value)}`);
  const spec = { title, x, y, log, series, marks, ...(categories === undefined ? {} : { categories }) };
  const axes = x === "" || y === "" ? [] : [`${y} by ${x}`];
  return new Chart(
    spec,
    new Report(title === "" ? kind : `${kind}: ${title}`, [...axes, ...lines, ...marked], [table]),
  );
}

function pointsTable(series: readonly ChartSeries[], name: string | undefined): Table {
  const rows = series.map((one) => [
    one.name === "" ? (name ?? "values") : one.name,
    one.x.length,
    ...extent([one.y]),
  ]);
  return new Table("", ["series", "points", "lowest", "highest"], rows);
}

function diagonal(name: string, { x, y }: { x: Float64Array; y: Float64Array }): ChartSeries {
  const ends = Float64Array.from(extent([x, y]));
  return { name, draw: "reference", color: GRAY, x: ends, y: ends };
}

function checkLengths(key: string, x: { readonly length: number }, y: { readonly length: number }): void {
  if (x.length === y.length) return;
  throw new InputError({
    key,
    found: `${x.length.toLocaleString("en-US")} and ${y.length.toLocaleString("en-US")} entries`,
    expected: "lists of one length",
  });
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function correlation(x: Float64Array, y: Float64Array): number {
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) ** 2;
    yy += (y[i] - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}
