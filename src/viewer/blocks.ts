import type { Block } from "./viewDocument.js";

/** Delivers the gzipped bytes of a block. */
export type PackedSource = (id: string) => Promise<Uint8Array>;

/** Delivers those, or what they hold where that is at hand sooner. */
export type BlockSource = (id: string) => Promise<Uint8Array | { readonly unpacked: Uint8Array }>;

export type Numbers = Float32Array | Int16Array | Uint32Array | Uint16Array | Uint8Array;

export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const ARRAYS = {
  float32: Float32Array,
  int16: Int16Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
} as const;

/** Decodes a block; one whose length is not the promised one is refused. */
export async function readBlock(block: Block, source: BlockSource): Promise<Numbers> {
  const bytes = await source(block.id);
  const shuffled = bytes instanceof Uint8Array ? await gunzip(bytes) : bytes.unpacked;
  const Type = ARRAYS[block.type];
  const width = Type.BYTES_PER_ELEMENT;
  if (shuffled.length !== block.length * width) {
    throw new Error(`block ${block.id}: found ${shuffled.length / width} numbers, expected ${block.length}`);
  }
  const whole = new Uint8Array(shuffled.length);
  for (let b = 0, from = 0; b < width; b++) {
    for (let i = 0, to = b; i < block.length; i++, to += width) whole[to] = shuffled[from++];
  }
  return new Type(whole.buffer);
}
