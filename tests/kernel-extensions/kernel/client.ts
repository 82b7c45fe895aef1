import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Dealer, Subscriber } from "zeromq";
import type { RaisedError } from "../../../kernel-extensions/kernel/shared/runnerMessages";
import { Codec, type Message } from "../../../kernel-extensions/kernel/wire/message";

const root = path.resolve(import.meta.dirname, "..", "..", "..");

/** What a cell came to. */
export interface Outcome {
  readonly reply: Message["content"];
  readonly messages: readonly Message[];
  /** All text of its standard output. */
  readonly stdout: string;
  readonly stderr: string;
  readonly error: RaisedError | undefined;
  /** The bundle of its last expression. */
  readonly result: Record<string, string> | undefined;
}

/** A kernel under test and a client of its own, straight over ZeroMQ. */
export class KernelUnderTest {
  readonly shell = new Dealer();
  readonly control = new Dealer();
  private readonly iopub = new Subscriber();
  private readonly waiting = new Map<string, (message: Message) => void>();
  private readonly heard = new Map<string, Message[]>();
  private readonly idle = new Map<string, () => void>();
  readonly all: Message[] = [];

  private constructor(
    readonly process: ChildProcess,
    private readonly wire: Codec,
  ) {}

  /** Starts the kernel, or stock tslab, in a folder. */
  static async start(
    which: "ours" | "stock" = "ours",
    cwd = root,
    environment: NodeJS.ProcessEnv = {},
    before: readonly string[] = [],
  ): Promise<KernelUnderTest> {
    const ports = await Promise.all([0, 1, 2, 3, 4].map(freePort));
    const key = randomUUID();
    const [shell_port, iopub_port, stdin_port, control_port, hb_port] = ports;
    const connection = { shell_port, iopub_port, stdin_port, control_port, hb_port };
    const folder = mkdtempSync(path.join(tmpdir(), "blmm-kernel-"));
    const file = path.join(folder, "connection.json");
    const rest = { transport: "tcp", ip: "127.0.0.1", key, signature_scheme: "hmac-sha256" };
    writeFileSync(file, JSON.stringify({ ...connection, ...rest }));
    const script =
      which === "ours"
        ? [path.join(root, "dist", "kernel", "main.js"), file, root]
        : [path.join(root, "node_modules", "tslab", "bin", "tslab"), "kernel", "--config-path", file];
    const child = spawn(process.execPath, [...before, ...script], {
      cwd,
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, ...environment },
    });
    const kernel = new KernelUnderTest(child, new Codec(key));
    const at = (port: number) => `tcp://127.0.0.1:${port}`;
    kernel.iopub.receiveHighWaterMark = 0;
    kernel.iopub.subscribe();
    kernel.iopub.connect(at(iopub_port));
    kernel.shell.connect(at(shell_port));
    kernel.control.connect(at(control_port));
    void kernel.listen(kernel.shell);
    void kernel.listen(kernel.control);
    void kernel.hear();
    // The first status arrives once the subscription does.
    for (let k = 0; k < 100 && kernel.all.length === 0; k++) {
      void kernel.request("kernel_info_request", {});
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    child.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    return kernel;
  }

  async execute(code: string, more: Record<string, unknown> = {}): Promise<Outcome> {
    const content = { code, silent: false, store_history: true, stop_on_error: true, ...more };
    const { id, reply } = this.send("execute_request", content);
    const idle = new Promise<void>((resolve) => this.idle.set(id, resolve));
    const answer = await reply;
    await idle;
    const messages = this.heard.get(id) ?? [];
    const text = (name: string) =>
      messages
        .filter(({ header, content }) => header.msg_type === "stream" && content.name === name)
        .map(({ content }) => content.text)
        .join("");
    const find = (type: string) => messages.find(({ header }) => header.msg_type === type)?.content;
    return {
      reply: answer.content,
      messages,
      stdout: text("stdout"),
      stderr: text("stderr"),
      error: find("error") as RaisedError | undefined,
      result: find("execute_result")?.data as Record<string, string> | undefined,
    };
  }

  /** Runs a cell and interrupts it this long after it has begun; says how long it took from there to its end. */
  async interrupted(code: string, afterMs: number): Promise<Outcome & { readonly seconds: number }> {
    const from = this.all.length;
    const running = this.execute(code);
    await this.until((all) => all.slice(from).some(({ header }) => header.msg_type === "execute_input"));
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    const asked = performance.now();
    void this.request("interrupt_request", {}, "control");
    const outcome = await running;
    return { ...outcome, seconds: (performance.now() - asked) / 1000 };
  }

  /** The text of the last expression, or of the error. */
  async shown(code: string): Promise<string | undefined> {
    const { error, result } = await this.execute(code);
    return error ? `${error.ename}: ${error.evalue}` : result?.["text/plain"];
  }

  async request(type: string, content: object, channel: "shell" | "control" = "shell"): Promise<Message> {
    return this.send(type, content, channel).reply;
  }

  /** Sends a request of the protocol and returns its id and the reply to come. */
  send(
    type: string,
    content: object,
    channel: "shell" | "control" = "shell",
    buffers: readonly Uint8Array[] = [],
  ): { readonly id: string; readonly reply: Promise<Message> } {
    const frames = this.wire.write({ type, content, parent: {}, buffers });
    const id = String(JSON.parse(String(frames[2])).msg_id);
    const reply = new Promise<Message>((resolve) => this.waiting.set(id, resolve));
    this.queue = this.queue.then(() => this[channel].send(frames));
    return { id, reply };
  }

  private queue: Promise<void> = Promise.resolve();

  /** Waits until a message of the kernel satisfies the condition. */
  async until(condition: (messages: readonly Message[]) => boolean, seconds = 20): Promise<void> {
    for (let k = 0; k < 200 * seconds; k++) {
      if (condition(this.all)) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error("the message did not come");
  }

  /** Drops what was heard, so that thousands of cells can be run. */
  forget(): void {
    this.all.length = 0;
    this.heard.clear();
    this.idle.clear();
    this.waiting.clear();
  }

  stop(): void {
    this.process.kill("SIGKILL");
    for (const socket of [this.shell, this.control, this.iopub]) socket.close();
  }

  private async listen(socket: Dealer): Promise<void> {
    for await (const frames of socket) {
      const message = this.wire.read(frames);
      const { msg_id: id = "" } = message.parent;
      this.waiting.get(id)?.(message);
    }
  }

  private async hear(): Promise<void> {
    for await (const frames of this.iopub) {
      const message = this.wire.read(frames);
      const { msg_id: id = "" } = message.parent;
      this.all.push(message);
      const heard = this.heard.get(id) ?? [];
      heard.push(message);
      this.heard.set(id, heard);
      if (message.content.execution_state === "idle") this.idle.get(id)?.();
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** How much longer than its processor time a thread takes here and now: 1 on a free core. */
export function slowdown(): number {
  const started = performance.now();
  const before = process.cpuUsage();
  let used = 0;
  while (used < 100) {
    const { user, system } = process.cpuUsage(before);
    used = (user + system) / 1000;
  }
  return Math.max(1, (performance.now() - started) / used);
}
