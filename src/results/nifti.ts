import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** A map over a volume, or over a surface that came as NIfTI. */
export interface NiftiMap {
  /** float32 or int32, voxels × volumes, voxel-major. */
  readonly data: Float32Array | Int32Array;
  readonly volumes: number;
  readonly dims: readonly [number, number, number];
  /** 4 × 4, row-major: voxel indices to mm. */
  readonly affine: readonly number[];
}

/** Bytes before the first value: the header, and four that say that no extension follows. */
const START = { 1: 352, 2: 544 } as const;
/** NIfTI-1 counts with int16: a surface of fsaverage6 or more does not fit. */
const MOST_NIFTI1 = 32_767;

/**
 * Writes a map as NIfTI (`.nii.gz` when the name ends so), the volumes along the fourth dimension: NIfTI-1, or
 * NIfTI-2 where a side has more than 32,767 values.
 */
export function writeNifti(path: string, map: NiftiMap): void {
  const { data, volumes, dims } = map;
  const voxels = dims[0] * dims[1] * dims[2];
  const version = Math.max(...dims, volumes) > MOST_NIFTI1 ? 2 : 1;
  const start = START[version];
  const bytes = new Uint8Array(start + 4 * data.length);
  const isInteger = data instanceof Int32Array;
  const header = new DataView(bytes.buffer, 0, start);
  if (version === 1) writeHeader1(header, map, isInteger);
  else writeHeader2(header, map, isInteger);
  const out = isInteger ? new Int32Array(bytes.buffer, start) : new Float32Array(bytes.buffer, start);
  for (let k = 0; k < volumes; k++)
    for (let v = 0; v < voxels; v++) out[k * voxels + v] = data[v * volumes + k];
  writeFileSync(path, path.endsWith(".gz") ? gzipSync(bytes) : bytes);
}

function writeHeader1(view: DataView, map: NiftiMap, isInteger: boolean): void {
  view.setInt32(0, 348, true);
  sizes(map).forEach((value, k) => {
    view.setInt16(40 + 2 * k, value, true);
  });
  view.setInt16(70, isInteger ? INT32 : FLOAT32, true);
  view.setInt16(72, 32, true);
  spacing(map).forEach((value, k) => {
    view.setFloat32(76 + 4 * k, value, true);
  });
  view.setFloat32(108, START[1], true);
  view.setFloat32(112, 1, true); // slope
  view.setUint8(123, MILLIMETERS);
  view.setInt16(254, ALIGNED, true); // sform_code
  map.affine.slice(0, 12).forEach((value, k) => {
    view.setFloat32(280 + 4 * k, value, true);
  });
  setText(view, 344, "n+1\0");
}

function writeHeader2(view: DataView, map: NiftiMap, isInteger: boolean): void {
  view.setInt32(0, 540, true);
  setText(view, 4, "n+2\0\r\n\x1a\n");
  view.setInt16(12, isInteger ? INT32 : FLOAT32, true);
  view.setInt16(14, 32, true);
  sizes(map).forEach((value, k) => {
    view.setBigInt64(16 + 8 * k, BigInt(value), true);
  });
  spacing(map).forEach((value, k) => {
    view.setFloat64(104 + 8 * k, value, true);
  });
  view.setBigInt64(168, BigInt(START[2]), true);
  view.setFloat64(176, 1, true); // slope
  view.setInt32(348, ALIGNED, true); // sform_code
  map.affine.slice(0, 12).forEach((value, k) => {
    view.setFloat64(400 + 8 * k, value, true);
  });
  view.setInt32(500, MILLIMETERS, true);
}

const [INT32, FLOAT32, MILLIMETERS, ALIGNED] = [8, 16, 2, 2];

function sizes({ dims, volumes }: NiftiMap): number[] {
  return [volumes > 1 ? 4 : 3, ...dims, volumes, 1, 1, 1];
}

/** 1 (the handedness), then the sizes of a voxel in mm and of a volume. */
function spacing({ affine }: NiftiMap): number[] {
  const length = (axis: number) => Math.hypot(affine[axis], affine[4 + axis], affine[8 + axis]) || 1;
  return [1, length(0), length(1), length(2), 1];
}

function setText(view: DataView, at: number, text: string): void {
  for (let k = 0; k < text.length; k++) view.setUint8(at + k, text.charCodeAt(k));
}
