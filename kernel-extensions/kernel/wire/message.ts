/** Jupyter messages on the wire: frames, signature, JSON. */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

const DELIMITER = "<IDS|MSG>";

export interface Header {
  readonly msg_id: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly msg_type: string;
  readonly version: string;
}

/** A message received. */
export interface Message {
  readonly identities: readonly Buffer[];
  readonly header: Header;
  readonly parent: Partial<Header>;
  readonly content: Record<string, unknown>;
  readonly buffers: readonly Buffer[];
}

/** A message to send. */
export interface Outgoing {
  readonly type: string;
  readonly content: unknown;
  readonly parent: Header | Record<string, never>;
  readonly identities?: readonly (Buffer | string)[];
  readonly metadata?: unknown;
  readonly buffers?: readonly Uint8Array[];
}

/** Signs and reads the messages of one connection. */
export class Codec {
  private readonly session = randomUUID();

  constructor(private readonly key: string) {}

  private signature(parts: readonly (Buffer | string)[]): string {
    if (this.key === "") return "";
    const hmac = createHmac("sha256", this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  /** @throws when the signature does not fit. */
  read(frames: readonly Buffer[]): Message {
    const at = frames.findIndex((frame) => frame.equals(Buffer.from(DELIMITER)));
    const [signature, header, parent, metadata, content, ...buffers] = frames.slice(at + 1);
    if (at < 0 || !signature || !header || !parent || !metadata || !content)
      throw new Error("not a Jupyter message");
    const expected = Buffer.from(this.signature([header, parent, metadata, content]));
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
      throw new Error("wrong signature");
    return {
      identities: frames.slice(0, at),
      header: JSON.parse(header.toString()) as Header,
      parent: JSON.parse(parent.toString()) as Partial<Header>,
      content: JSON.parse(content.toString()) as Record<string, unknown>,
      buffers,
    };
  }

  write(message: Outgoing): (Buffer | string | Uint8Array)[] {
    const header: Header = {
      msg_id: randomUUID(),
      session: this.session,
      username: "kernel",
      date: new Date().toISOString(),
      msg_type: message.type,
      version: "5.3",
    };
    const parts = [header, message.parent, message.metadata ?? {}, message.content].map((part) =>
      JSON.stringify(part),
    );
    return [
      ...(message.identities ?? []),
      DELIMITER,
      this.signature(parts),
      ...parts,
      ...(message.buffers ?? []),
    ];
  }
}
