import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** A map over a volume. */
export interface NiftiMap {
  /** float32 or int32, voxels × volumes, voxel-major. */
  readonly data: Float32Array | Int32Array;
  readonly volumes: number;
  readonly dims: readonly [number, number, number];
  /** 4 × 4, row-major: voxel indices to mm. */
  readonly affine: readonly number[];
}

const HEADER = 352;

/** Writes a map as NIfTI-1 (`.nii.gz` when the name ends so), the volumes along the fourth dimension. */
export function writeNifti(path: string, map: NiftiMap): void {
  const { data, volumes, dims, affine } = map;
  const voxels = dims[0] * dims[1] * dims[2];
  const bytes = new Uint8Array(HEADER + 4 * data.length);
  const view = new DataView(bytes.buffer);
  const isInteger = data instanceof Int32Array;
  view.setInt32(0, 348, true);
  [volumes > 1 ? 4 : 3, ...dims, volumes, 1, 1, 1].forEach((value, k) => {
    view.setInt16(40 + 2 * k, value, true);
  });
  view.setInt16(70, isInteger ? 8 : 16, true);
  view.setInt16(72, 32, true);
  const length = (axis: number) => Math.hypot(affine[axis], affine[4 + axis], affine[8 + axis]) || 1;
  [1, length(0), length(1), length(2), 1].forEach((value, k) => {
    view.setFloat32(76 + 4 * k, value, true);
  });
  view.setFloat32(108, HEADER, true);
  view.setFloat32(112, 1, true);
  view.setUint8(123, 2); // millimeters
  view.setInt16(254, 2, true); // sform: aligned
  affine.slice(0, 12).forEach((value, k) => {
    view.setFloat32(280 + 4 * k, value, true);
  });
  bytes.set([0x6e, 0x2b, 0x31, 0], 344); // "n+1"
  const out = isInteger ? new Int32Array(bytes.buffer, HEADER) : new Float32Array(bytes.buffer, HEADER);
  for (let k = 0; k < volumes; k++)
    for (let v = 0; v < voxels; v++) out[k * voxels + v] = data[v * volumes + k];
  writeFileSync(path, path.endsWith(".gz") ? gzipSync(bytes) : bytes);
}
