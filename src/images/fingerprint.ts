/**
 * A fingerprint of one value of one image. Summed over the images of a vertex (modulo 2³²) it says what the images
 * contained there, whatever file they were read from and whichever thread read them; the sum changes when a value
 * changes or moves to another image.
 *
 * @param bits the value's float32 bits.
 * @param image 0-based: which image it is.
 */
export function fingerprint(bits: number, image: number): number {
  // The finalizer of MurmurHash3 (Appleby 2011), salted with the image.
  let hash = bits ^ Math.imul(image + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
