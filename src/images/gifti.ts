import { InputError } from "../errors.js";
import { type GiftiArray, readGiftiArrays } from "./giftiArray.js";
import { plainFloat32 } from "./numberType.js";
import type { StoredImage } from "./stored.js";

/** Arrays that are geometry or indices, not images. */
const NOT_IMAGES = new Set(["NIFTI_INTENT_POINTSET", "NIFTI_INTENT_TRIANGLE", "NIFTI_INTENT_NODE_INDEX"]);

/** GIFTI images (`.func.gii`, `.shape.gii`): one frame an array, or one a column of a two-dimensional array. */
export function openGifti(path: string): StoredImage {
  const arrays = readGiftiArrays(path).filter(({ intent }) => !NOT_IMAGES.has(intent));
  const vertices = arrays[0]?.dims[0] ?? 0;
  const isImage = ({ dims }: GiftiArray) => dims[0] === vertices && dims.slice(2).every((side) => side === 1);
  if (vertices === 0 || !arrays.every(isImage)) {
    throw new InputError({
      file: path,
      found: vertices === 0 ? "no array of values" : "arrays of different lengths",
      expected: "one array of values a frame",
    });
  }
  const columns = arrays.map(({ dims }) => dims[1] ?? 1);
  const frames = columns.reduce((sum, count) => sum + count, 0);
  const values = new Float32Array(vertices * frames);
  let next = 0;
  arrays.forEach((array, k) => {
    for (let column = 0; column < columns[k]; column++)
      for (let v = 0; v < vertices; v++) values[next++] = array.at(v, column);
  });
  const content = new Uint8Array(values.buffer);
  return {
    info: { path, format: "gifti", vertices, frames, space: { kind: "surface" } },
    encoding: plainFloat32,
    values: { content: () => content },
    offset: 0,
  };
}
