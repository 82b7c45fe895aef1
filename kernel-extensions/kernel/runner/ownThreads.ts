/** Threads of the runner itself: they are no cell's, and an interrupt does not end them. */
import type { Worker } from "node:worker_threads";

const own = new WeakSet<Worker>();

export function ownThread(worker: Worker): void {
  own.add(worker);
}

export const isOwnThread = (worker: Worker): boolean => own.has(worker);
