import { closeSync, fstatSync } from "node:fs";
import { InputError } from "../errors.js";
import { float32, int16 } from "./numberType.js";
import { checkSize, openExisting, readStart, type StoredImage } from "./stored.js";

/** Whether the first bytes are those of FreeSurfer's newer curvature format. */
export function isNewCurv(start: Uint8Array): boolean {
  return start.length >= 15 && start[0] === 0xff && start[1] === 0xff && start[2] === 0xff;
}

/**
 * FreeSurfer's curvature files (`lh.thickness`, `lh.sulc`, …), big-endian. The newer kind holds float32
 * after a 15-byte header; the older one 16-bit hundredths after two 3-byte counts.
 */
export function openCurv(path: string): StoredImage {
  const start = readStart(path);
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const descriptor = openExisting(path);
  const { size } = fstatSync(descriptor);
  closeSync(descriptor);
  const surface = { kind: "surface" } as const;
  if (isNewCurv(start)) {
    const info = {
      path,
      format: "curv",
      vertices: view.getInt32(3),
      frames: view.getInt32(11),
      space: surface,
    } as const;
    const encoding = { type: float32, littleEndian: false, slope: 1, intercept: 0 };
    return checkSize({ info, encoding, values: { file: path }, offset: 15 }, size, true);
  }
  const vertices = start.length < 6 ? 0 : (start[0] << 16) | (start[1] << 8) | start[2];
  if (vertices === 0 || size !== 6 + 2 * vertices) {
    throw new InputError({
      file: path,
      found: "a file whose name and first bytes are those of no image format",
      expected: ".dat, .nii, .nii.gz, .img, .gii, .gii.gz, .mgh, .mgz or a FreeSurfer curv file",
    });
  }
  return {
    info: { path, format: "curv", vertices, frames: 1, space: surface },
    encoding: { type: int16, littleEndian: false, slope: 0.01, intercept: 0 },
    values: { file: path },
    offset: 6,
  };
}
