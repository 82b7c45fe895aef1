import { parentPort } from "node:worker_threads";
import { InputError } from "../errors.js";
import type { Announcement, Job, Reply, Shared } from "./messages.js";
import { RowReader } from "./readImages.js";
import { StudyWork } from "./studyWork.js";

const port = parentPort;
if (port === null) throw new Error("worker.js runs in a worker thread only");
const reply = (message: Reply) => port.postMessage(message);
let reader = new RowReader([]);
const studies = new Map<number, StudyWork>();

function workOf(study: number): StudyWork {
  const work = studies.get(study);
  if (work === undefined) throw new Error("a fit was asked for before its study");
  return work;
}

function hear(announcement: Announcement): void {
  if (announcement.kind === "images") {
    reader.close();
    reader = new RowReader(announcement.rows);
  } else if (announcement.kind === "study") {
    const { study, model, options, lanes } = announcement;
    studies.set(study, new StudyWork(model, options, lanes));
  } else if (announcement.kind === "plan") workOf(announcement.study).plan = announcement.plan;
  else studies.delete(announcement.study);
}

/** Does the pieces that no other thread has taken; returns the rows that the lane kernel hands back. */
function run(job: Job, taken: Int32Array, progress: (count: number) => void): readonly number[] {
  function* mine<Piece>(pieces: readonly Piece[]): Generator<Piece> {
    for (;;) {
      const next = Atomics.add(taken, 0, 1);
      if (next >= pieces.length) return;
      yield pieces[next];
    }
  }
  if (job.kind === "lanes") return workOf(job.study).fitInLanes(job, mine(job.pieces), progress);
  if (job.kind === "fit") workOf(job.study).fitOneByOne(job, mine(job.pieces), progress);
  else for (const { from, to } of mine(job.pieces)) reader.readBlocks(job, from, to, progress);
  return [];
}

/** Sends progress at most ten times a second: a message an image would cost more than the image. */
function throttled(id: number): { readonly add: (count: number) => void; readonly flush: () => void } {
  let waiting = 0;
  let last = Date.now();
  const flush = () => {
    if (waiting > 0) reply({ kind: "progress", id, count: waiting });
    waiting = 0;
    last = Date.now();
  };
  const add = (count: number) => {
    waiting += count;
    if (Date.now() - last > 100) flush();
  };
  return { add, flush };
}

port.on("message", (message: Shared | Announcement) => {
  if (message.kind !== "job") {
    hear(message);
    return;
  }
  const { id } = message;
  try {
    const progress = throttled(id);
    const left = run(message.job, message.taken, progress.add);
    progress.flush();
    reply({ kind: "done", id, left });
  } catch (error) {
    // An error loses its class on the way between threads; the faults of an InputError are sent beside it.
    const faults = error instanceof InputError ? error.faults : undefined;
    reply({ kind: "failed", id, error: error instanceof Error ? error : new Error(String(error)), faults });
  }
});
