import { gunzipSync, gzipSync } from "node:zlib";
import { type Random, randomStream } from "../../src/simulate/random.js";

/** Draws what a mutation needs. */
class Draw {
  constructor(private readonly random: Random) {}

  /** A whole number from 0 to `below` − 1. */
  whole(below: number): number {
    return Math.floor(this.random.uniform() * below);
  }

  chance(share: number): boolean {
    return this.random.uniform() < share;
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.whole(items.length)];
  }
}

const INTEGERS = [0, 1, -1, 2, 7, 255, 256, 32767, -32768, 65535, 1e9, 2147483647, -2147483648];
const FLOATS = [0, -0, 1, -1, 0.5, 352.5, 1e9, 1e30, 1e300, Number.NaN, Number.POSITIVE_INFINITY, -1e30];
const WORDS = [
  ..."0 1 -1 1e8 1e300 99999999999 NaN inf -0 0x10 2**32 1,5 −3 ~ null true [] {} [[ ]] {{".split(" "),
  ...'"" " \' <!-- --> <![CDATA[ ]]> &lt; &x; &#0; <a> </a> <a/> </Data> <DataArray> <?x ?> <!DOCTYPE &a *a << !!binary !!set !x | >'.split(
    " ",
  ),
  "\n",
  "\r\n",
  "\t",
  "\u0000",
  "\uFEFF",
  "é",
  "- ",
  "? ",
  ": ",
  "#",
  "__proto__",
  "constructor",
  "../..",
  "/dev/zero",
  " ".repeat(300),
  "(".repeat(300),
];

/** The `index`-th mutant of some seeds: always the same bytes. */
export function mutant(
  seeds: readonly Uint8Array[],
  isText: boolean,
  seed: number,
  index: number,
): Uint8Array {
  const draw = new Draw(randomStream(seed, index));
  const original = draw.of(seeds);
  const packed = original[0] === 0x1f && original[1] === 0x8b;
  // Of packed files the content as often as the packing.
  const inside = packed && draw.chance(0.5);
  let bytes: Uint8Array = inside ? gunzipSync(original) : Uint8Array.from(original);
  for (let left = 1 + draw.whole(4); left > 0; left--) {
    bytes = isText && draw.chance(0.8) ? changeText(bytes, draw) : changeBytes(bytes, draw, draw.of(seeds));
  }
  return inside ? gzipSync(bytes, { level: 1 }) : bytes;
}

function changeBytes(bytes: Uint8Array, draw: Draw, other: Uint8Array): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(draw.whole(256));
  // Headers are where files go wrong most.
  const at = draw.whole(draw.chance(0.6) ? Math.min(bytes.length, 400) : bytes.length);
  const length = draw.whole(Math.min(64, bytes.length - at) + 1);
  switch (draw.whole(10)) {
    case 0:
      bytes[at] ^= 1 << draw.whole(8);
      return bytes;
    case 1:
      bytes[at] = draw.whole(256);
      return bytes;
    case 2:
      return bytes.slice(0, at);
    case 3:
      return Buffer.concat([bytes, other.subarray(0, length)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 6:
      return Uint8Array.from(bytes).fill(draw.of([0, 255]), at, at + length);
    case 7:
      return Buffer.concat([bytes.subarray(0, at), other.subarray(Math.min(at, other.length))]);
    default:
      return writeNumber(bytes, draw.chance(0.8) ? at & ~1 : at, draw);
  }
}

function writeNumber(bytes: Uint8Array, at: number, draw: Draw): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const view = new DataView(copy.buffer);
  const little = draw.chance(0.5);
  const room = copy.length - at;
  const kind = draw.whole(4);
  if (kind === 0 && room >= 2) view.setInt16(at, draw.of(INTEGERS), little);
  else if (kind === 1 && room >= 4) view.setInt32(at, draw.of(INTEGERS), little);
  else if (kind === 2 && room >= 4) view.setFloat32(at, draw.of(FLOATS), little);
  else if (room >= 8) view.setFloat64(at, draw.of(FLOATS), little);
  else copy[at] = 255;
  return copy;
}

function changeText(bytes: Uint8Array, draw: Draw): Uint8Array {
  const text = Buffer.from(bytes).toString("utf8");
  const lines = text.split("\n");
  const line = draw.whole(lines.length);
  const tokens = [...text.matchAll(/[\w.+-]+|[^\w\s]/g)];
  const token = tokens.length > 0 ? draw.of(tokens) : undefined;
  const replace = (word: string) =>
    token === undefined
      ? word
      : text.slice(0, token.index) + word + text.slice(token.index + token[0].length);
  const changed = () => {
    switch (draw.whole(7)) {
      case 0:
        return replace("");
      case 1:
        return replace(token === undefined ? "" : token[0] + token[0]);
      case 2:
        return lines.toSpliced(line, 1).join("\n");
      case 3:
        return lines.toSpliced(draw.whole(lines.length), 0, lines[line]).join("\n");
      case 4:
        return lines.with(line, draw.of(["", "  ", "\t"]) + lines[line].trim()).join("\n");
      default:
        return replace(draw.of(WORDS));
    }
  };
  return Buffer.from(changed(), "utf8");
}
