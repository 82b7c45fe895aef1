import { existsSync, statSync } from "node:fs";
import { isNIFTI, type NIFTI1, type NIFTI2, NIFTI1 as Nifti1Header, readHeader } from "nifti-reader-js";
import { InputError } from "../errors.js";
import {
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  type NumberType,
  uint8,
  uint16,
  uint32,
  uint64,
} from "./numberType.js";
import { checkSize, isCompressed, readStart, readWhole, type StoredImage } from "./stored.js";

const TYPES: Readonly<Record<number, NumberType>> = {
  [Nifti1Header.TYPE_UINT8]: uint8,
  [Nifti1Header.TYPE_INT16]: int16,
  [Nifti1Header.TYPE_INT32]: int32,
  [Nifti1Header.TYPE_FLOAT32]: float32,
  [Nifti1Header.TYPE_FLOAT64]: float64,
  [Nifti1Header.TYPE_INT8]: int8,
  [Nifti1Header.TYPE_UINT16]: uint16,
  [Nifti1Header.TYPE_UINT32]: uint32,
  [Nifti1Header.TYPE_INT64]: int64,
  [Nifti1Header.TYPE_UINT64]: uint64,
};

/** NIfTI-1 and NIfTI-2: one file (`.nii`, `.nii.gz`) or a pair (`.hdr` and `.img`); the fourth dimension holds images. */
export function openNifti(path: string): StoredImage {
  const [headerFile, dataFile] = filesOf(path);
  const start = readStart(headerFile);
  const buffer = start.slice().buffer;
  if (start.length < 348 || !isNIFTI(buffer, true)) {
    throw new InputError({
      file: headerFile,
      found: "no NIfTI header",
      expected: "a NIfTI-1 or NIfTI-2 file",
    });
  }
  const header = readHeader(buffer, true);
  const type = TYPES[header.datatypeCode];
  if (type === undefined) {
    throw new InputError({
      file: headerFile,
      found: `NIfTI data type ${header.datatypeCode}`,
      expected: "integers of 8 to 64 bits, float32 or float64",
    });
  }
  const dims = spatialDims(header, start);
  const size = (k: number) => (k <= header.dims[0] ? Math.max(1, header.dims[k]) : 1);
  const frames = size(4) * size(5) * size(6) * size(7);
  // The standard says: a slope of zero means that the values are not scaled.
  const scaled = header.scl_slope !== 0 && Number.isFinite(header.scl_slope);
  const pair = headerFile !== dataFile;
  const compressed = isCompressed(readFirst(dataFile));
  const image: StoredImage = {
    info: {
      path,
      format: "nifti",
      vertices: dims[0] * dims[1] * dims[2],
      frames,
      space: { kind: "volume", dims, affine: header.affine.flat() },
    },
    encoding: {
      type,
      littleEndian: header.littleEndian,
      slope: scaled ? header.scl_slope : 1,
      intercept: scaled && Number.isFinite(header.scl_inter) ? header.scl_inter : 0,
    },
    values: compressed ? { content: () => contentOf(image, dataFile) } : { file: dataFile },
    offset: pair ? Math.max(0, header.vox_offset) : header.vox_offset,
  };
  return compressed ? image : checkSize(image, statSync(dataFile).size, true);
}

function contentOf(image: StoredImage, file: string): Uint8Array {
  const bytes = readWhole(file);
  checkSize(image, bytes.length, true);
  return bytes;
}

function filesOf(path: string): [header: string, data: string] {
  const match = /^(.*)\.(img|hdr)(\.gz)?$/i.exec(path);
  if (match === null) return [path, path];
  const [, base, , gz = ""] = match;
  const [header, data] = [`${base}.hdr${gz}`, `${base}.img${gz}`];
  for (const file of [header, data]) {
    if (!existsSync(file)) {
      throw new InputError({
        file,
        found: "no such file",
        expected: "the other half of the .hdr and .img pair",
      });
    }
  }
  return [header, data];
}

/** FreeSurfer stores surfaces of more than 32,767 vertices with dim[1] = −1 and the count in glmin. */
function spatialDims(header: NIFTI1 | NIFTI2, start: Uint8Array): [number, number, number] {
  const [rank, x, y, z] = header.dims;
  const side = (axis: number, value: number) => (axis <= rank ? Math.max(1, value) : 1);
  if (x >= 0) return [side(1, x), side(2, y), side(3, z)];
  const glmin = new DataView(start.buffer, start.byteOffset).getInt32(144, header.littleEndian);
  return [glmin, side(2, y), side(3, z)];
}

function readFirst(file: string): Uint8Array {
  return /\.gz$/i.test(file) ? Uint8Array.of(0x1f, 0x8b, 8) : new Uint8Array(0);
}
