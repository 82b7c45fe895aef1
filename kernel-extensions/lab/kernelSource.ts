import type { PackedSource } from "../../src/viewer/blocks.js";
import { VIEW_COMM, type ViewQuestion, type ViewReply } from "../../src/viewer/viewProtocol.js";

/** A notebook's session, as far as it is used here. */
export interface KernelContext {
  readonly session: { readonly kernel: Kernel | null } | null;
  readonly statusChanged: Signal<string>;
  readonly kernelChanged: Signal<unknown>;
}

/** A signal of JupyterLab's. */
interface Signal<Value> {
  connect(slot: (sender: unknown, value: Value) => void): void;
  disconnect(slot: (sender: unknown, value: Value) => void): void;
}

/** Whether the kernel answers for this view. "waiting": not known yet. */
export type Liveness = "waiting" | "live" | "gone";

interface Kernel {
  createComm(target: string): Comm;
}

interface Comm {
  readonly isDisposed: boolean;
  onMsg: (message: { content: { data: unknown }; buffers?: (ArrayBuffer | ArrayBufferView)[] }) => void;
  onClose: () => void;
  open(data: object): unknown;
  send(data: object): unknown;
  close(): unknown;
}

/**
 * Asks the kernel over one comm a view; `viewProtocol.ts` says what. Requests carry a number, the reply carries it
 * back. On opening the kernel says that it is ready, or closes the comm: a view of an earlier kernel is not known to it.
 */
export class KernelLine {
  private comm: Comm | undefined;
  private count = 0;
  private readonly waiting = new Map<number, Waiting>();

  /** Blocks that came unasked, until they are taken. */
  private readonly arrived = new Map<string, Uint8Array>();
  private kernel: Kernel | undefined;
  private state: Liveness = "waiting";
  private readonly listeners = new Set<() => void>();
  private readonly follow = () => this.connect();
  private readonly status = (_: unknown, status: string) => {
    if (/starting|terminating|dead/.test(status)) {
      // Another process will answer, or none: it is asked again when it is there.
      this.lose();
      this.kernel = undefined;
    } else if (status === "idle" || status === "busy") this.connect();
  };

  constructor(
    private readonly context: KernelContext | undefined,
    private readonly view: string,
  ) {
    if (context === undefined || view === "") {
      this.state = "gone";
      return;
    }
    context.kernelChanged.connect(this.follow);
    context.statusChanged.connect(this.status);
    this.connect();
  }

  get liveness(): Liveness {
    return this.state;
  }

  /** @returns what ends the listening. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private become(state: Liveness): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of this.listeners) listener();
  }

  /** The kernel is gone, or does not know this view. */
  private lose(): void {
    for (const { reject } of this.waiting.values()) reject(new Error(GONE));
    this.waiting.clear();
    this.comm = undefined;
    this.become("gone");
  }

  /** Opens the comm to the kernel that is there now; each kernel process is asked once. */
  private connect(): void {
    const kernel = this.context?.session?.kernel;
    if (kernel == null) {
      this.lose();
      this.kernel = undefined;
      return;
    }
    if (kernel !== this.kernel) {
      this.lose();
      this.kernel = kernel;
      const comm = kernel.createComm(VIEW_COMM);
      this.comm = comm;
      comm.onMsg = ({ content, buffers }) => {
        const { request = -1, ...reply } = content.data as ViewReply;
        if (reply.ready === true) this.become("live");
        const waiting = this.waiting.get(request);
        const bytes = (buffers ?? []).map(bytesOf);
        for (const [k, id] of (reply.blocks ?? []).entries()) this.arrived.set(id, bytes[k]);
        if (reply.more === true) {
          waiting?.before({ data: reply, buffers: bytes });
          return;
        }
        this.waiting.delete(request);
        if (reply.error !== undefined) waiting?.reject(new Error(reply.error));
        else waiting?.resolve({ data: reply, buffers: bytes });
      };
      comm.onClose = () => {
        if (this.comm === comm) this.lose();
      };
      comm.open({ view: this.view });
      this.become("waiting");
    }
  }

  /** The bytes of a block: what has come already, else what the kernel sends. */
  async block(id: string): Promise<Uint8Array> {
    const arrived = this.arrived.get(id);
    this.arrived.delete(id);
    if (arrived !== undefined) return arrived;
    const { buffers } = await this.ask({ block: id });
    if (buffers[0] === undefined) throw new Error(`the kernel sent no bytes for ${id}`);
    return buffers[0];
  }

  /** @param before takes a part of the answer that is there sooner. */
  ask(question: ViewQuestion, before: (part: Reply) => void = () => undefined): Promise<Reply> {
    const { comm } = this;
    if (comm === undefined || comm.isDisposed) {
      this.lose();
      return Promise.reject(new Error(GONE));
    }
    const request = ++this.count;
    const reply = new Promise<Reply>((resolve, reject) => {
      this.waiting.set(request, { resolve, reject, before });
      setTimeout(() => {
        if (this.waiting.delete(request))
          reject(
            new Error("The kernel has not answered within 60 seconds. Ask again, or run the cell again."),
          );
      }, 60_000);
    });
    comm.send({ request, ...question });
    return reply;
  }

  dispose(): void {
    this.context?.kernelChanged.disconnect(this.follow);
    this.context?.statusChanged.disconnect(this.status);
    if (this.comm !== undefined && !this.comm.isDisposed) this.comm.close();
  }
}

const GONE = "The kernel that made this view is gone: run the cell again.";

/** Who waits for an answer. */
interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
  readonly before: (part: Reply) => void;
}

export interface Reply {
  readonly data: ViewReply;
  readonly buffers: readonly Uint8Array[];
}

/** Blocks of the document first, then what lies beside the extension (fsaverage5), then the kernel. */
export function kernelSource(
  embedded: PackedSource,
  has: (id: string) => boolean,
  beside: PackedSource,
  line: KernelLine,
): PackedSource {
  return async (id) => {
    if (has(id)) return embedded(id);
    const found = await beside(id).catch(() => undefined);
    return found ?? line.block(id);
  };
}

function bytesOf(buffer: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
