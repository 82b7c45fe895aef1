/** The listener's list of comms that a thread answers, past the main thread. */
import type { MessagePort } from "node:worker_threads";
import type { ToRunner } from "../shared/runnerMessages";
import type { ThreadRoute } from "../shared/words";

type CommCommand = Extract<ToRunner, { type: "comm" }>;

export class CommRoutes {
  private readonly targets = new Map<string, MessagePort>();
  private readonly comms = new Map<string, MessagePort>();

  /** @param lost hears which comms nobody answers any more. */
  constructor(private readonly lost: (comms: readonly string[]) => void) {}

  /** Comms of these targets go to that port from here on. */
  add({ targets, port }: ThreadRoute): void {
    for (const target of targets) this.targets.set(target, port);
    port.on("close", () => this.remove(port));
    // A port keeps the thread alive only by what it hears.
    port.start();
  }

  /** Passes a comm event on, where a thread answers it. */
  pass(head: CommCommand, buffers: readonly Buffer[]): boolean {
    const { event, content } = head;
    const port =
      event === "comm_open" ? this.targets.get(content.target_name ?? "") : this.comms.get(content.comm_id);
    if (port === undefined) return false;
    if (event === "comm_open") this.comms.set(content.comm_id, port);
    if (event === "comm_close") this.comms.delete(content.comm_id);
    port.postMessage({ head, buffers });
    return true;
  }

  private remove(port: MessagePort): void {
    for (const [target, own] of this.targets) if (own === port) this.targets.delete(target);
    const lost = [...this.comms].filter(([, own]) => own === port).map(([id]) => id);
    for (const id of lost) this.comms.delete(id);
    if (lost.length > 0) this.lost(lost);
  }
}
