import { inflateSync } from "node:zlib";
import gifti from "gifti-reader-js";
import { InputError } from "../errors.js";
import {
  float32,
  float64,
  int8,
  int16,
  int32,
  type NumberType,
  plainFloat32,
  uint8,
  uint16,
  uint32,
} from "./numberType.js";
import { readWhole, type StoredImage } from "./stored.js";

const TYPES: Readonly<Record<string, NumberType>> = {
  NIFTI_TYPE_UINT8: uint8,
  NIFTI_TYPE_INT8: int8,
  NIFTI_TYPE_INT16: int16,
  NIFTI_TYPE_UINT16: uint16,
  NIFTI_TYPE_INT32: int32,
  NIFTI_TYPE_UINT32: uint32,
  NIFTI_TYPE_FLOAT32: float32,
  NIFTI_TYPE_FLOAT64: float64,
};

/** Arrays that are geometry or indices, not images. */
const NOT_IMAGES = new Set(["NIFTI_INTENT_POINTSET", "NIFTI_INTENT_TRIANGLE", "NIFTI_INTENT_NODE_INDEX"]);

/** One array of a GIFTI file. */
export interface GiftiArray {
  readonly intent: string;
  readonly dims: readonly number[];
  /** Numbers in row-major order. */
  readonly values: Float64Array;
}

/**
 * Reads the arrays of a GIFTI file. The XML is parsed by gifti-reader-js; the numbers are decoded here,
 * because it ignores exponents in ASCII data, byte order, and all but three number types.
 */
export function readGiftiArrays(path: string): GiftiArray[] {
  const text = new TextDecoder().decode(readWhole(path));
  if (!/<\/GIFTI>\s*$/.test(text)) {
    throw new InputError({ file: path, found: "no </GIFTI> at its end", expected: "a whole GIFTI file" });
  }
  let parsed: ReturnType<typeof gifti.parse>;
  try {
    parsed = gifti.parse(text);
  } catch {
    throw new InputError({ file: path, found: "broken XML", expected: "a whole GIFTI file" });
  }
  return parsed.dataArrays.map(({ attributes, data }) => {
    const rank = Number(attributes.Dimensionality);
    const dims = Array.from({ length: rank }, (_, k) => Number(attributes[`Dim${k}`]));
    const values = numbersOf(
      path,
      attributes,
      String(data ?? ""),
      dims.reduce((a, b) => a * b, 1),
    );
    const columnMajor = attributes.ArrayIndexingOrder === "ColumnMajorOrder" && dims.length === 2;
    return {
      intent: attributes.Intent,
      dims,
      values: columnMajor ? transpose(values, dims[0], dims[1]) : values,
    };
  });
}

function numbersOf(
  path: string,
  attributes: Record<string, string>,
  text: string,
  count: number,
): Float64Array {
  const type = TYPES[attributes.DataType];
  if (type === undefined) {
    throw new InputError({
      file: path,
      found: `GIFTI data type ${attributes.DataType}`,
      expected: "integers or floats",
    });
  }
  const { Encoding: encoding } = attributes;
  const numbers = () => {
    if (encoding === "ASCII") return Float64Array.from(text.trim().split(/\s+/), Number);
    if (!encoding.includes("Base64Binary")) {
      throw new InputError({
        file: path,
        found: `GIFTI encoding ${encoding}`,
        expected: "ASCII or Base64Binary",
      });
    }
    const packed = Buffer.from(text, "base64");
    const bytes = encoding === "GZipBase64Binary" ? inflateSync(packed) : packed;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const little = attributes.Endian !== "BigEndian";
    return Float64Array.from({ length: Math.floor(bytes.length / type.bytes) }, (_, k) =>
      type.read(view, k * type.bytes, little),
    );
  };
  let values: Float64Array | undefined;
  try {
    values = numbers();
  } catch (error) {
    if (error instanceof InputError) throw error;
  }
  if (values?.length !== count) {
    throw new InputError({
      file: path,
      found:
        values === undefined ? "an array that cannot be unpacked" : `an array of ${values.length} numbers`,
      expected: `${count} numbers`,
    });
  }
  return values;
}

function transpose(values: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) out[i * columns + j] = values[j * rows + i];
  return out;
}

/** GIFTI images (`.func.gii`, `.shape.gii`): one frame an array, or one a column of a two-dimensional array. */
export function openGifti(path: string): StoredImage {
  const arrays = readGiftiArrays(path).filter(({ intent }) => !NOT_IMAGES.has(intent));
  const frames: Float64Array[] = [];
  for (const { dims, values } of arrays) {
    const [rows, columns = 1] = dims;
    for (let j = 0; j < columns; j++)
      frames.push(Float64Array.from({ length: rows }, (_, i) => values[i * columns + j]));
  }
  const vertices = frames[0]?.length ?? 0;
  if (vertices === 0 || frames.some((frame) => frame.length !== vertices)) {
    throw new InputError({
      file: path,
      found: frames.length === 0 ? "no array of values" : "arrays of different lengths",
      expected: "one array of values a frame",
    });
  }
  const values = new Float32Array(vertices * frames.length);
  frames.forEach((frame, k) => {
    values.set(frame, k * vertices);
  });
  const content = new Uint8Array(values.buffer);
  return {
    info: { path, format: "gifti", vertices, frames: frames.length, space: { kind: "surface" } },
    encoding: plainFloat32,
    values: { content: () => content },
    offset: 0,
  };
}
