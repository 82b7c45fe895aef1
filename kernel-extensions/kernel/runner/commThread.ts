/**
 * A thread that answers comms, so that a cell in a loop neither holds them up nor waits for them. The listener passes it
 * what the page says, past the main thread; it answers through a pipe of its own.
 */
import { join } from "node:path";
import { MessageChannel, Worker } from "node:worker_threads";
import { passComms } from "./listener";
import { ownThread } from "./ownThreads";

/** A thread as a library sees it. */
export interface CommThread {
  /** Gives the thread something that can be cloned; shared memory is shared. */
  post(message: unknown): void;
}

let running: { readonly file: string; readonly thread: CommThread } | undefined;

/**
 * The thread that answers the comms of these targets; started when it is first asked for, and again after its end. There
 * is one at a time.
 *
 * @param file a CommonJS module that exports `answer`: `commThreadMain.ts` says what it gets and gives.
 */
export function commThread(file: string, targets: readonly string[]): CommThread {
  if (running?.file === file) return running.thread;
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(join(__dirname, "commThreadMain.js"), {
    workerData: { file, port: port2 },
    transferList: [port2],
    name: "comms",
  });
  ownThread(worker);
  worker.unref();
  passComms(targets, port1);
  const thread = { post: (message: unknown) => worker.postMessage(message) };
  running = { file, thread };
  const over = (): void => {
    if (running?.thread === thread) running = undefined;
  };
  worker.once("error", (error) => {
    over();
    process.stderr.write(`The thread that answers views ended: ${error.message}\n`);
  });
  worker.once("exit", over);
  return thread;
}
