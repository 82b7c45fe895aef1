/** The process that runs the cells, seen from the kernel: started, spoken to, interrupted, replaced when it dies. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { encodeFrame, FrameReader } from "../shared/frames";
import type { FromRunner, ToRunner } from "../shared/runnerMessages";

export interface RunnerEvents {
  message(message: FromRunner, buffers: readonly Buffer[]): void;
  /** Text that native code or the runtime itself wrote. */
  nativeText(name: "stdout" | "stderr", text: string): void;
  died(reason: string): void;
}

const FLAGS = [
  // Ended code leaves async ids behind; this check would take the process down for it.
  "--no-force-async-hooks-checks",
  "--disable-warning=ExperimentalWarning",
  "--stack-trace-limit=30",
  // After an interrupt, what the cell held is collected at once: shared buffers wait long for it otherwise.
  "--expose-gc",
];

export class Runner {
  private readonly child: ChildProcess;
  private readonly commands: Writable;
  private lastWords = "";
  private ended = false;

  constructor(
    private readonly events: RunnerEvents,
    root: string,
    heapMegabytes?: number,
  ) {
    const flags = heapMegabytes ? [...FLAGS, `--max-old-space-size=${heapMegabytes}`] : FLAGS;
    this.child = spawn(process.execPath, [...flags, join(__dirname, "runner", "main.js"), root], {
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe"],
      detached: true,
    });
    // What cells put out, and what threads answer beside them.
    for (const fd of [3, 5]) {
      const reader = new FrameReader<FromRunner>();
      this.child.stdio[fd]?.on("data", (chunk: Buffer) => {
        for (const { head, buffers } of reader.push(chunk)) this.events.message(head, buffers);
      });
    }
    for (const name of ["stdout", "stderr"] as const) {
      this.child[name]?.on("data", (chunk: Buffer) => {
        this.lastWords = (this.lastWords + chunk.toString()).slice(-20_000);
        if (!/FATAL ERROR|<--- Last few GCs/.test(this.lastWords)) events.nativeText(name, chunk.toString());
      });
    }
    this.commands = this.child.stdio[4] as Writable;
    this.commands.on("error", () => undefined);
    this.child.on("close", (code, signal) => {
      if (!this.ended) this.events.died(causeOfDeath(code, signal, this.lastWords));
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  send(message: ToRunner, buffers: readonly Uint8Array[] = []): void {
    this.commands.write(encodeFrame(message, buffers));
  }

  /** Stops the cell, and the programs that it has started. */
  interrupt(cell: string | undefined): void {
    this.send({ type: "interrupt", cell });
  }

  end(): void {
    this.ended = true;
    if (this.child.pid && this.child.exitCode === null && this.child.signalCode === null)
      process.kill(-this.child.pid, "SIGKILL");
  }
}

function causeOfDeath(code: number | null, signal: string | null, lastWords: string): string {
  if (/heap out of memory/.test(lastWords))
    return "The cell used more memory than there is for JavaScript objects";
  if (/Array buffer allocation failed|bad_alloc/.test(lastWords))
    return "The cell used more memory than there is";
  if (signal === "SIGKILL")
    return "The system ended the process that runs the cells (SIGKILL), most often because memory ran out";
  if (signal) return `The process that runs the cells was ended by ${signal}`;
  return `The process that runs the cells ended with code ${code}`;
}
