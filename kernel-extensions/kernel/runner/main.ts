/** The process that runs the cells. It owns the variables and nothing else. */
import type { Worker } from "node:worker_threads";
import { tell } from "./channel";
import { Comm, Comms } from "./comms";
import { commThread } from "./commThread";
import { currentCell, RunningCell, runAs } from "./currentCell";
import { clearOutput, display, displayBundle } from "./display";
import { Interrupted } from "./interrupted";
import { followIntervals } from "./intervals";
import { isHousekeeping, listen, stopWord } from "./listener";
import { Modules } from "./modules";
import { captureOutput } from "./output";
import { isOwnThread } from "./ownThreads";
import { Bar, progress } from "./progress";
import { refuse } from "./refuse";
import { runCell, stopCell, takeCell, uncaught } from "./runCell";
import { createVariables } from "./variables";
import { wait, waitEach } from "./wait";

const root = process.argv[2] ?? process.cwd();
const variables = createVariables();

const comms = new Comms((event, content, metadata, buffers) => {
  tell({ type: "comm", cell: currentCell().id, event, content, metadata }, buffers);
});

const kernel = {
  comm: (target: string) => new Comm(comms, target),
  onComm: comms.onComm.bind(comms),
  commThread,
  displayBundle,
  clearOutput,
  /** Fires when the cell is interrupted. */
  get signal(): AbortSignal {
    return currentCell().abort.signal;
  },
};
const stopped = (): never => {
  throw new Interrupted();
};
Object.assign(globalThis, { $wait: wait, $waitEach: waitEach, $stop: stopWord, $stopped: stopped });
Object.assign(globalThis, { display, kernel, progress });
// Libraries find the kernel, the signal of the running cell, and a bar in its output, without depending on the kernel.
Object.defineProperty(globalThis, Symbol.for("blmm.cellSignal"), { get: () => currentCell().abort.signal });
Object.assign(globalThis, { [Symbol.for("blmm.kernel")]: kernel });
Object.assign(globalThis, { [Symbol.for("blmm.cellBar")]: (title: string) => new Bar(title) });

const modules = new Modules(root, {});
const requireHere = modules.requireFrom(process.cwd());

process.on("worker", (worker: Worker) => {
  if (isOwnThread(worker)) return;
  const cell = currentCell();
  cell.workers.add(worker);
  worker.once("exit", () => cell.workers.delete(worker));
});
process.on("uncaughtException", (error) => {
  if (!isHousekeeping(error)) uncaught(error);
});
process.on("unhandledRejection", uncaught);
process.on("SIGINT", () => undefined);

captureOutput();
followIntervals();
refuse();
listen(
  (command, buffers) => {
    if (command.type === "run") {
      modules.update(command.modules);
      runCell(command, variables, requireHere);
    } else if (command.type === "comm") {
      const { request, event, content } = command;
      runAs(new RunningCell(request, ""), () => comms.handle(event, content, buffers))
        .catch(uncaught)
        .finally(() => tell({ type: "commHandled", request }));
    }
  },
  stopCell,
  (lost) => {
    for (const comm_id of lost)
      tell({ type: "comm", cell: "", event: "comm_close", content: { comm_id, data: {} }, metadata: {} });
  },
  (command) => {
    if (command.type === "run") takeCell(command.cell);
  },
);
tell({ type: "ready" });
