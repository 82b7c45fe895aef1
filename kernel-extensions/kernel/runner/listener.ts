/** The main thread's end of the listener thread. */
import { join } from "node:path";
import { type MessagePort, Worker } from "node:worker_threads";
import type { ToRunner } from "../shared/runnerMessages";
import { ANSWERED, type FromListener, STOP, TAKEN, type ThreadRoute, TURN, WORDS } from "../shared/words";
import { ownThread } from "./ownThreads";

const words = new Int32Array(new SharedArrayBuffer(4 * WORDS));
let thread: Worker | undefined;

/** Thrown on purpose: Node then drops the async ids that ended code has left behind. */
class ForgetAsyncIds extends Error {}
export const isHousekeeping = (error: unknown): boolean => error instanceof ForgetAsyncIds;

export function listen(
  onCommand: (head: ToRunner, buffers: readonly Buffer[]) => void,
  onInterrupt: () => void,
  onLost: (comms: readonly string[]) => void,
  onTake: (head: ToRunner) => void,
): void {
  thread = new Worker(join(__dirname, "listenerThread.js"), { workerData: words.buffer });
  ownThread(thread);
  thread.on("message", (message: FromListener) => {
    if (message.type === "question") {
      onInterrupt();
      setImmediate(() => {
        throw new ForgetAsyncIds();
      });
      // Last: an ending that hits this leaves the question open, and it is asked again.
      Atomics.store(words, ANSWERED, message.number);
    } else if (message.type === "lost") {
      onLost(message.comms);
    } else if (message.number === Atomics.load(words, TAKEN) + 1) {
      onTake(message.head as ToRunner);
      Atomics.store(words, TAKEN, message.number);
      onCommand(
        message.head as ToRunner,
        message.buffers.map((b) => Buffer.from(b.buffer, b.byteOffset, b.byteLength)),
      );
    }
  });
}

/** What the loops of cells look at. */
export const stopWord = new Int32Array(words.buffer, 4 * STOP, 1);

/** A cell has started or is over. */
export function nextTurn(): void {
  Atomics.store(words, STOP, 0);
  Atomics.add(words, TURN, 1);
}

/** Comms of these targets go to that port, past this thread. */
export function passComms(targets: readonly string[], port: MessagePort): void {
  const route: ThreadRoute = { targets, port };
  thread?.postMessage(route, [port]);
}
