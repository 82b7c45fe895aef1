/** Comms: messages between a cell and the page, both ways, with binary buffers. */
import { randomUUID } from "node:crypto";
import type { CommContent, CommEvent, MimeBundle } from "../shared/runnerMessages";
import { tell } from "./channel";
import { currentCell } from "./currentCell";

export type CommHandler = (data: never, buffers: readonly Buffer[]) => unknown;

const comms = new Map<string, Comm>();
const targets = new Map<string, (comm: Comm, data: never, buffers: readonly Buffer[]) => unknown>();

export class Comm {
  onMessage: CommHandler | undefined;
  onClose: (() => unknown) | undefined;

  constructor(
    readonly target: string,
    readonly id: string = randomUUID(),
  ) {
    comms.set(id, this);
  }

  open(data: unknown = {}, buffers: readonly Uint8Array[] = [], metadata: MimeBundle = {}): this {
    post("comm_open", { comm_id: this.id, target_name: this.target, data }, metadata, buffers);
    return this;
  }

  send(data: unknown, buffers: readonly Uint8Array[] = []): void {
    post("comm_msg", { comm_id: this.id, data }, {}, buffers);
  }

  close(data: unknown = {}): void {
    if (comms.delete(this.id)) post("comm_close", { comm_id: this.id, data }, {}, []);
  }
}

function post(
  event: CommEvent,
  content: CommContent,
  metadata: MimeBundle,
  buffers: readonly Uint8Array[],
): void {
  tell({ type: "comm", cell: currentCell().id, event, content, metadata }, buffers);
}

/** Answers comms that the page opens. */
export function onComm(
  target: string,
  handler: (comm: Comm, data: never, buffers: readonly Buffer[]) => unknown,
): void {
  targets.set(target, handler);
}

/** A comm event from the page. */
export async function handleComm(
  event: CommEvent,
  content: CommContent,
  buffers: readonly Buffer[],
): Promise<void> {
  if (event === "comm_open") {
    const target = targets.get(content.target_name ?? "");
    const comm = new Comm(content.target_name ?? "", content.comm_id);
    if (target) await target(comm, content.data as never, buffers);
    else comm.close();
    return;
  }
  const comm = comms.get(content.comm_id);
  if (event === "comm_msg") await comm?.onMessage?.(content.data as never, buffers);
  else {
    comms.delete(content.comm_id);
    await comm?.onClose?.();
  }
}
