import { Worker } from "node:worker_threads";
import { AbortedError, InputError } from "../errors.js";
import { packageFile } from "../files/packageFile.js";
import type { Announcement, Finished, Job, Reply, Shared } from "./messages.js";

/** Worker threads that share the pieces of one job at a time. */
export class WorkerPool {
  private readonly workers: Worker[];

  constructor(threads: number) {
    const file = packageFile("worker.js");
    this.workers = Array.from({ length: threads }, () => new Worker(file));
    for (const worker of this.workers) worker.setMaxListeners(0);
  }

  get threads(): number {
    return this.workers.length;
  }

  /**
   * Runs a job. Its pieces are taken by the threads themselves, so that they go on while this thread is busy.
   *
   * @param onProgress hears the count of things (images or vertices) done since it was last called.
   * @returns what each thread ended with.
   * @throws AbortedError when the signal fires; the threads are gone by then.
   */
  async run(
    job: Job,
    onProgress: (count: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<Finished[]> {
    if (job.pieces.length === 0) return [];
    const shared: Shared = { kind: "job", job, taken: new Int32Array(new SharedArrayBuffer(4)) };
    return new Promise<Finished[]>((resolve, reject) => {
      const finished: Finished[] = [];
      let stopped = false;
      const cleanups: (() => void)[] = [];
      const finish = (error?: Error) => {
        if (stopped) return;
        stopped = true;
        for (const cleanup of cleanups) cleanup();
        if (error === undefined) resolve(finished);
        else this.close().then(() => reject(error), reject);
      };
      const onAbort = () => finish(new AbortedError("The fit was stopped; nothing was written."));
      if (signal?.aborted) {
        onAbort();
        return;
      }
      signal?.addEventListener("abort", onAbort, { once: true });
      cleanups.push(() => signal?.removeEventListener("abort", onAbort));
      for (const worker of this.workers) {
        const onMessage = (reply: Reply) => {
          if (stopped) return;
          if (reply.kind === "progress") onProgress(reply.count);
          else if (reply.kind === "failed") finish(reply.faults ? new InputError(reply.faults) : reply.error);
          else if (finished.push(reply) === this.workers.length) finish();
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
        worker.postMessage(shared);
      }
    });
  }

  /** Tells every thread something before its next job. */
  announce(announcement: Announcement): void {
    for (const worker of this.workers) worker.postMessage(announcement);
  }

  /** Ends the threads and frees what they held. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
