/** Frames between the kernel and its runner: lengths, one JSON head, binary buffers as they are. */

/** One frame: a JSON head and the binary buffers that travel with it. */
export interface Frame<Head> {
  readonly head: Head;
  readonly buffers: readonly Buffer[];
}

/** The bytes of one frame. */
export function encodeFrame(head: unknown, buffers: readonly Uint8Array[] = []): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  const lengths = Buffer.alloc(8 + 4 * buffers.length);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(buffers.length, 4);
  for (const [i, buffer] of buffers.entries()) lengths.writeUInt32LE(buffer.byteLength, 8 + 4 * i);
  return Buffer.concat([lengths, text, ...buffers]);
}

/** Collects bytes and hands out whole frames. */
export class FrameReader<Head> {
  private chunks: Buffer[] = [];
  private size = 0;
  private wanted = 8;

  /** The frames completed by `chunk`. */
  push(chunk: Buffer): Frame<Head>[] {
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.size < this.wanted) return [];
    let bytes = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks);
    const frames: Frame<Head>[] = [];
    for (;;) {
      this.wanted = frameLength(bytes);
      if (bytes.length < this.wanted) break;
      frames.push(decode<Head>(bytes));
      bytes = bytes.subarray(this.wanted);
    }
    this.chunks = bytes.length > 0 ? [bytes] : [];
    this.size = bytes.length;
    return frames;
  }
}

/** Bytes of the first frame, or of as much of its head as is needed to know. */
function frameLength(bytes: Buffer): number {
  if (bytes.length < 8) return 8;
  const count = bytes.readUInt32LE(4);
  const head = 8 + 4 * count;
  if (bytes.length < head) return head;
  let length = head + bytes.readUInt32LE(0);
  for (let i = 0; i < count; i++) length += bytes.readUInt32LE(8 + 4 * i);
  return length;
}

function decode<Head>(bytes: Buffer): Frame<Head> {
  const count = bytes.readUInt32LE(4);
  let at = 8 + 4 * count;
  const textEnd = at + bytes.readUInt32LE(0);
  const head = JSON.parse(bytes.toString("utf8", at, textEnd)) as Head;
  at = textEnd;
  const buffers: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const length = bytes.readUInt32LE(8 + 4 * i);
    buffers.push(Buffer.from(bytes.subarray(at, at + length)));
    at += length;
  }
  return { head, buffers };
}
