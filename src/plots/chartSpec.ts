/** What every chart takes. */
export interface ChartOptions {
  readonly title?: string;
  /** Names of the axes. */
  readonly x?: string;
  readonly y?: string;
  /** Upright lines: one value, or several by name. */
  readonly mark?: number | Readonly<Record<string, number>>;
  /** The axis that is logarithmic. */
  readonly log?: "x" | "y";
}

/** Numbers, or several lists of them by name. NaN is left out. */
export type Series = ArrayLike<number> | Readonly<Record<string, ArrayLike<number>>>;

/** One line, cloud or row of bars. */
export interface ChartSeries {
  readonly name: string;
  readonly draw: "line" | "points" | "bars" | "reference";
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly color: string;
  /** Of bars, in units of x. */
  readonly width?: number;
}

/** A chart before it is drawn: by plotly in a page, by a canvas as a PNG. */
export interface ChartSpec {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly log: "x" | "y" | undefined;
  readonly series: readonly ChartSeries[];
  readonly marks: readonly { readonly name: string; readonly value: number }[];
  /** Names along x, at 0, 1, 2, …, where x counts and does not measure. */
  readonly categories?: readonly string[];
}

/** Blue and red first, as in the maps; each stands out from its neighbors in gray too. */
export const CHART_COLORS = ["#2f86dd", "#e85545", "#2b9a66", "#c78a12", "#8a5fc7", "#5b656e"] as const;

export const colorOf = (k: number): string => CHART_COLORS[k % CHART_COLORS.length];

/** The lists by name; a list without a name has an empty one, hemispheres are written out. */
export function namedSeries(series: Series): [string, ArrayLike<number>][] {
  if ("length" in series && typeof series.length === "number") return [["", series as ArrayLike<number>]];
  const names: Readonly<Record<string, string>> = { lh: "left", rh: "right" };
  return Object.entries(series as Readonly<Record<string, ArrayLike<number>>>).map(([name, values]) => [
    names[name] ?? name,
    values,
  ]);
}

/** Marks by name; one without is named by its value. */
export function marksOf(mark: ChartOptions["mark"]): ChartSpec["marks"] {
  if (mark === undefined) return [];
  if (typeof mark === "number") return [{ name: "", value: mark }];
  return Object.entries(mark).map(([name, value]) => ({ name, value }));
}

/** The points both of whose numbers are finite, and above 0 on a logarithmic axis. */
export function finitePoints(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  log?: "x" | "y",
): { x: Float64Array; y: Float64Array } {
  const kept: number[] = [];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
    if ((log === "x" && x[i] <= 0) || (log === "y" && y[i] <= 0)) continue;
    kept.push(i);
  }
  return { x: Float64Array.from(kept, (i) => x[i]), y: Float64Array.from(kept, (i) => y[i]) };
}
