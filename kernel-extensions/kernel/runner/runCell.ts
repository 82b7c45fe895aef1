/** Runs one compiled cell and reports what became of it. */
import { constants, Script } from "node:vm";
import type { CompiledCell, MimeBundle, RaisedError } from "../shared/runnerMessages";
import { tell } from "./channel";
import { RunningCell, setCurrent } from "./currentCell";
import { Displayed } from "./display";
import { Interrupted } from "./interrupted";
import { beginInterruptible, interruptCells } from "./interruption";
import { nextTurn } from "./listener";
import { mimeBundle } from "./mimeBundle";
import { raised, rememberSource } from "./stackTrace";

type Body = (exports: Record<string, unknown>, require: (id: string) => unknown) => Promise<void>;

const PREFIX = "(async function (exports, require) {";
/** Time that an interrupted cell has to end by itself. */
const UNWIND_MS = 250;

/** What an interrupted cell held is given back this much later, when its threads have ended. */
const COLLECT_MS = 600;
/** `--expose-gc`, kept from the cells. */
const collect = (globalThis as { gc?: () => void }).gc ?? (() => undefined);
Reflect.deleteProperty(globalThis, "gc");

type Finish = (error?: RaisedError, data?: MimeBundle) => void;
let finish: Finish | undefined;
let running: RunningCell | undefined;
/** A cell that has been taken, until it can be told how it ends: an interrupt may end the code between. */
let taken: string | undefined;

/** A cell is about to be run. */
export function takeCell(cell: string): void {
  taken = cell;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Runs the cell; `done` is told exactly once, whatever the cell does. */
export function runCell(
  cell: CompiledCell,
  exports: Record<string, unknown>,
  require: (id: string) => unknown,
): void {
  rememberSource(cell.file, cell.source, cell.maps);
  const current = new RunningCell(cell.cell, cell.file);
  running = current;
  setCurrent(current);
  beginInterruptible(current);
  nextTurn();
  finish = (error, data) => {
    finish = undefined;
    running = undefined;
    current.over = true;
    nextTurn();
    tell({ type: "done", cell: cell.cell, error, data });
    if (current.interrupted) setTimeout(collect, COLLECT_MS);
  };
  taken = undefined;
  const end = finish;
  const endOnce: Finish = (error, data) => {
    if (finish === end) end(error, data);
  };
  execute(cell, exports, require)
    .finally(() => allShown(current))
    .then(
      (data) => endOnce(current.interrupted ? raised(current.abort.signal.reason) : undefined, data),
      (error: unknown) => endOnce(raised(current.interrupted ? current.abort.signal.reason : error)),
    );
}

/** @returns the bundle of an expression. */
async function execute(
  cell: CompiledCell,
  exports: Record<string, unknown>,
  require: (id: string) => unknown,
): Promise<MimeBundle | undefined> {
  const script = new Script(`${PREFIX}${cell.js}\n})`, {
    filename: cell.file,
    columnOffset: -PREFIX.length,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  await (script.runInThisContext() as Body)(exports, require);
  const value = cell.lastValue === undefined ? undefined : exports[cell.lastValue];
  if (cell.lastValue !== undefined) delete exports[cell.lastValue];
  const data = cell.expression || isShown(cell, value) ? await mimeBundle(value) : undefined;
  if (data && !cell.expression) tell({ type: "result", cell: cell.cell, data, metadata: {} });
  await turn(); // a promise rejected without await shows itself here
  return cell.expression ? data : undefined;
}

const isShown = ({ silent }: CompiledCell, value: unknown): boolean =>
  value !== undefined && !(value instanceof Displayed) && !silent;

/** Waits for what the cell shows: a bundle may take its time, and front ends stop listening when the cell is over. */
async function allShown({ showing }: RunningCell): Promise<void> {
  while (showing.size > 0) {
    const shown = [...showing];
    showing.clear();
    await Promise.all(shown);
  }
}

/** An interrupt: the cell may unwind, then it is reported as stopped. */
export function stopCell(): void {
  interruptCells();
  const end = finish;
  if (!end) {
    if (taken !== undefined) tell({ type: "done", cell: taken, error: raised(new Interrupted()) });
    taken = undefined;
    return;
  }
  setTimeout(() => {
    if (finish === end) end(raised(new Interrupted()));
  }, UNWIND_MS);
}

/** An error that nothing caught; it fails the cell that is running, else it is printed. */
export function uncaught(error: unknown): void {
  if (error instanceof Interrupted || (running?.interrupted ?? false)) return;
  if (finish) finish(raised(error));
  else process.stderr.write(`Uncaught ${raised(error).traceback.join("\n")}\n`);
}
