/** A number type of image files. */
export interface NumberType {
  readonly name: string;
  readonly bytes: number;
  read(view: DataView, at: number, littleEndian: boolean): number;
}

const type = (name: string, bytes: number, read: NumberType["read"]): NumberType => ({ name, bytes, read });

export const uint8 = type("uint8", 1, (view, at) => view.getUint8(at));
export const int8 = type("int8", 1, (view, at) => view.getInt8(at));
export const int16 = type("int16", 2, (view, at, little) => view.getInt16(at, little));
export const uint16 = type("uint16", 2, (view, at, little) => view.getUint16(at, little));
export const int32 = type("int32", 4, (view, at, little) => view.getInt32(at, little));
export const uint32 = type("uint32", 4, (view, at, little) => view.getUint32(at, little));
export const int64 = type("int64", 8, (view, at, little) => Number(view.getBigInt64(at, little)));
export const uint64 = type("uint64", 8, (view, at, little) => Number(view.getBigUint64(at, little)));
export const float32 = type("float32", 4, (view, at, little) => view.getFloat32(at, little));
export const float64 = type("float64", 8, (view, at, little) => view.getFloat64(at, little));

/** How the values of an image are stored: value = slope · stored + intercept. */
export interface Encoding {
  readonly type: NumberType;
  readonly littleEndian: boolean;
  readonly slope: number;
  readonly intercept: number;
}

/** Little-endian float32 as it is, the commonest encoding. */
export const plainFloat32: Encoding = { type: float32, littleEndian: true, slope: 1, intercept: 0 };

/** Whether stored bytes are the values as they lie in memory. */
export function isPlain({ type, littleEndian, slope, intercept }: Encoding): boolean {
  return type === float32 && littleEndian && slope === 1 && intercept === 0;
}

/** Decodes stored bytes into `into`, as many values as it holds. */
export function decode(bytes: Uint8Array, encoding: Encoding, into: Float32Array): void {
  const { type, littleEndian, slope, intercept } = encoding;
  if (isPlain(encoding)) {
    new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(bytes.subarray(0, into.byteLength));
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let k = 0; k < into.length; k++)
    into[k] = slope * type.read(view, k * type.bytes, littleEndian) + intercept;
}
