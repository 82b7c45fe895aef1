import { existsSync } from "node:fs";
import { isNIFTI, type NIFTI1, type NIFTI2, NIFTI1 as Nifti1Header, readHeader } from "nifti-reader-js";
import { InputError } from "../errors.js";
import { ImageFile } from "./imageFile.js";
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
import type { Header } from "./stored.js";

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

/** Bytes of the header itself; what follows it (extensions) is not read. */
const HEADER_BYTES = { 1: 348, 2: 540 } as const;
/** Where each version says these. */
const AT = {
  1: { rank: 40, type: 70, vertices: 42, frames: 48, offset: 108 },
  2: { rank: 16, type: 12, vertices: 24, frames: 48, offset: 168 },
} as const;

/** NIfTI-1 and NIfTI-2: one file (`.nii`, `.nii.gz`) or a pair (`.hdr` and `.img`); the fourth dimension holds images. */
export function readNiftiHeader(path: string): Header {
  const [headerFile, file] = filesOf(path);
  const { header, version } = parse(headerFile);
  const at = AT[version];
  const fault = (byte: number, found: string, expected: string) =>
    new InputError({ file: headerFile.path, byte, found, expected });
  const type = TYPES[header.datatypeCode];
  if (type === undefined) {
    throw fault(
      at.type,
      `NIfTI data type ${header.datatypeCode}`,
      "integers of 8 to 64 bits, float32 or float64",
    );
  }
  const [rank] = header.dims;
  if (!(rank >= 1 && rank <= 7)) throw fault(at.rank, `${rank} dimensions`, "1 to 7");
  // A side of zero is written by some tools for one that is not used.
  const side = (k: number) => {
    if (k > rank) return 1;
    const value = header.dims[k];
    if (value < 0) throw fault(at.rank + k * (version === 1 ? 2 : 8), `${value} values a side`, "at least 1");
    return Math.max(1, value);
  };
  const dims: [number, number, number] = [
    firstSide(header, headerFile.view, version) ?? side(1),
    side(2),
    side(3),
  ];
  const pair = headerFile !== file;
  const first = pair ? 0 : HEADER_BYTES[version] + 4;
  const offset = header.vox_offset === 0 ? first : header.vox_offset;
  if (offset < first)
    throw fault(at.offset, `values from byte ${offset} on, inside the header`, `byte ${first} or later`);
  // The standard says: a slope of zero means that the values are not scaled.
  const scaled = header.scl_slope !== 0 && Number.isFinite(header.scl_slope);
  return {
    format: "nifti",
    vertices: dims[0] * dims[1] * dims[2],
    frames: side(4) * side(5) * side(6) * side(7),
    space: { kind: "volume", dims, affine: header.affine.flat() },
    encoding: {
      type,
      littleEndian: header.littleEndian,
      slope: scaled ? header.scl_slope : 1,
      intercept: scaled && Number.isFinite(header.scl_inter) ? header.scl_inter : 0,
    },
    file,
    offset,
    at,
    tail: 0,
  };
}

function parse(file: ImageFile): { header: NIFTI1 | NIFTI2; version: 1 | 2 } {
  // Exactly the header: the reader would follow the sizes of extensions wherever they lead.
  for (const version of [1, 2] as const) {
    const buffer = file.start.slice(0, HEADER_BYTES[version]).buffer;
    if (buffer.byteLength < HEADER_BYTES[version]) continue;
    try {
      const header = isNIFTI(buffer, true) ? readHeader(buffer, true) : undefined;
      if (header === undefined || header instanceof Nifti1Header !== (version === 1)) continue;
      return {
        header: header.affine.flat().some(Number.isNaN) ? withUnitQuaternion(header, buffer) : header,
        version,
      };
    } catch {
      // Told below: no header.
    }
  }
  throw new InputError({ file: file.path, found: "no NIfTI header", expected: "a NIfTI-1 or NIfTI-2 file" });
}

/** A quaternion that is longer than 1 by rounding has no real first part: shortened to 1, it is a rotation. */
function withUnitQuaternion(header: NIFTI1 | NIFTI2, buffer: ArrayBuffer): NIFTI1 | NIFTI2 {
  const { quatern_b: b, quatern_c: c, quatern_d: d, littleEndian } = header;
  const length = Math.hypot(b, c, d);
  if (!(header instanceof Nifti1Header) || !(length > 1 && length < 1.001)) return header;
  const view = new DataView(buffer);
  // Shorter than 1 by what float32 may round up again.
  [b, c, d].forEach((part, k) => {
    view.setFloat32(256 + 4 * k, (part / length) * (1 - 2 ** -22), littleEndian);
  });
  return readHeader(buffer, true);
}

function filesOf(path: string): [header: ImageFile, values: ImageFile] {
  const match = /^(.*)\.(img|hdr)(\.gz)?$/i.exec(path);
  if (match === null) {
    const file = new ImageFile(path);
    return [file, file];
  }
  const [, base, , gz = ""] = match;
  const [header, values] = [`${base}.hdr${gz}`, `${base}.img${gz}`];
  for (const file of [header, values]) {
    if (existsSync(file)) continue;
    throw new InputError({
      file,
      found: "no such file",
      expected: "the other half of the .hdr and .img pair",
    });
  }
  return [new ImageFile(header), new ImageFile(values)];
}

/** FreeSurfer stores surfaces of more than 32,767 vertices with dim[1] = −1 and the count in glmin. */
function firstSide(header: NIFTI1 | NIFTI2, view: DataView, version: 1 | 2): number | undefined {
  return version === 1 && header.dims[1] === -1 ? view.getInt32(144, header.littleEndian) : undefined;
}
