import { parentPort, workerData } from "node:worker_threads";
import { InputError } from "../errors.js";
import { gatherColumns } from "../images/blocks.js";
import { designWithout, type Plan } from "../model/plan.js";
import { VertexFitter } from "../solver/fitVertices.js";
import { InterceptFitter } from "../solver/lanes/interceptFitter.js";
import { SlopeFitter } from "../solver/lanes/slopeFitter.js";
import type { Announcement, Finished, FitTask, Reply, Task, WorkerData } from "./messages.js";
import { StudyReader } from "./readImages.js";

const port = parentPort;
if (port === null) throw new Error("worker.js runs in a worker thread only");
const { model, images, options, lanes } = workerData as WorkerData;
const reader = new StudyReader(images);
const reply = (message: Reply) => port.postMessage(message);
/** The plan of the solver that takes one vertex after the other, once it is needed. */
let plan: Plan | undefined;
/** The fitter of the vertices with every image, kept between tasks. */
let inner: VertexFitter | undefined;
let laneFitter: SlopeFitter | InterceptFitter | undefined;

function fitOneByOne(task: FitTask, progress: (count: number) => void): void {
  if (plan === undefined) throw new Error("a fit was asked for before its plan");
  const isInner = task.missing.length === 0;
  const design = isInner ? plan.all : designWithout(plan, task.missing);
  const fitter = (isInner ? inner : undefined) ?? new VertexFitter(plan, design, options);
  if (isInner) inner = fitter;
  const { searchedAgain, foundBetter } = fitter;
  const count = task.columns.length;
  const columns = Int32Array.from({ length: count }, (_, k) => k);
  fitter.fit(gatherColumns(task.blocks, task.columns), count, columns, task.rows, task.estimates, progress);
  Atomics.add(task.repeated, 0, fitter.searchedAgain - searchedAgain);
  Atomics.add(task.repeated, 1, fitter.foundBetter - foundBetter);
}

function inLanes(): SlopeFitter | InterceptFitter {
  if (lanes === undefined) throw new Error("the lane kernel was asked for without a design");
  const { information } = options;
  laneFitter ??=
    lanes.kind === "slope"
      ? new SlopeFitter(model, lanes.design, lanes.terms, information)
      : new InterceptFitter(model, lanes.design, information);
  return laneFitter;
}

function slopes(): SlopeFitter {
  const fitter = inLanes();
  if (fitter instanceof SlopeFitter) return fitter;
  throw new Error("searches of one random effect start without a reference");
}

function run(task: Task, progress: (count: number) => void): Omit<Finished, "kind"> {
  if (task.kind === "readBlocks") reader.readBlocks(task, progress);
  else if (task.kind === "fit") fitOneByOne(task, progress);
  else if (task.kind === "pilot") return { reference: slopes().pilot(task.blocks, task.columns) };
  else {
    const { blocks, columns, rows, estimates, given } = task;
    const fitter = inLanes();
    const { searchedAgain, foundBetter } = fitter.outcomes;
    if (task.ring) fitter.fitRing(blocks, columns, rows, estimates, progress);
    else fitter.fitWhole(blocks, columns, rows, estimates, progress, given);
    const left = fitter.finish(estimates);
    Atomics.add(task.repeated, 0, fitter.outcomes.searchedAgain - searchedAgain);
    Atomics.add(task.repeated, 1, fitter.outcomes.foundBetter - foundBetter);
    return { left };
  }
  return {};
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

port.on("message", (message: Task | Announcement) => {
  if (message.kind === "plan") {
    plan = message.plan;
    return;
  }
  try {
    if (message.kind === "reference") {
      slopes().setReference(message.D);
      return;
    }
    const progress = throttled();
    const finished = run(message, progress.add);
    progress.flush();
    reply({ kind: "done", ...finished });
  } catch (error) {
    // An error loses its class on the way between threads; the faults of an InputError are sent beside it.
    const faults = error instanceof InputError ? error.faults : undefined;
    reply({ kind: "failed", error: error instanceof Error ? error : new Error(String(error)), faults });
  }
});
