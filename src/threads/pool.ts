import { Worker } from "node:worker_threads";
import { AbortedError, InputError } from "../errors.js";
import { packageFile } from "../files/packageFile.js";
import type { Announcement, Finished, Reply, Task, WorkerData } from "./messages.js";

/** Worker threads that take tasks from one list. */
export class WorkerPool {
  private readonly workers: Worker[];

  constructor(threads: number, data: WorkerData) {
    const file = packageFile("worker.js");
    this.workers = Array.from({ length: threads }, () => new Worker(file, { workerData: data }));
    // An idle pool does not keep the process alive; errors reach the tasks through `run`.
    for (const worker of this.workers) worker.setMaxListeners(0);
  }

  get threads(): number {
    return this.workers.length;
  }

  /**
   * Runs every task, each on the first thread that is free.
   *
   * @param onProgress hears the count of things (images or vertices) done since it was last called.
   * @param onFinished hears of each task, in the order in which they end.
   * @throws AbortedError when the signal fires; the threads are gone by then.
   */
  async run<One extends Task>(
    tasks: Iterable<One>,
    onProgress: (count: number) => void,
    signal?: AbortSignal,
    onFinished?: (task: One, finished: Finished) => void,
  ): Promise<void> {
    const queue = tasks[Symbol.iterator]();
    await new Promise<void>((resolve, reject) => {
      let busy = 0;
      let stopped = false;
      const cleanups: (() => void)[] = [];
      const finish = (error?: Error) => {
        if (stopped) return;
        stopped = true;
        for (const cleanup of cleanups) cleanup();
        if (error === undefined) resolve();
        else this.close().then(() => reject(error), reject);
      };
      const onAbort = () => finish(new AbortedError("The fit was stopped; nothing was written."));
      if (signal?.aborted) {
        onAbort();
        return;
      }
      signal?.addEventListener("abort", onAbort, { once: true });
      cleanups.push(() => signal?.removeEventListener("abort", onAbort));
      const tasksOf = new Map<Worker, One>();
      const give = (worker: Worker) => {
        const next = queue.next();
        if (next.done) {
          if (busy === 0) finish();
          return;
        }
        busy++;
        tasksOf.set(worker, next.value);
        worker.postMessage(next.value);
      };
      for (const worker of this.workers) {
        const onMessage = (reply: Reply) => {
          if (stopped) return;
          if (reply.kind === "progress") onProgress(reply.count);
          else if (reply.kind === "failed") finish(reply.faults ? new InputError(reply.faults) : reply.error);
          else {
            busy--;
            const task = tasksOf.get(worker);
            if (task !== undefined) onFinished?.(task, reply);
            give(worker);
          }
        };
        const onError = (error: Error) => finish(error);
        const onExit = (code: number) => finish(new Error(`a worker thread ended early (exit code ${code})`));
        worker.on("message", onMessage);
        worker.on("error", onError);
        worker.on("exit", onExit);
        cleanups.push(() => {
          worker.off("message", onMessage);
          worker.off("error", onError);
          worker.off("exit", onExit);
        });
      }
      for (const worker of this.workers) give(worker);
    });
  }

  /** Tells every thread something before its next task. */
  announce(announcement: Announcement): void {
    for (const worker of this.workers) worker.postMessage(announcement);
  }

  /** Ends the threads and frees what they held. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
