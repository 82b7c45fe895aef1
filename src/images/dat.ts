import { InputError } from "../errors.js";
import { plural } from "../print/number.js";
import type { ImageFile } from "./imageFile.js";
import { plainFloat32 } from "./numberType.js";
import type { Header } from "./stored.js";

/** Raw little-endian float32, one image a file: what BLMM writes and reads for surfaces. */
export function readDatHeader(file: ImageFile): Header {
  const { path, size } = file;
  if (size === 0 || size % 4 !== 0 || file.compressed) {
    throw new InputError({
      file: path,
      found: file.compressed ? "a compressed file" : plural(size, "byte", "bytes"),
      expected: "float32 values, 4 bytes a vertex",
    });
  }
  return {
    format: "dat",
    vertices: size / 4,
    frames: 1,
    space: { kind: "surface" },
    encoding: plainFloat32,
    file,
    offset: 0,
    at: { vertices: 0, frames: 0, offset: 0 },
    tail: 0,
  };
}
