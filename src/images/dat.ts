import { closeSync, fstatSync } from "node:fs";
import { InputError } from "../errors.js";
import { plainFloat32 } from "./numberType.js";
import { openExisting, type StoredImage } from "./stored.js";

/** Raw little-endian float32, one image a file: what BLMM writes and reads for surfaces. */
export function openDat(path: string): StoredImage {
  const descriptor = openExisting(path);
  const { size } = fstatSync(descriptor);
  closeSync(descriptor);
  if (size === 0 || size % 4 !== 0) {
    throw new InputError({
      file: path,
      found: `${size.toLocaleString("en-US")} bytes`,
      expected: "float32 values, 4 bytes a vertex",
    });
  }
  return {
    info: { path, format: "dat", vertices: size / 4, frames: 1, space: { kind: "surface" } },
    encoding: plainFloat32,
    values: { file: path },
    offset: 0,
  };
}
