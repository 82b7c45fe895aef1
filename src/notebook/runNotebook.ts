/** Executes a notebook on a real Jupyter server, through the same services that JupyterLab uses. */
import path from "node:path";
import type { Kernel, KernelMessage } from "@jupyterlab/services";
import { AbortedError, BlmmError } from "../errors.js";
import { formatSeconds } from "../print/number.js";
import { OutputCollector } from "./cellOutputs.js";
import { kernelName } from "./jupyter.js";
import { type JupyterServer, type ServerAddress, startServer } from "./jupyterServer.js";
import { type RunningKernel, withKernel } from "./kernelSession.js";
import { type Cell, hasTag, type Notebook, type Output, readNotebook, sourceOf } from "./notebook.js";
import { type Parameters, withParameters } from "./parameters.js";

/** How far a run has come. */
export interface CellProgress {
  readonly cell: Cell;
  /** 1-based position among the cells that run, and how many those are. */
  readonly number: number;
  readonly of: number;
  /** Seconds it took; undefined while it runs. */
  readonly seconds?: number;
  readonly failed: boolean;
}

export interface RunOptions {
  readonly parameters?: Parameters;
  /** Seconds a cell may take; then it is interrupted and the run ends. */
  readonly timeout?: number;
  /** A server to run on, instead of one of our own; the notebook's kernel runs in that server's folder. */
  readonly server?: ServerAddress;
  readonly signal?: AbortSignal;
  readonly progress?: (progress: CellProgress) => void;
}

/** What a run came to. */
export interface NotebookRun {
  /** The notebook with outputs and counts; cells after a failed one are empty. */
  readonly notebook: Notebook;
  readonly failure: CellError | undefined;
}

/** A cell of a notebook failed, or took too long. */
export class CellError extends BlmmError {
  override readonly name = "CellError";
}

/** How long an interrupted cell may take to stop. */
const STOP_SECONDS = 10;

/**
 * Runs all cells of a notebook, in order, until one fails. The notebook's file is only read.
 * @throws InputError for a file that is no notebook or an unknown parameter; BlmmError where there is no server or
 *   no such kernel, or where the kernel or the server ends; AbortedError when the signal fires.
 */
export async function runNotebook(file: string, options: RunOptions = {}): Promise<NotebookRun> {
  const source = readNotebook(file);
  const notebook: Notebook = {
    ...source,
    metadata: { ...source.metadata },
    cells: withParameters(source, options.parameters ?? {}).map((cell) =>
      cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell,
    ),
  };
  const folder = path.dirname(path.resolve(file));
  const own = options.server === undefined ? await startServer(folder, options.signal) : undefined;
  try {
    const server = options.server ?? (own as JupyterServer);
    const kernel = notebook.metadata.kernelspec?.name ?? kernelName;
    const running = withKernel(server, kernel, path.basename(file), (started) =>
      runCells(started, notebook, options),
    );
    const failure = await (own === undefined ? running : Promise.race([running, own.ended]));
    return { notebook, failure };
  } finally {
    await own?.stop();
  }
}

async function runCells(
  { kernel, gone }: RunningKernel,
  notebook: Notebook,
  options: RunOptions,
): Promise<CellError | undefined> {
  const { signal, progress } = options;
  const collector = new OutputCollector();
  const aborted = new Promise<never>((_, reject) => {
    const stop = () => reject(new AbortedError("stopped; nothing was written"));
    if (signal?.aborted === true) stop();
    signal?.addEventListener("abort", stop, { once: true });
  });
  aborted.catch(() => undefined);
  notebook.metadata.language_info = (await Promise.race([kernel.info, aborted, gone])).language_info;
  // The cells that nbclient runs: not empty ones, nor those tagged to be left out.
  const cells = notebook.cells.filter(
    (cell) => cell.cell_type === "code" && sourceOf(cell).trim() !== "" && !hasTag(cell, "skip-execution"),
  );
  for (const [index, cell] of cells.entries()) {
    const at = { cell, number: index + 1, of: cells.length };
    progress?.({ ...at, failed: false });
    const started = performance.now();
    const outcome = await Promise.race([runCell(kernel, cell, collector, options.timeout), aborted, gone]);
    const seconds = (performance.now() - started) / 1000;
    const failed = outcome !== undefined && (outcome.timedOut || !hasTag(cell, "raises-exception"));
    progress?.({ ...at, failed, seconds });
    if (failed) return describeFailure(at, outcome, options.timeout);
  }
  return undefined;
}

interface Failure {
  readonly timedOut: boolean;
}

/** Runs one cell and fills in its outputs and count; says how it failed, where it did. */
async function runCell(
  kernel: Kernel.IKernelConnection,
  cell: Cell,
  collector: OutputCollector,
  timeout: number | undefined,
): Promise<Failure | undefined> {
  const outputs: Output[] = [];
  cell.outputs = outputs;
  const stop_on_error = !hasTag(cell, "raises-exception");
  // Kept after it is done: a later cell may update what this one shows.
  const future = kernel.requestExecute({ code: sourceOf(cell), stop_on_error, allow_stdin: false }, false);
  future.onIOPub = collector.into(outputs);
  let timedOut = false;
  let stubborn: (error: Error) => void = () => undefined;
  const neverStopped = new Promise<never>((_, reject) => {
    stubborn = reject;
  });
  neverStopped.catch(() => undefined);
  const timers: NodeJS.Timeout[] = [];
  if (timeout !== undefined) {
    timers.push(
      setTimeout(() => {
        timedOut = true;
        kernel.interrupt().catch(stubborn);
        timers.push(setTimeout(() => stubborn(new Error("it did not stop")), 1000 * STOP_SECONDS));
      }, 1000 * timeout),
    );
  }
  try {
    const reply = (await Promise.race([future.done, neverStopped])) as KernelMessage.IExecuteReplyMsg;
    cell.execution_count = reply.content.execution_count ?? null;
    return reply.content.status === "ok" && !timedOut ? undefined : { timedOut };
  } catch (error) {
    if (timedOut) return { timedOut };
    // The services cancel what waits when a kernel is gone.
    throw new BlmmError(
      `the kernel ended while this cell ran (${(error as Error).message}):\n${sourceOf(cell)}`,
    );
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

function describeFailure(
  { cell, number, of }: { cell: Cell; number: number; of: number },
  { timedOut }: Failure,
  timeout: number | undefined,
): CellError {
  const name = cell.id === undefined ? "" : ` (${cell.id})`;
  const what = timedOut
    ? `took longer than ${formatSeconds(timeout ?? 0)} and was interrupted; --timeout gives it more`
    : "failed";
  const error = cell.outputs?.findLast(({ output_type }) => output_type === "error");
  const traceback = (error?.traceback as readonly string[] | undefined)?.join("\n");
  const why = traceback ?? (error === undefined ? "" : `${error.ename}: ${error.evalue}`);
  const code = sourceOf(cell).replace(/^/gm, "    ");
  return new CellError(
    [`code cell ${number} of ${of}${name} ${what}:`, code, why].filter(Boolean).join("\n\n"),
  );
}
