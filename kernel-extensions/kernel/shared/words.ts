import type { MessagePort } from "node:worker_threads";

/** Words of memory that the runner's two threads share. */

/** The last question that the main thread answered. */
export const ANSWERED = 0;
/** Cells started plus cells finished: a change ends the watch over an interrupted cell. */
export const TURN = 1;
/** The last command that the main thread took. */
export const TAKEN = 2;

/** Not 0 while the loops of the cell that runs are to end. */
export const STOP = 3;

export const WORDS = 4;

/** What the listener thread says to the main thread. */
export type FromListener =
  | {
      readonly type: "command";
      readonly number: number;
      readonly head: unknown;
      readonly buffers: readonly Uint8Array[];
    }
  | { readonly type: "question"; readonly number: number }
  /** The thread that answered these comms has ended. */
  | { readonly type: "lost"; readonly comms: readonly string[] };

/** What the main thread says to the listener: comms of these targets go to that port. */
export interface ThreadRoute {
  readonly targets: readonly string[];
  readonly port: MessagePort;
}
