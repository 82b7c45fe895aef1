/** Intervals that a cell has set end with it when it is interrupted: they would take turns from every later cell. */
import timers from "node:timers";
import { currentCell, type RunningCell } from "./currentCell";

const owners = new WeakMap<object, RunningCell>();

/** Puts a `setInterval` in place that remembers which cell called it, and a `clearInterval` that forgets it. */
export function followIntervals(): void {
  const { setInterval: set, clearInterval: clear } = globalThis;
  const ours = {
    setInterval(callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): NodeJS.Timeout {
      const interval = set(callback, ms, ...args);
      const cell = currentCell();
      owners.set(interval, cell);
      cell.intervals.add(interval);
      return interval;
    },
    clearInterval(interval?: NodeJS.Timeout | string | number): void {
      if (typeof interval === "object") owners.get(interval)?.intervals.delete(interval);
      clear(interval);
    },
  };
  // `util.promisify` and the names stay as they are.
  Object.defineProperties(ours.setInterval, Object.getOwnPropertyDescriptors(set));
  Object.defineProperties(ours.clearInterval, Object.getOwnPropertyDescriptors(clear));
  for (const place of [globalThis, timers]) Object.assign(place, ours);
}
