import { unzipSync } from "node:zlib";
import { InputError } from "../errors.js";
import { formatCount, plural } from "../print/number.js";
import { type GiftiText, readGiftiXml } from "./giftiXml.js";
import { ImageFile } from "./imageFile.js";
import {
  float32,
  float64,
  int8,
  int16,
  int32,
  type NumberType,
  uint8,
  uint16,
  uint32,
} from "./numberType.js";

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

const ENCODINGS = ["ASCII", "Base64Binary", "GZipBase64Binary"];
/** The most bytes of numbers that the arrays of one file hold: 32,492 vertices at 2,000 times in float32. */
const MOST_BYTES = 2 ** 28;
const MOST_DIMENSIONS = 6;
/** The most bytes of a file: those numbers in base64. */
const MOST_TEXT = 384 * 2 ** 20;

/** One array of a GIFTI file. */
export interface GiftiArray {
  readonly intent: string;
  /** Rows, and columns where there are two dimensions. */
  readonly dims: readonly number[];
  /** The number in a row and a column. */
  at(row: number, column: number): number;
}

/** What the attributes of an array promise. */
interface Promised {
  readonly type: NumberType;
  readonly dims: readonly number[];
  readonly count: number;
}

/**
 * Reads the arrays of a GIFTI file. Sizes are checked against the file before anything is unpacked.
 *
 * @param expected what should stand there, in words.
 * @throws InputError with the line, when the XML is broken or an array is not what its attributes promise.
 */
export function readGiftiArrays(path: string, expected = "an image file"): GiftiArray[] {
  const file = new ImageFile(path, expected);
  const content = file.content(MOST_TEXT);
  let bytes = 0;
  const texts = readGiftiXml(path, content, (attributes, line) => {
    const { type, count } = promisedBy(path, attributes, line);
    bytes += count * type.bytes;
    if (bytes > MOST_BYTES) {
      throw new InputError({
        file: path,
        line,
        found: `arrays of ${formatCount(bytes)} bytes`,
        expected: `at most ${formatCount(MOST_BYTES)}`,
      });
    }
    // The longest a number is written, and spaces and line ends between.
    return (attributes.Encoding === "ASCII" ? 64 * count : 2 * count * type.bytes) + 2 ** 16;
  });
  return texts.map((text) => arrayOf(path, text));
}

function promisedBy(path: string, attributes: Readonly<Record<string, string>>, line: number): Promised {
  const fault = (found: string, expected: string) => new InputError({ file: path, line, found, expected });
  const written = (name: string) => JSON.stringify(attributes[name] ?? "").slice(0, 40);
  const type = Object.hasOwn(TYPES, attributes.DataType ?? "") ? TYPES[attributes.DataType] : undefined;
  if (type === undefined)
    throw fault(`DataType=${written("DataType")}`, `one of ${Object.keys(TYPES).join(", ")}`);
  if (!ENCODINGS.includes(attributes.Encoding))
    throw fault(`Encoding=${written("Encoding")}`, `one of ${ENCODINGS.join(", ")}`);
  const whole = (name: string, most: number) => {
    const value = /^\s*\d{1,15}\s*$/.test(attributes[name] ?? "") ? Number(attributes[name]) : 0;
    if (value < 1 || value > most)
      throw fault(`${name}=${written(name)}`, `a whole number from 1 to ${formatCount(most)}`);
    return value;
  };
  const rank = whole("Dimensionality", MOST_DIMENSIONS);
  const dims = Array.from({ length: rank }, (_, k) => whole(`Dim${k}`, MOST_BYTES));
  return { type, dims, count: dims.reduce((a, b) => a * b, 1) };
}

function arrayOf(path: string, { attributes, data, line }: GiftiText): GiftiArray {
  const { type, dims, count } = promisedBy(path, attributes, line);
  const fault = (found: string) =>
    new InputError({ file: path, line, found, expected: plural(count, "number", "numbers") });
  const number = attributes.Encoding === "ASCII" ? ascii(data, count, fault) : binary();
  const [rows, columns = 1] = dims;
  const columnMajor = attributes.ArrayIndexingOrder === "ColumnMajorOrder";
  return {
    intent: attributes.Intent ?? "",
    dims,
    at: columnMajor
      ? (row, column) => number(column * rows + row)
      : (row, column) => number(row * columns + column),
  };

  function binary(): (k: number) => number {
    if (!/^[A-Za-z0-9+/\s]*[=\s]*$/.test(data)) throw fault("data that are no base64");
    const packed = Buffer.from(data, "base64");
    const bytes = attributes.Encoding === "GZipBase64Binary" ? unpack(packed) : packed;
    if (bytes.length !== count * type.bytes)
      throw fault(`an array of ${plural(bytes.length / type.bytes, "number", "numbers")}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const little = attributes.Endian !== "BigEndian";
    return (k) => type.read(view, k * type.bytes, little);
  }

  function unpack(packed: Uint8Array): Uint8Array {
    const most = count * type.bytes;
    try {
      return unzipSync(packed, { maxOutputLength: most, chunkSize: most + 1024 });
    } catch (error) {
      const larger = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
      throw fault(larger ? "an array of more numbers" : "an array that cannot be unpacked");
    }
  }
}

function ascii(data: string, count: number, fault: (found: string) => InputError): (k: number) => number {
  if (data.length < 2 * count - 1)
    throw fault(`an array of ${plural(data.length, "character", "characters")}`);
  const values = new Float64Array(count);
  const words = /\S+/g;
  let found = 0;
  for (let match = words.exec(data); match !== null; match = words.exec(data)) {
    const [word] = match;
    const value = /^[-+]?nan$/i.test(word) ? Number.NaN : Number(word.replace(/^([-+]?)inf$/i, "$1Infinity"));
    if (Number.isNaN(value) && !/nan$/i.test(word))
      throw fault(`${JSON.stringify(word.slice(0, 40))} among its numbers`);
    if (found < count) values[found] = value;
    found++;
  }
  if (found !== count) throw fault(`an array of ${plural(found, "number", "numbers")}`);
  return (k) => values[k];
}
