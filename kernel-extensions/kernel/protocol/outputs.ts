/** What goes out on iopub. Text that comes in pieces is joined, so that a burst of lines is few messages. */
import type { Codec, Header, Outgoing } from "../wire/message";
import type { SendQueue } from "../wire/sendQueue";

type Parent = Header | Record<string, never>;
/** Text waits this long for more of it. */
const JOIN_MS = 30;
const JOIN_AT_MOST = 256 * 1024;

export class Outputs {
  private pending: { parent: Parent; name: string; text: string[]; size: number } | undefined;

  constructor(
    private readonly queue: SendQueue,
    private readonly codec: Codec,
  ) {}

  status(state: "busy" | "idle" | "starting", parent: Parent): void {
    this.publish({ type: "status", content: { execution_state: state }, parent });
  }

  stream(name: "stdout" | "stderr", text: string, parent: Parent): void {
    if (this.pending && (this.pending.parent !== parent || this.pending.name !== name)) this.flushText();
    if (!this.pending) {
      this.pending = { parent, name, text: [], size: 0 };
      setTimeout(() => this.flushText(), JOIN_MS);
    }
    this.pending.text.push(text);
    this.pending.size += text.length;
    if (this.pending.size > JOIN_AT_MOST) this.flushText();
  }

  publish(message: Omit<Outgoing, "identities">): void {
    this.flushText();
    this.queue.send(this.codec.write({ ...message, identities: [message.type] }));
  }

  private flushText(): void {
    const { pending } = this;
    if (!pending) return;
    this.pending = undefined;
    const { parent, name, text } = pending;
    this.queue.send(
      this.codec.write({
        type: "stream",
        content: { name, text: text.join("") },
        parent,
        identities: ["stream"],
      }),
    );
  }
}
