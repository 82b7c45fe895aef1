import type { SuggestedThreshold } from "../viewer/viewDocument.js";
import type { StatisticKind } from "./statisticKinds.js";

/** Of single tests, of false discoveries, and of any false one at all. */
const ALPHA = 0.05;

/**
 * The smallest −log₁₀ p that passes at a false discovery rate of q (Benjamini & Hochberg 1995); undefined when
 * nothing does.
 *
 * @param sorted −log₁₀ p, ascending.
 * @param left how many more there are that lie below all of these and cannot pass: with p above q.
 */
export function fdrThreshold(sorted: ArrayLike<number>, q: number, left = 0): number | undefined {
  const m = left + sorted.length;
  for (let i = 0; i < sorted.length; i++) {
    // The i-th of ascending −log₁₀ p is the (length − i)-th smallest p.
    const level = (q * (sorted.length - i)) / m;
    if (10 ** -sorted[i] <= level) return sorted[i];
    // Levels fall: what is not even at this one cannot pass. A little before that, for the sake of rounding.
    i = firstFrom(sorted, -Math.log10(level) - 1e-9, i + 1) - 1;
  }
  return undefined;
}

/** The first place from `low` on whose number is at least that; the length where there is none. */
function firstFrom(sorted: ArrayLike<number>, least: number, low: number): number {
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A quantile of finite numbers, by selection (Hoare 1961, Communications of the ACM 4): sorting every map of a view would
 * take most of its time. The numbers change their order.
 */
export function quantile(values: Float32Array, q: number): number {
  const k = Math.min(values.length - 1, Math.max(0, Math.round(q * (values.length - 1))));
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = values[(low + high) >> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < middle) i++;
      while (values[j] > middle) j--;
      if (i > j) break;
      [values[i], values[j]] = [values[j], values[i]];
      i++;
      j--;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return values[k];
}

/** Two significant digits, away from zero: the end of a color bar that people can read. */
export function rounded(value: number, up: boolean): number {
  if (value === 0 || !Number.isFinite(value)) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  const steps = value / unit;
  return Number(((up ? Math.ceil(steps - 1e-9) : Math.floor(steps + 1e-9)) * unit).toPrecision(2));
}

/**
 * Thresholds that mean something for one volume: p < .05, p < .001, FDR 5 %, Bonferroni. For T, F and χ² they are the
 * smallest size whose own p passes.
 *
 * @param values of the statistic, over both hemispheres.
 * @param log10p −log₁₀ p of the same vertices; none where it is not known.
 */
export function suggestedThresholds(
  kind: StatisticKind,
  volume: number,
  values: Float32Array,
  log10p: Float32Array | undefined,
): SuggestedThreshold[] {
  const isP = /lp2?$/.test(kind.key);
  const p = isP ? values : log10p;
  if (p === undefined || p.length === 0 || p.length !== values.length) return [];
  const { count, sorted } = candidates(p);
  const levels: readonly (readonly [number | undefined, string])[] = [
    [-Math.log10(ALPHA), "p < .05"],
    [-Math.log10(0.001), "p < .001"],
    [fdrThreshold(sorted, ALPHA, count - sorted.length), "FDR 5 %"],
    [-Math.log10(ALPHA / count), "Bonferroni"],
  ];
  return levels.flatMap(([level, label]) => {
    const value = level === undefined || isP ? level : smallestPassing(values, p, level);
    // Rounded down, so that the vertex that gave it still passes.
    return value === undefined ? [] : [{ volume, value: Math.floor(value * 1000) / 1000, label }];
  });
}

/** How many numbers there are, and in ascending order those that may pass at all: sorting the others takes longest. */
function candidates(log10p: Float32Array): { readonly count: number; readonly sorted: Float32Array } {
  const least = -Math.log10(ALPHA) - 1e-9;
  const found = new Float32Array(log10p.length);
  let [count, passing] = [0, 0];
  for (const value of log10p) {
    if (value >= least) found[passing++] = value;
    if (!Number.isNaN(value)) count++;
  }
  return { count, sorted: found.subarray(0, passing).sort() };
}

function smallestPassing(values: Float32Array, p: Float32Array, level: number): number | undefined {
  let smallest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++)
    if (p[i] >= level) smallest = Math.min(smallest, Math.abs(values[i]));
  return Number.isFinite(smallest) ? smallest : undefined;
}
