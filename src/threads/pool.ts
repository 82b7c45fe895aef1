import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { fitStopped, InputError } from "../errors.js";
import { packageFile } from "../files/packageFile.js";
import type { Announcement, Finished, Job, Reply, Shared } from "./messages.js";

/** Time that threads have for the pieces they are at when a fit is stopped. */
const LAST_PIECE_MS = 200;
/**
 * Time that threads rest before they end. Node.js aborts the whole process when a thread ends for which V8 is still
 * compiling (its assertion in `NodePlatform::ForIsolate`); after a rest, what was being compiled is compiled.
 */
const REST_MS = 100;

/** Worker threads that share the pieces of one job after the other, in the order in which they are given. */
export class WorkerPool {
  private readonly workers: Worker[];
  /** Jobs given so far, and how many ends of jobs, one a thread, have not been heard of. */
  private jobs = 0;
  private working = 0;
  /** Why the threads were stopped: other jobs fail for the same reason. */
  private failure: Error | undefined;
  private onIdle = () => {};
  private closing: Promise<void> | undefined;

  constructor(threads: number) {
    const file = packageFile("worker.js");
    this.workers = Array.from({ length: threads }, () => new Worker(file));
    for (const worker of this.workers) {
      worker.setMaxListeners(0);
      worker.on("message", ({ kind }: Reply) => {
        if (kind !== "progress" && --this.working === 0) this.onIdle();
      });
    }
  }

  get threads(): number {
    return this.workers.length;
  }

  /**
   * Runs a job, after those that were given before. Its pieces are taken by the threads themselves, so that they go on
   * while this thread is busy.
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
    if (this.failure !== undefined) throw this.failure;
    const id = this.jobs++;
    const shared: Shared = { kind: "job", id, job, taken: new Int32Array(new SharedArrayBuffer(4)) };
    return new Promise<Finished[]>((resolve, reject) => {
      const finished: Finished[] = [];
      let stopped = false;
      const cleanups: (() => void)[] = [];
      const finish = (error?: Error) => {
        if (stopped) return;
        stopped = true;
        for (const cleanup of cleanups) cleanup();
        if (error === undefined) {
          resolve(finished);
          return;
        }
        // No further piece is taken.
        Atomics.store(shared.taken, 0, job.pieces.length);
        this.failure ??= error;
        const { failure } = this;
        this.close().then(() => reject(failure), reject);
      };
      const onAbort = () => finish(fitStopped());
      if (signal?.aborted) {
        onAbort();
        return;
      }
      signal?.addEventListener("abort", onAbort, { once: true });
      cleanups.push(() => signal?.removeEventListener("abort", onAbort));
      this.working += this.workers.length;
      for (const worker of this.workers) {
        const onMessage = (reply: Reply) => {
          if (stopped || reply.id !== id) return;
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
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    if (this.working > 0) {
      const idle = new Promise<void>((resolve) => {
        this.onIdle = resolve;
      });
      await Promise.race([idle, pause(LAST_PIECE_MS)]);
    }
    await pause(REST_MS);
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
