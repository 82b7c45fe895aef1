import { InputError } from "../errors.js";
import type { ImageSpace } from "./image.js";
import type { ImageFile } from "./imageFile.js";
import { float32, int16, int32, type NumberType, uint8, uint16 } from "./numberType.js";
import type { Header } from "./stored.js";

const TYPES: Readonly<Record<number, NumberType>> = { 0: uint8, 1: int32, 3: float32, 4: int16, 10: uint16 };
const DATA_OFFSET = 284;
/** Tags may follow the values: the commands that made the file, transforms, colors. */
const MOST_TAGS = 2 ** 26;

/** FreeSurfer's MGH format, big-endian, and its compressed form MGZ; frames are images. */
export function readMghHeader(file: ImageFile): Header {
  const { start, view, path } = file;
  if (start.length < DATA_OFFSET || view.getInt32(0) !== 1) {
    throw new InputError({ file: path, found: "no MGH header", expected: "a FreeSurfer .mgh or .mgz file" });
  }
  const [width, height, depth, frames, code] = [4, 8, 12, 16, 20].map((at) => view.getInt32(at));
  const type = TYPES[code];
  if (type === undefined) {
    throw new InputError({
      file: path,
      byte: 20,
      found: `MGH data type ${code}`,
      expected: "0 (uchar), 1 (int), 3 (float), 4 (short) or 10 (ushort)",
    });
  }
  for (const [k, side] of [width, height, depth].entries()) {
    if (side < 1)
      throw new InputError({
        file: path,
        byte: 4 + 4 * k,
        found: `${side} voxels a side`,
        expected: "at least 1",
      });
  }
  const space: ImageSpace =
    height === 1 && depth === 1
      ? { kind: "surface" }
      : { kind: "volume", dims: [width, height, depth], affine: affineOf(view, [width, height, depth]) };
  return {
    format: "mgh",
    vertices: width * height * depth,
    frames,
    space,
    encoding: { type, littleEndian: false, slope: 1, intercept: 0 },
    file,
    offset: DATA_OFFSET,
    at: { vertices: 4, frames: 16, offset: 0 },
    tail: MOST_TAGS,
  };
}

/** Voxel indices to mm: direction cosines × voxel sizes, and the center c_ras in the middle of the volume. */
function affineOf(view: DataView, dims: readonly number[]): number[] {
  const good = view.getInt16(28) > 0;
  const float = (k: number) => view.getFloat32(30 + 4 * k);
  const size = good ? [0, 1, 2].map(float) : [1, 1, 1];
  // Without a good RAS flag the volume is coronal with unit voxels, as FreeSurfer assumes.
  const cosines = good ? Array.from({ length: 9 }, (_, k) => float(3 + k)) : [-1, 0, 0, 0, 0, -1, 0, 1, 0];
  const center = good ? [12, 13, 14].map(float) : [0, 0, 0];
  const affine = new Array<number>(16).fill(0);
  for (let row = 0; row < 3; row++) {
    let origin = center[row];
    for (let axis = 0; axis < 3; axis++) {
      const step = cosines[axis * 3 + row] * size[axis];
      affine[row * 4 + axis] = step;
      origin -= (step * dims[axis]) / 2;
    }
    affine[row * 4 + 3] = origin;
  }
  affine[15] = 1;
  return affine;
}
