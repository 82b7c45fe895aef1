import { InputError } from "../errors.js";
import type { ImageFile } from "./imageFile.js";
import { float32, int16 } from "./numberType.js";
import type { Header } from "./stored.js";

/** Whether the first bytes are those of FreeSurfer's newer curvature format. */
function isNewCurv(start: Uint8Array): boolean {
  return start.length >= 15 && start[0] === 0xff && start[1] === 0xff && start[2] === 0xff;
}

/**
 * FreeSurfer's curvature files (`lh.thickness`, `lh.sulc`, …), big-endian. The newer kind holds float32
 * after a 15-byte header; the older one 16-bit hundredths after two 3-byte counts.
 */
export function readCurvHeader(file: ImageFile): Header {
  const { start, view, size } = file;
  const common = { format: "curv", space: { kind: "surface" }, file, tail: 0 } as const;
  if (isNewCurv(start)) {
    return {
      ...common,
      vertices: view.getInt32(3),
      frames: view.getInt32(11),
      encoding: { type: float32, littleEndian: false, slope: 1, intercept: 0 },
      offset: 15,
      at: { vertices: 3, frames: 11, offset: 0 },
    };
  }
  const vertices = start.length < 6 ? 0 : (start[0] << 16) | (start[1] << 8) | start[2];
  if (vertices === 0 || file.compressed || size !== 6 + 2 * vertices) {
    throw new InputError({
      file: file.path,
      found: "a file whose name and first bytes are those of no image format",
      expected: ".dat, .nii, .nii.gz, .img, .gii, .gii.gz, .mgh, .mgz or a FreeSurfer curv file",
    });
  }
  return {
    ...common,
    vertices,
    frames: 1,
    encoding: { type: int16, littleEndian: false, slope: 0.01, intercept: 0 },
    offset: 6,
    at: { vertices: 0, frames: 0, offset: 0 },
  };
}
