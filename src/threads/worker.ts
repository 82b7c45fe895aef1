import { parentPort, workerData } from "node:worker_threads";
import { InputError } from "../errors.js";
import { designWithout } from "../model/plan.js";
import { VertexFitter } from "../solver/fitVertices.js";
import type { FitTask, Reply, Task, WorkerData } from "./messages.js";
import { StudyReader } from "./readImages.js";

const port = parentPort;
if (port === null) throw new Error("worker.js runs in a worker thread only");
const { plan, images, options } = workerData as WorkerData;
const reader = new StudyReader(images);
const reply = (message: Reply) => port.postMessage(message);
/** The fitter of the vertices with every image, kept between tasks. */
let inner: VertexFitter | undefined;

function fitterFor(task: FitTask): VertexFitter {
  if (task.missing.length > 0) return new VertexFitter(plan, designWithout(plan, task.missing), options);
  inner ??= new VertexFitter(plan, plan.all, options);
  return inner;
}

function fit(task: FitTask, afterVertices: (count: number) => void): void {
  const fitter = fitterFor(task);
  const { searchedAgain, foundBetter } = fitter;
  fitter.fit(task.Y, task.width, task.columns, task.rows, task.estimates, afterVertices);
  Atomics.add(task.repeated, 0, fitter.searchedAgain - searchedAgain);
  Atomics.add(task.repeated, 1, fitter.foundBetter - foundBetter);
}

/** Sends progress at most ten times a second: a message an image would cost more than the image. */
function throttled(): { readonly add: (count: number) => void; readonly flush: () => void } {
  let waiting = 0;
  let last = Date.now();
  const flush = () => {
    if (waiting > 0) reply({ kind: "progress", count: waiting });
    waiting = 0;
    last = Date.now();
  };
  const add = (count: number) => {
    waiting += count;
    if (Date.now() - last > 100) flush();
  };
  return { add, flush };
}

port.on("message", (task: Task) => {
  try {
    const progress = throttled();
    if (task.kind === "read") reader.read(task, progress.add);
    else fit(task, progress.add);
    progress.flush();
    reply({ kind: "done" });
  } catch (error) {
    // An error loses its class on the way between threads; the faults of an InputError are sent beside it.
    const faults = error instanceof InputError ? error.faults : undefined;
    reply({ kind: "failed", error: error instanceof Error ? error : new Error(String(error)), faults });
  }
});
