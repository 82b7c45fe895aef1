/** One kernel: requests in, replies and outputs out. */
import { CellCompiler } from "../language/cellCompiler";
import type { CommContent, CommEvent, FromRunner } from "../shared/runnerMessages";
import { Runner } from "../supervise/runner";
import { Codec, type Header, type Message } from "../wire/message";
import type { SendQueue } from "../wire/sendQueue";
import { type Channel, type Connection, openSockets, type Sockets } from "../wire/sockets";
import { Execution } from "./execution";
import { complete, inspect, isComplete } from "./introspection";
import { kernelInfo } from "./kernelInfo";
import { Outputs } from "./outputs";

type Handler = (request: Message) => unknown;
type Shown = Exclude<FromRunner, { readonly type: "ready" | "done" | "commHandled" }>;
const STUCK_MS = 5000;
const REMEMBERED = 5000;
/** How often to look whether the process that started the kernel is still there. */
const PARENT_MS = 1000;

export class Kernel {
  private readonly codec: Codec;
  private readonly outputs: Outputs;
  private readonly execution: Execution;
  private readonly compiler: CellCompiler;
  private runner: Runner;
  /** Requests by id, so that late output finds its cell. */
  private readonly headers = new Map<string, Header>();
  private readonly origin = new Map<Message, SendQueue>();
  private readonly comms = new Map<string, string>();
  private latest: Header | Record<string, never> = {};

  static async start(connection: Connection, root: string): Promise<Kernel> {
    return new Kernel(connection, await openSockets(connection), root);
  }

  private constructor(
    connection: Connection,
    private readonly sockets: Sockets,
    private readonly root: string,
  ) {
    this.codec = new Codec(connection.key);
    this.outputs = new Outputs(sockets.iopub, this.codec);
    this.runner = this.startRunner();
    this.compiler = new CellCompiler(root);
    this.execution = new Execution(
      this.compiler,
      () => this.runner,
      this.outputs,
      (request, type, content) => this.reply(request, type, content),
    );
    this.outputs.status("starting", {});
    void this.listen(sockets.shell);
    void this.listen(sockets.control);
    process.on("SIGINT", () => this.interrupt());
    process.on("SIGTERM", () => void this.stop());
    this.endWithParent();
    // Most of a first cell's time is the compiler reading its libraries: they are read while the page opens.
    setImmediate(() => this.compiler.compile("", "0"));
  }

