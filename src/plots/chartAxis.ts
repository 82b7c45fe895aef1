/** Where numbers lie along an axis, and which of them are written there. */
export interface ChartAxis {
  /** 0 at the lower end, 1 at the upper. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** An axis from the lowest to the highest number, with a little room and round ticks. */
export function chartAxis(low: number, high: number, log: boolean, count = 6): ChartAxis {
  if (log) {
    const [a, b] = [Math.log10(low), Math.log10(high)];
    const room = 0.04 * (b - a || 1);
    const [from, to] = [a - room, b + room];
    const step = Math.max(1, Math.ceil((to - from) / count));
    const ticks: number[] = [];
    for (let power = Math.ceil(from); power <= to; power += step) ticks.push(10 ** power);
    return { at: (value) => (Math.log10(value) - from) / (to - from), ticks };
  }
  const room = 0.04 * (high - low) || Math.abs(low) * 0.1 || 1;
  const [from, to] = [low - room, high + room];
  const step = roundStep((to - from) / count);
  const ticks: number[] = [];
  for (let k = Math.ceil(from / step); k * step <= to; k++) ticks.push(Number((k * step).toPrecision(12)));
  return { at: (value) => (value - from) / (to - from), ticks };
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const share = rough / power;
  return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
}

/** The ends of what a chart shows along one axis; bars stand on 0. */
export function extent(parts: readonly Float64Array[], also: readonly number[] = []): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const part of [...parts, also]) {
    for (const value of part) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? [low, high] : [0, 1];
}
