import { InputError } from "../errors.js";
import { type GiftiArray, readGiftiArrays } from "../images/giftiArray.js";
import { ImageFile } from "../images/imageFile.js";
import { formatCount } from "../print/number.js";
import { decodeFreesurferSurface } from "./freesurferSurface.js";
import type { Mesh } from "./mesh.js";

/** The largest surface file: ten times the finest that FreeSurfer makes. */
const MOST_BYTES = 2 ** 28;
const EXPECTED = "a surface file";

/**
 * Reads a surface: GIFTI (`.gii`, `.gii.gz`) or a FreeSurfer triangle file.
 *
 * @throws InputError when it is missing or neither, or its faces name vertices that it does not have.
 */
export function readMesh(path: string): Mesh {
  const mesh = /\.gii(\.gz)?$/i.test(path)
    ? giftiSurface(path)
    : decodeFreesurferSurface(new ImageFile(path, EXPECTED).content(MOST_BYTES), path);
  const V = mesh.vertices.length / 3;
  const outside = mesh.faces.findIndex((vertex) => vertex < 0 || vertex >= V);
  if (outside >= 0) {
    throw new InputError({
      file: path,
      found: `face ${formatCount(Math.floor(outside / 3))} with vertex ${formatCount(mesh.faces[outside])}`,
      expected: `vertices from 0 to ${formatCount(V - 1)}`,
    });
  }
  return mesh;
}

function giftiSurface(path: string): Mesh {
  const arrays = readGiftiArrays(path, EXPECTED);
  const three = (intent: string) =>
    arrays.find((array) => array.intent === intent && array.dims.length === 2 && array.dims[1] === 3);
  const points = three("NIFTI_INTENT_POINTSET");
  const triangles = three("NIFTI_INTENT_TRIANGLE");
  if (points === undefined || triangles === undefined) {
    throw new InputError({
      file: path,
      found: "no points and triangles",
      expected: "a GIFTI surface (.surf.gii)",
    });
  }
  return { vertices: fill(points, Float32Array), faces: fill(triangles, Int32Array) };
}

function fill<Numbers extends Float32Array | Int32Array>(
  { dims, at }: GiftiArray,
  Type: new (length: number) => Numbers,
): Numbers {
  const out = new Type(3 * dims[0]);
  for (let row = 0; row < dims[0]; row++) for (let k = 0; k < 3; k++) out[3 * row + k] = at(row, k);
  return out;
}
