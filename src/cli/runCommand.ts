import { existsSync } from "node:fs";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type Command, InvalidArgumentError } from "commander";
import { InputError } from "../errors.js";
import { sourceOf, writeNotebook } from "../notebook/notebook.js";
import { readParameter } from "../notebook/parameters.js";
import { CellError, type CellProgress, type RunOptions, runNotebook } from "../notebook/runNotebook.js";
import { formatSeconds } from "../print/number.js";

interface Options {
  readonly out?: string;
  readonly set: readonly string[];
  readonly timeout?: number;
  readonly server?: RunOptions["server"];
  readonly quiet?: boolean;
}

/** Adds `blmm run`. */
export function addRunCommand(program: Command, signal: AbortSignal): void {
  program
    .command("run")
    .description("execute a notebook and write the executed copy")
    .argument("<notebook>", "the .ipynb; it is only read")
    .option("-o, --out <file>", "the executed copy (default: NOTEBOOK.executed.ipynb beside it)")
    .option(
      "--set <name=value>",
      'another value for a name of the cell tagged "parameters": JSON or text; may be repeated',
      (written: string, all: readonly string[]) => [...all, written],
      [],
    )
    .option("--timeout <seconds>", "interrupt a cell that takes longer (default: no limit)", seconds)
    .option(
      "--server <url>",
      "a running Jupyter server, as http://…/?token=… (default: one is started)",
      address,
    )
    .option("-q, --quiet", "no progress")
    .action((notebook: string, options: Options) => run(notebook, options, signal));
}

async function run(notebook: string, options: Options, signal: AbortSignal): Promise<void> {
  const parameters = Object.fromEntries(options.set.map(readParameter));
  const out =
    options.out ?? path.join(path.dirname(notebook), `${path.basename(notebook, ".ipynb")}.executed.ipynb`);
  checkOut(out, notebook);
  const started = performance.now();
  const { notebook: executed, failure } = await runNotebook(notebook, {
    parameters,
    signal,
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    ...(options.server === undefined ? {} : { server: options.server }),
    ...(options.quiet === true ? {} : { progress: report }),
  });
  writeNotebook(out, executed);
  if (failure !== undefined) {
    const { message } = failure;
    throw new CellError(
      `${process.stderr.isTTY ? message : stripVTControlCharacters(message)}\n\nThe copy up to here: ${out}`,
    );
  }
  if (options.quiet !== true) {
    process.stdout.write(`${out} (${formatSeconds((performance.now() - started) / 1000)})\n`);
  }
}

/** Before anything runs: that the copy can be written, and is not the notebook itself. */
function checkOut(out: string, notebook: string): void {
  if (path.resolve(out) === path.resolve(notebook)) {
    throw new InputError({ key: "--out", found: `${out} is the notebook itself`, expected: "another file" });
  }
  const folder = path.dirname(path.resolve(out));
  if (!existsSync(folder)) throw new InputError({ key: "--out", found: `there is no folder ${folder}` });
}

function report({ cell, number, of, seconds: took, failed }: CellProgress): void {
  if (took === undefined) return;
  const lines = sourceOf(cell).trim().split("\n");
  const line = lines.find((one) => !one.startsWith("//")) ?? lines[0];
  const what = line.length > 60 ? `${line.slice(0, 59)}…` : line;
  process.stderr.write(`[${number}/${of}] ${failed ? "failed, " : ""}${formatSeconds(took)}  ${what}\n`);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("Expected a number of seconds, more than 0.");
  return value;
}

function address(text: string): RunOptions["server"] {
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new InvalidArgumentError("Expected an address such as http://127.0.0.1:8888/?token=….");
  }
  const url = new URL(text);
  const token = url.searchParams.get("token") ?? "";
  const folder = url.pathname.replace(/\/(lab|tree|doc)(\/.*)?$/, "/").replace(/\/?$/, "/");
  return { url: `${url.origin}${folder}`, token };
}
