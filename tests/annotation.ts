import { Buffer } from "node:buffer";

const int = (...values: readonly number[]) => {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, k) => {
    bytes.writeInt32BE(value, 4 * k);
  });
  return bytes;
};

const text = (words: string) => {
  const bytes = Buffer.from(`${words}\0`);
  return Buffer.concat([int(bytes.length), bytes]);
};

/** A FreeSurfer annotation (`.annot`) in the second version of the format. */
export function annotation(names: readonly string[], at: ArrayLike<number>): Uint8Array {
  const color = (k: number) => [(k * 37) % 250, (k * 91) % 250, k + 1];
  const code = (k: number) => color(k).reduce((sum, part, axis) => sum + part * 256 ** axis, 0);
  const pairs = Array.from(at, (region, vertex) => [vertex, code(region)]).flat();
  const table = names.flatMap((name, k) => [int(k), text(name), int(...color(k), 0)]);
  return Buffer.concat([
    int(at.length, ...pairs),
    int(1, -2, names.length),
    text("table"),
    int(names.length),
    ...table,
  ]);
}

/** The nearest of so many seeds, for each vertex of a sphere. */
export function parcels(sphere: Float32Array, count: number): Int32Array {
  const seeds = Array.from({ length: count }, (_, k) => {
    const z = 1 - (2 * k + 1) / count;
    const [radius, angle] = [Math.sqrt(1 - z * z), k * 2.399963];
    return [radius * Math.cos(angle), radius * Math.sin(angle), z];
  });
  return Int32Array.from({ length: sphere.length / 3 }, (_, v) => {
    const near = seeds.map((seed) => seed.reduce((sum, part, k) => sum + part * sphere[3 * v + k], 0));
    return near.indexOf(Math.max(...near));
  });
}
