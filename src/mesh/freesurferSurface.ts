import { InputError } from "../errors.js";
import { formatCount } from "../print/number.js";
import type { Mesh } from "./mesh.js";

/** Whether the bytes begin as a FreeSurfer triangle surface. */
export function isFreesurferSurface(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xff && bytes[2] === 0xfe;
}

/**
 * Decodes a FreeSurfer triangle surface (`lh.pial`, `rh.inflated`, …), big-endian.
 *
 * @throws InputError when it is no such file or ends too early.
 */
export function decodeFreesurferSurface(bytes: Uint8Array, path: string): Mesh {
  const fail = (found: string) =>
    new InputError({ file: path, found, expected: "a whole FreeSurfer triangle surface such as lh.pial" });
  if (!isFreesurferSurface(bytes)) throw fail("no surface header");
  // Two lines of text follow the magic number: who made it, and an empty one.
  let at = 3;
  for (let lines = 0; lines < 2 && at < bytes.length; at++) if (bytes[at] === 0x0a) lines++;
  if (at + 8 > bytes.length) throw fail("an end in the header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [V, F] = [view.getInt32(at), view.getInt32(at + 4)];
  at += 8;
  if (V <= 0 || F < 0 || at + 12 * (V + F) > bytes.length)
    throw fail(
      `${formatCount(bytes.length)} bytes for ${formatCount(V)} vertices and ${formatCount(F)} faces`,
    );
  const vertices = Float32Array.from({ length: 3 * V }, (_, k) => view.getFloat32(at + 4 * k));
  at += 12 * V;
  const faces = Int32Array.from({ length: 3 * F }, (_, k) => view.getInt32(at + 4 * k));
  return { vertices, faces };
}
