/** Cells one after the other: counted, compiled, run, answered; the rest of the queue is aborted after an error. */
import type { CellCompiler, Compiled, Fault } from "../language/cellCompiler";
import type { FromRunner, MimeBundle, RaisedError } from "../shared/runnerMessages";
import type { Runner } from "../supervise/runner";
import type { Message } from "../wire/message";
import { typeScriptError } from "./diagnostics";
import { History } from "./history";
import type { Outputs } from "./outputs";

interface ExecuteContent {
  readonly code: string;
  readonly silent?: boolean;
  readonly store_history?: boolean;
  readonly stop_on_error?: boolean;
  readonly user_expressions?: Readonly<Record<string, string>>;
}

/** What is to be run, and how it is called in a traceback. */
interface Cell {
  readonly code: string;
  readonly file: string;
  readonly silent: boolean;
  readonly expression?: boolean;
}

/** What became of it; `data` is the value of an expression. */
interface Outcome {
  readonly error?: RaisedError | undefined;
  readonly data?: MimeBundle | undefined;
}

type Reply = (request: Message, type: string, content: unknown) => void;

/** Requests sent before an error may arrive this long after it. */
const ABORT_MS = 200;

export class Execution {
  readonly history = new History();
  private readonly queue: Message[] = [];
  private count = 0;
  private silentCount = 0;
  private declarations = "";
  private running: { readonly request: Message; finish(outcome: Outcome): void } | undefined;
  private draining = false;
  private failedAt = 0;

  constructor(
    private readonly compiler: CellCompiler,
    private readonly runner: () => Runner,
    private readonly outputs: Outputs,
    private readonly reply: Reply,
  ) {}

  /** Declarations of what the cells so far share. */
  get shared(): string {
    return this.declarations;
  }

  get current(): Message | undefined {
    return this.running?.request;
  }

  add(request: Message): void {
    const sent = Date.parse(request.header.date);
    const recent = Date.now() - this.failedAt < ABORT_MS;
    if (!this.draining && recent && sent < this.failedAt && !request.content.silent) this.abort(request);
    else {
      this.queue.push(request);
      void this.drain();
    }
  }

  /** The running cell is over. */
  finish(message: Extract<FromRunner, { type: "done" }>): void {
    if (this.running?.request.header.msg_id === message.cell) this.running.finish(message);
  }

  /** The process that ran the cells is gone, and every variable with it. */
  lost(reason: string): void {
    this.declarations = "";
    const again = "Its variables are gone and the kernel has started afresh: run the cells above again.";
    const error = {
      ename: "KernelRestarted",
      evalue: `${reason}. ${again}`,
      traceback: [`${reason}.`, again],
    };
    this.running?.finish({ error });
  }

  private async drain(): Promise<void> {
    if (this.draining) return;
    this.draining = true;
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      for (const waiting of await this.execute(next)) this.abort(waiting);
    }
    this.draining = false;
  }

  private abort(request: Message): void {
    this.outputs.status("busy", request.header);
    this.reply(request, "execute_reply", { status: "aborted" });
    this.outputs.status("idle", request.header);
  }

  /** @returns the requests that are given up because of an error: those sent before it was answered. */
  private async execute(request: Message): Promise<readonly Message[]> {
    const {
      code,
      silent = false,
      store_history = true,
      stop_on_error = true,
    } = request.content as unknown as ExecuteContent;
    const parent = request.header;
    this.outputs.status("busy", parent);
    if (!silent && store_history) this.history.add(++this.count, code);
    const execution_count = this.count;
    if (!silent) this.outputs.publish({ type: "execute_input", content: { code, execution_count }, parent });
    const file = silent || !store_history ? `silent ${++this.silentCount}` : `cell ${execution_count}`;
    const { error } = await this.run(request, { code, file, silent });
    if (error) {
      this.failedAt = Date.now();
      if (!silent) this.outputs.publish({ type: "error", content: error, parent });
      // Requests that already lie in the socket are read; who waits for the answer has sent none of them.
      if (stop_on_error) await new Promise((resolve) => setImmediate(resolve));
    }
    const givenUp = error && stop_on_error ? this.queue.splice(0) : [];
    const user_expressions = error ? {} : await this.evaluate(request);
    const outcome = error ? { status: "error", ...error } : { status: "ok" };
    this.reply(request, "execute_reply", { ...outcome, execution_count, user_expressions, payload: [] });
    this.outputs.status("idle", parent);
    return givenUp;
  }

  /** The expressions that a front end wants to know after the cell: each its MIME bundle, or its error. */
  private async evaluate(request: Message): Promise<Record<string, unknown>> {
    const { user_expressions = {} } = request.content as unknown as ExecuteContent;
    const known: Record<string, unknown> = {};
    for (const [name, code] of Object.entries(user_expressions)) {
      const file = `expression ${name}`;
      const { error, data } = await this.run(request, { code, file, silent: true, expression: true });
      known[name] = error ? { status: "error", ...error } : { status: "ok", data: data ?? {}, metadata: {} };
    }
    return known;
  }

  private async run(request: Message, cell: Cell): Promise<Outcome> {
    const { code, file } = cell;
    let compiled: Compiled | { readonly faults: readonly Fault[] };
    try {
      compiled = this.compiler.compile(this.declarations, code);
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      const evalue = `This cell cannot be compiled: ${message}`;
      return { error: { ename: "KernelError", evalue, traceback: [stack ?? evalue] } };
    }
    if ("faults" in compiled) return { error: typeScriptError(compiled.faults, code, file) };
    const { declarations, ...js } = compiled;
    const outcome = await new Promise<Outcome>((resolve) => {
      this.running = { request, finish: resolve };
      this.runner().send({ type: "run", cell: request.header.msg_id, source: code, ...js, ...cell });
    });
    this.running = undefined;
    // What an interrupted or failing cell assigned is there; what it declared may be too.
    if (outcome.error?.ename !== "KernelRestarted" && !cell.expression) this.declarations = declarations;
    return outcome;
  }

  get executionCount(): number {
    return this.count;
  }
}