  /** A server that was killed leaves nobody who could ever ask this kernel for anything. */
  private endWithParent(): void {
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) void this.stop();
    }, PARENT_MS).unref();
  }

  private startRunner(): Runner {
    const heap = Number(process.env.BLMM_KERNEL_HEAP_MB) || undefined;
    const runner: Runner = new Runner(
      {
        message: (message, buffers) => this.fromRunner(message, buffers),
        nativeText: (name, text) => this.outputs.stream(name, text, this.latest),
        died: (reason) => this.runnerDied(reason),
      },
      this.root,
      heap,
    );
    return runner;
  }

  private async listen(channel: Channel): Promise<void> {
    for await (const frames of channel.incoming) {
      try {
        const request = this.codec.read(frames);
        this.origin.set(request, channel.queue);
        this.receive(request);
      } catch (error) {
        console.error("message not understood:", error);
      }
    }
  }

  private reply(request: Message, type: string, content: unknown): void {
    const { identities, header } = request;
    this.origin.get(request)?.send(this.codec.write({ type, content, parent: header, identities }));
    this.origin.delete(request);
  }

  private readonly handlers: Readonly<Record<string, Handler>> = {
    kernel_info_request: () => kernelInfo,
    complete_request: ({ content }) => complete(this.compiler, this.execution.shared, content as never),
    inspect_request: ({ content }) => inspect(this.compiler, this.execution.shared, content as never),
    is_complete_request: ({ content }) => isComplete(content as never),
    history_request: ({ content }) => this.execution.history.reply(content),
    comm_info_request: ({ content }) => ({
      status: "ok",
      comms: this.commInfo(content.target_name as string | undefined),
    }),
    interrupt_request: () => {
      this.interrupt();
      return { status: "ok" };
    },
  };

  private receive(request: Message): void {
    const { header } = request;
    this.remember(header);
    const type = header.msg_type;
    if (type === "execute_request") this.execution.add(request);
    else {
      this.outputs.status("busy", header);
      if (/^comm_(open|msg|close)$/.test(type)) this.toComm(request, type as CommEvent);
      else if (type === "shutdown_request") void this.shutdown(request);
      else this.answer(request);
    }
  }

  private answer(request: Message): void {
    const type = request.header.msg_type;
    const handler = this.handlers[type];
    if (handler)
      this.reply(
        request,
        type.replace(/_request$/, "_reply"),
        this.attempt(() => handler(request)),
      );
    else this.origin.delete(request);
    this.idle(request.header);
  }

  private attempt(work: () => unknown): unknown {
    try {
      return work();
    } catch (error) {
      console.error(error);
      return { status: "error", ename: "KernelError", evalue: String(error), traceback: [] };
    }
  }

  /** Front ends take any `idle` for the kernel's; a running cell says again that it runs. */
  private idle(header: Header): void {
    this.outputs.status("idle", header);
    const running = this.execution.current;
    if (running) this.outputs.status("busy", running.header);
  }

  private remember(header: Header): void {
    this.headers.set(header.msg_id, header);
    if (this.headers.size <= REMEMBERED) return;
    const oldest = this.headers.keys().next().value;
    if (oldest !== undefined) this.headers.delete(oldest);
  }

  private fromRunner(message: FromRunner, buffers: readonly Buffer[]): void {
    if (message.type === "ready") return;
    if (message.type === "done") this.execution.finish(message);
    else if (message.type === "commHandled") {
      const header = this.headers.get(message.request);
      if (header) this.idle(header);
    } else this.show(message, buffers);
  }

  /** What a cell outputs goes to the page as the output of that cell. */
  private show(message: Shown, buffers: readonly Buffer[]): void {
    const parent = this.headers.get(message.cell) ?? this.latest;
    // What is said to a page is not output: no cell's text belongs under it.
    if (message.type !== "comm") this.latest = parent;
    switch (message.type) {
      case "stream":
        this.outputs.stream(message.name, message.text, parent);
        break;
      case "display": {
        const { data, metadata, id, update } = message;
        const transient = id === undefined ? {} : { display_id: id };
        const type = update ? "update_display_data" : "display_data";
        this.outputs.publish({ type, content: { data, metadata, transient }, parent });
        break;
      }
      case "result": {
        const { data, metadata } = message;
        const execution_count = this.execution.executionCount;
        this.outputs.publish({
          type: "execute_result",
          content: { data, metadata, execution_count },
          parent,
        });
        break;
      }
      case "clear":
        this.outputs.publish({ type: "clear_output", content: { wait: message.wait }, parent });
        break;
      case "comm": {
        const { event, content, metadata } = message;
        this.noteComm(event, content);
        this.outputs.publish({ type: event, content, metadata, buffers, parent });
      }
    }
  }

  private noteComm(event: CommEvent, content: CommContent): void {
    if (event === "comm_open") this.comms.set(content.comm_id, content.target_name ?? "");
    if (event === "comm_close") this.comms.delete(content.comm_id);
  }

  private toComm(request: Message, event: CommEvent): void {
    this.origin.delete(request);
    const content = request.content as unknown as CommContent;
    this.noteComm(event, content);
    this.runner.send({ type: "comm", request: request.header.msg_id, event, content }, request.buffers);
  }

  private commInfo(target?: string): Record<string, { target_name: string }> {
    const wanted = [...this.comms].filter(([, name]) => !target || name === target);
    return Object.fromEntries(wanted.map(([id, target_name]) => [id, { target_name }]));
  }

  private interrupt(): void {
    const running = this.execution.current;
    this.runner.interrupt(running?.header.msg_id);
    if (!running) return;
    setTimeout(() => {
      if (this.execution.current !== running) return;
      const text =
        "The cell is inside native code that cannot be stopped. Restart the kernel to end it; variables will be lost.\n";
      this.outputs.stream("stderr", text, running.header);
    }, STUCK_MS);
  }

  private runnerDied(reason: string): void {
    const parent = this.execution.current?.header ?? this.latest;
    for (const [comm_id] of this.comms)
      this.outputs.publish({ type: "comm_close", content: { comm_id, data: {} }, parent });
    this.comms.clear();
    const idle = !this.execution.current;
    this.runner = this.startRunner();
    this.execution.lost(reason);
    if (idle)
      this.outputs.stream(
        "stderr",
        `${reason}. All variables are gone: run the cells above again.\n`,
        this.latest,
      );
  }

  private async shutdown(request: Message): Promise<void> {
    this.reply(request, "shutdown_reply", { status: "ok", restart: request.content.restart === true });
    this.outputs.status("idle", request.header);
    await this.stop();
  }

  private async stop(): Promise<void> {
    this.runner.end();
    const { iopub, shell, control } = this.sockets;
    await Promise.race([
      Promise.all([iopub, shell.queue, control.queue].map((queue) => queue.flushed())),
      pause(1000),
    ]);
    this.sockets.close();
    await pause(50);
    process.exit(0);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
