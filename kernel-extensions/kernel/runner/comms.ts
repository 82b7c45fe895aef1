/** Comms: messages between this process and the page, both ways, with binary buffers. */
import { randomUUID } from "node:crypto";
import type { CommContent, CommEvent, MimeBundle } from "../shared/runnerMessages";

export type CommHandler = (data: never, buffers: readonly Buffer[]) => unknown;
type TargetHandler = (comm: Comm, data: never, buffers: readonly Buffer[]) => unknown;

/** Sends an event to the page. */
export type Post = (
  event: CommEvent,
  content: CommContent,
  metadata: MimeBundle,
  buffers: readonly Uint8Array[],
) => void;

export class Comm {
  onMessage: CommHandler | undefined;
  onClose: (() => unknown) | undefined;

  constructor(
    private readonly comms: Comms,
    readonly target: string,
    readonly id: string = randomUUID(),
  ) {
    comms.open.set(id, this);
  }

  open(data: unknown = {}, buffers: readonly Uint8Array[] = [], metadata: MimeBundle = {}): this {
    const content = { comm_id: this.id, target_name: this.target, data };
    this.comms.post("comm_open", content, metadata, buffers);
    return this;
  }

  send(data: unknown, buffers: readonly Uint8Array[] = []): void {
    this.comms.post("comm_msg", { comm_id: this.id, data }, {}, buffers);
  }

  close(data: unknown = {}): void {
    if (this.comms.open.delete(this.id)) this.comms.post("comm_close", { comm_id: this.id, data }, {}, []);
  }
}

/** The comms of one thread. */
export class Comms {
  /** Those that are open, by id. */
  readonly open = new Map<string, Comm>();
  private readonly targets = new Map<string, TargetHandler>();

  constructor(readonly post: Post) {}

  /** Answers comms that the page opens. */
  onComm(target: string, handler: TargetHandler): void {
    this.targets.set(target, handler);
  }

  /** A comm event from the page. */
  async handle(event: CommEvent, content: CommContent, buffers: readonly Buffer[]): Promise<void> {
    if (event === "comm_open") {
      const target = this.targets.get(content.target_name ?? "");
      const comm = new Comm(this, content.target_name ?? "", content.comm_id);
      if (target) await target(comm, content.data as never, buffers);
      else comm.close();
      return;
    }
    const comm = this.open.get(content.comm_id);
    if (event === "comm_msg") await comm?.onMessage?.(content.data as never, buffers);
    else {
      this.open.delete(content.comm_id);
      await comm?.onClose?.();
    }
  }
}
