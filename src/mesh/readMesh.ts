import { InputError } from "../errors.js";
import { readGiftiArrays } from "../images/gifti.js";
import { readWhole } from "../images/stored.js";
import { decodeFreesurferSurface } from "./freesurferSurface.js";
import type { Mesh } from "./mesh.js";

/**
 * Reads a surface: GIFTI (`.gii`, `.gii.gz`) or a FreeSurfer triangle file.
 *
 * @throws InputError when it is missing or neither.
 */
export function readMesh(path: string): Mesh {
  if (!/\.gii(\.gz)?$/i.test(path)) return decodeFreesurferSurface(readWhole(path), path);
  const arrays = readGiftiArrays(path);
  const points = arrays.find(({ intent }) => intent === "NIFTI_INTENT_POINTSET");
  const triangles = arrays.find(({ intent }) => intent === "NIFTI_INTENT_TRIANGLE");
  if (points === undefined || triangles === undefined) {
    throw new InputError({
      file: path,
      found: "no points and triangles",
      expected: "a GIFTI surface (.surf.gii)",
    });
  }
  return { vertices: Float32Array.from(points.values), faces: Int32Array.from(triangles.values) };
}
