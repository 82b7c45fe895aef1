import { gzipSync } from "node:zlib";
import type { Block } from "../viewer/viewDocument.js";

type Written = Float32Array | Int16Array | Uint32Array | Uint16Array | Uint8Array;

/** Gzipped blocks by name. */
export class BlockStore {
  private readonly arrays = new Map<string, Written | (() => Written)>();
  private readonly written = new Map<string, Uint8Array>();

  add(id: string, array: Written): Block {
    this.arrays.set(id, array);
    this.written.delete(id);
    return { id, type: typeOf(array), length: array.length };
  }

  /** A block of float32 whose numbers are computed when they are first asked for. */
  addLater(id: string, length: number, array: () => Float32Array): Block {
    this.arrays.set(id, array);
    this.written.delete(id);
    return { id, type: "float32", length };
  }

  /** A block whose gzipped bytes are at hand. */
  addWritten(id: string, bytes: Uint8Array): void {
    this.written.set(id, bytes);
  }

  /** The gzipped bytes of a block, written when they are first asked for. */
  read(id: string): Uint8Array | undefined {
    const known = this.written.get(id);
    if (known !== undefined) return known;
    const array = this.arrays.get(id);
    if (array === undefined) return undefined;
    const bytes = gzipSync(shuffled(typeof array === "function" ? array() : array), { level: 6 });
    this.written.set(id, bytes);
    return bytes;
  }

  /** The blocks there are. */
  get ids(): readonly string[] {
    return [...new Set([...this.written.keys(), ...this.arrays.keys()])];
  }

  has(id: string): boolean {
    return this.arrays.has(id) || this.written.has(id);
  }

  /** All blocks, written: for a page, which carries everything. */
  get bytes(): ReadonlyMap<string, Uint8Array> {
    return new Map(this.ids.map((id) => [id, this.read(id) ?? new Uint8Array()]));
  }

  get size(): number {
    let sum = 0;
    for (const bytes of this.bytes.values()) sum += bytes.length;
    return sum;
  }
}

function typeOf(array: Written): Block["type"] {
  if (array instanceof Float32Array) return "float32";
  if (array instanceof Int16Array) return "int16";
  if (array instanceof Uint32Array) return "uint32";
  return array instanceof Uint16Array ? "uint16" : "uint8";
}

/** All first bytes, then all second bytes, …: exponents lie together, and gzip finds them alike. */
function shuffled(array: Written): Uint8Array {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const width = array.BYTES_PER_ELEMENT;
  const out = new Uint8Array(bytes.length);
  for (let b = 0, to = 0; b < width; b++) for (let i = b; i < bytes.length; i += width) out[to++] = bytes[i];
  return out;
}
