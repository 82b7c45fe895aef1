import { expect, test } from "vitest";
import { paddedWidth } from "../../src/images/blocks";
import { fingerprint } from "../../src/images/fingerprint";
import { ImageRows } from "../../src/threads/imageRows";

const WIDTH = 70;

function foundNothing() {
  const int32 = () => new Int32Array(new SharedArrayBuffer(4 * WIDTH));
  return { imageOf: int32(), present: int32(), digest: int32() };
}

test("what is not finite becomes zero, and nothing else changes", () => {
  const rows = new ImageRows(2, WIDTH, 1);
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e-45, 3e38, -2.5];
  for (let v = 0; v < WIDTH; v++) rows.row(1)[v] = odd[v % odd.length];
  rows.clean(1);
  const expected = Array.from({ length: WIDTH }, (_, v) => {
    const value = Math.fround(odd[v % odd.length]);
    return Number.isFinite(value) ? value : 0;
  });
  expect(Array.from(rows.row(1))).toEqual(expected);
  expect(Array.from(rows.row(0))).toEqual(new Array(WIDTH).fill(0));
});

test("values that are there are counted, and their fingerprints are those of the images they belong to", () => {
  const rows = new ImageRows(3, WIDTH, 2);
  const images = [4, 70_000, 2];
  const counts = new Int32Array(WIDTH);
  const prints = new Int32Array(WIDTH);
  for (const [k, image] of images.entries()) {
    const row = rows.row(k);
    for (let v = 0; v < WIDTH; v++) row[v] = (v * 7 + k) % 5 === 0 ? -0 : Math.sin(image + v) * 10 ** (v % 9);
    const bits = new Int32Array(row.buffer, row.byteOffset, WIDTH);
    for (let v = 0; v < WIDTH; v++) {
      if (row[v] === 0) continue;
      counts[v]++;
      prints[v] += fingerprint(bits[v], image);
    }
    rows.tally(k, image, 1);
  }
  const [other, found] = [foundNothing(), foundNothing()];
  rows.give(0, other);
  rows.give(1, found);
  expect(found.present).toEqual(counts);
  expect(found.digest).toEqual(prints);
  expect(Math.max(...other.present)).toBe(0);
  // What has been given is not given again.
  rows.give(1, found);
  expect(found.present).toEqual(counts);
});

test("rows are as long as whole blocks, and zero beyond the last vertex", () => {
  const rows = new ImageRows(2, WIDTH, 1);
  rows.row(0).fill(3);
  rows.row(1).fill(4);
  const length = paddedWidth(WIDTH);
  expect(rows.values.length).toBe(2 * length);
  expect(Array.from(rows.values.subarray(WIDTH, length))).toEqual(new Array(length - WIDTH).fill(0));
});
