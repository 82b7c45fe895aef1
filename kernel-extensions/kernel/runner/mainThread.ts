/**
 * What the main thread is at, seen from the listener thread.
 *
 * On a busy machine an event loop that turns may be late to answer. Its code must not be ended for that: ended inside Node's
 * timers, it leaves them in a state that is gone through for ever. So patience is measured in the thread's own processor time.
 */
import { readFileSync } from "node:fs";

/** Linux counts a thread's processor time in these. */
const TICK_MS = 10;

export interface MainThread {
  /** Processor time it has used, in milliseconds. */
  readonly used: number;
  /** It waits for something, rather than for its turn. */
  readonly asleep: boolean;
}

/** Undefined where the system does not tell. */
export function mainThread(): MainThread | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/self/task/${process.pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name, in brackets, may hold anything: fields are counted from behind it. See proc(5).
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { used: TICK_MS * (Number(fields[11]) + Number(fields[12])), asleep: fields[0] === "S" };
}
