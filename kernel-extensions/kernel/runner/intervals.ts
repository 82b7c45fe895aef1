/** Intervals that a cell has set end with it when it is interrupted: they would take turns from every later cell. */
import timers from "node:timers";
import { currentCell } from "./currentCell";

/** Puts a `setInterval` in place that remembers which cell called it. */
export function followIntervals(): void {
  const original = setInterval;
  const ours = (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): NodeJS.Timeout => {
    const interval = original(callback, ms, ...args);
    currentCell().intervals.add(interval);
    return interval;
  };
  // `util.promisify` and the name stay as they are.
  Object.defineProperties(ours, Object.getOwnPropertyDescriptors(original));
  Object.assign(globalThis, { setInterval: ours });
  Object.assign(timers, { setInterval: ours });
}
