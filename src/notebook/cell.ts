/**
 * What a notebook's kernel lends: to long work the signal of the cell that runs, and a bar in its output; to views a
 * thread that answers their pages. The kernel puts them on the global object under these names, so that the package does
 * not depend on it; elsewhere there is none.
 */
const KERNEL = Symbol.for("blmm.kernel");
const SIGNAL = Symbol.for("blmm.cellSignal");
const BAR = Symbol.for("blmm.cellBar");

/** How far some work has come. */
export interface CellProgress {
  /** What is being done, in words. */
  readonly stage?: string;
  /** The share that is done, 0–1. */
  readonly done: number;
  readonly secondsLeft?: number | undefined;
}

/** One bar in a cell's output, that is updated in place. */
export interface CellBar {
  update(progress: CellProgress): void;
}

/** Fires when the running cell is interrupted; undefined outside a notebook. */
export function cellSignal(): AbortSignal | undefined {
  const signal = (globalThis as Record<symbol, unknown>)[SIGNAL];
  return signal instanceof AbortSignal ? signal : undefined;
}

/** A new bar in the running cell's output; undefined outside a notebook. */
export function cellBar(title: string): CellBar | undefined {
  const make = (globalThis as Record<symbol, unknown>)[BAR];
  return typeof make === "function" ? (make as (title: string) => CellBar)(title) : undefined;
}

/** A thread that answers what pages ask, beside the cells. */
export interface CommThread {
  /** Gives the thread something that can be cloned; shared memory is shared. */
  post(message: unknown): void;
}

/** The notebook's kernel, as far as libraries need it. */
export interface CellKernel {
  /** The thread that answers channels of these targets by the CommonJS module `file`, which exports `answer`. */
  commThread(file: string, targets: readonly string[]): CommThread;
}

/** The kernel of the notebook that runs; undefined outside a notebook, and in a kernel without such threads. */
export function cellKernel(): CellKernel | undefined {
  const kernel = (globalThis as Record<symbol, unknown>)[KERNEL] as Partial<CellKernel> | undefined;
  return typeof kernel?.commThread === "function" ? (kernel as CellKernel) : undefined;
}
