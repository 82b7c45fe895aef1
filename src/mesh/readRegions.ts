import sax from "sax";
import { InputError } from "../errors.js";
import { readGiftiArrays } from "../images/giftiArray.js";
import { ImageFile } from "../images/imageFile.js";
import { plural } from "../print/number.js";

/** Which region of the cortex each vertex lies in. */
export interface Regions {
  readonly names: readonly string[];
  /** int32, V: 0-based in `names`; −1 where a vertex lies in none. */
  readonly at: Int32Array;
}

const EXPECTED = "a label file";
const MOST_BYTES = 2 ** 28;

/**
 * Reads which region each vertex lies in: a FreeSurfer annotation (`.annot`, with its color table) or GIFTI labels
 * (`.label.gii`). Keys that the file gives no name are called by their number.
 *
 * @throws InputError when it is missing, neither, or ends too early.
 */
export function readRegions(path: string): Regions {
  return /\.gii(\.gz)?$/i.test(path) ? giftiLabels(path) : annotation(path);
}

function giftiLabels(path: string): Regions {
  const array = readGiftiArrays(path, EXPECTED).find(({ intent }) => intent === "NIFTI_INTENT_LABEL");
  if (array === undefined) {
    throw new InputError({
      file: path,
      found: "no array of labels",
      expected: "GIFTI labels (.label.gii), with NIFTI_INTENT_LABEL",
    });
  }
  const keys = Array.from({ length: array.dims[0] }, (_, v) => array.at(v, 0));
  return regionsOf(keys, labelTable(new ImageFile(path, EXPECTED).content(MOST_BYTES)));
}

function labelTable(content: Uint8Array): Map<number, string> {
  const names = new Map<number, string>();
  const parser = sax.parser(true);
  let key: number | undefined;
  let text = "";
  parser.onopentag = ({ name, attributes }) => {
    key = name === "Label" ? Number(attributes.Key ?? attributes.Index) : undefined;
    text = "";
  };
  const add = (piece: string) => {
    if (key !== undefined) text += piece;
  };
  parser.ontext = add;
  parser.oncdata = add;
  parser.onclosetag = () => {
    if (key !== undefined) names.set(key, text.trim());
    key = undefined;
  };
  parser.write(new TextDecoder().decode(content)).close();
  return names;
}

/** Big-endian int32: V, then (vertex, color) pairs, then 1 and a color table, of the first version or the second. */
function annotation(path: string): Regions {
  const bytes = new ImageFile(path, EXPECTED).content(MOST_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (found: string) =>
    new InputError({
      file: path,
      byte: Math.min(at, bytes.length),
      found,
      expected: "a whole FreeSurfer annotation (.annot) with its color table, or GIFTI labels (.label.gii)",
    });
  let at = 0;
  const int = () => {
    if (at + 4 > bytes.length) throw fail("an end in the middle");
    at += 4;
    return view.getInt32(at - 4);
  };
  const text = () => {
    const length = int();
    if (length < 0 || at + length > bytes.length) throw fail(`a name of ${plural(length, "byte", "bytes")}`);
    at += length;
    return new TextDecoder().decode(bytes.subarray(at - length, at)).replace(/\0.*$/s, "");
  };
  const V = int();
  if (V < 1 || 8 * V > bytes.length - 4) throw fail(`${plural(V, "vertex", "vertices")} promised`);
  const colors = new Array<number>(V).fill(0);
  for (let k = 0; k < V; k++) {
    const vertex = int();
    if (vertex < 0 || vertex >= V) throw fail(`vertex ${vertex} of ${V}`);
    colors[vertex] = int();
  }
  if (at + 4 > bytes.length || int() === 0) throw fail("no color table");
  const names = new Map<number, string>();
  const first = int();
  if (first < 0 && first !== -2) throw fail(`a color table of version ${-first}`);
  // The first version counts its regions at once; the second gives the largest number, the file's name and a count.
  if (first < 0) int();
  text();
  const count = first < 0 ? int() : first;
  for (let k = 0; k < count; k++) {
    if (first < 0) int();
    const name = text();
    const [red, green, blue] = [int(), int(), int()];
    int();
    names.set(red + 256 * green + 65536 * blue, name);
  }
  return regionsOf(colors, names);
}

function regionsOf(keys: readonly number[], table: ReadonlyMap<number, string>): Regions {
  const places = new Map([...table.keys()].map((key, k) => [key, k]));
  const names = [...table.values()];
  const at = Int32Array.from(keys, (key) => {
    const known = places.get(key);
    if (known !== undefined) return known;
    // What FreeSurfer and GIFTI call 0 without a name is no region.
    if (key === 0) return -1;
    places.set(key, names.length);
    return names.push(`${key}`) - 1;
  });
  return { names, at };
}
