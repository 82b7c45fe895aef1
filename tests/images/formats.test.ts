import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { ImageReader, inspectImage, openImages, readImage } from "../../src/images/index.js";
import { writeGifti } from "../../src/results/gifti.js";
import { writeNifti } from "../../src/results/nifti.js";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "fixtures", "images");
const expected: { frames: Record<string, number[][]>; affines: Record<string, number[]> } = JSON.parse(
  readFileSync(path.join(folder, "expected.json"), "utf8"),
);
const temporary = mkdtempSync(path.join(tmpdir(), "blmm images "));
afterAll(() => rmSync(temporary, { recursive: true }));

describe.each(Object.entries(expected.frames))("%s", (name, frames) => {
  const file = path.join(folder, name);

  test("has the values that nibabel reads", () => {
    const info = inspectImage(file);
    expect(info.frames).toBe(frames.length);
    expect(info.vertices).toBe(frames[0].length);
    frames.forEach((values, frame) => {
      const read = readImage(file, frame).values;
      values.forEach((value, k) => {
        expect(read[k]).toBeCloseTo(value, 6);
      });
    });
  });

  test("a range of vertices is that range of the whole", () => {
    const reader = new ImageReader();
    const part = new Float32Array(3);
    reader.read({ path: file, frame: frames.length - 1 }, 2, 5, part);
    reader.close();
    expect([...part]).toEqual([...readImage(file, frames.length - 1).values.subarray(2, 5)]);
  });
});

test.each(Object.entries(expected.affines))("%s has the affine that nibabel reads", (name, affine) => {
  const { space } = inspectImage(path.join(folder, name));
  expect(space.kind).toBe("volume");
  if (space.kind === "volume") {
    space.affine.forEach((value, k) => {
      expect(value).toBeCloseTo(affine[k], 4);
    });
  }
});

test("what is written as NIfTI and GIFTI is read back", () => {
  const data = Float32Array.from({ length: 24 }, (_, k) => k / 7);
  const affine = [2, 0, 0, -5, 0, 2, 0, -6, 0, 0, 2, -7, 0, 0, 0, 1];
  const nifti = path.join(temporary, "map.nii.gz");
  writeNifti(nifti, { data, volumes: 2, dims: [2, 3, 2], affine });
  const gifti = path.join(temporary, "map.func.gii");
  writeGifti(gifti, { data, vertices: 12, volumes: 2, labels: ["Sex & <age>", "b"] });
  for (const file of [nifti, gifti]) {
    for (const frame of [0, 1]) {
      const { values, info } = readImage(file, frame);
      expect(info.frames).toBe(2);
      expect([...values]).toEqual(Array.from({ length: 12 }, (_, v) => data[2 * v + frame]));
    }
  }
  const { space } = inspectImage(nifti);
  expect(space).toEqual({ kind: "volume", dims: [2, 3, 2], affine });
});

describe("faults", () => {
  const write = (name: string, bytes: Uint8Array) => {
    const file = path.join(temporary, name);
    writeFileSync(file, bytes);
    return file;
  };
  const whole = (name: string) => new Uint8Array(readFileSync(path.join(folder, name)));

  test.each(["float32_le.nii", "float32.mgh", "lh.thickness", "stack2.nii"])(
    "a truncated %s says so",
    (name) => {
      const bytes = whole(name);
      const file = write(`short.${name}`, bytes.subarray(0, bytes.length - 30));
      expect(() => readImage(file)).toThrow(/bytes|header/);
    },
  );

  test.each(["scaled.nii.gz", "surface.mgz", "b64gz.func.gii"])(
    "a truncated compressed %s says so",
    (name) => {
      const bytes = whole(name);
      const file = write(`short.${name}`, bytes.subarray(0, Math.floor(bytes.length * 0.7)));
      expect(() => readImage(file)).toThrow(/short\./);
    },
  );

  test("a .dat image whose first number spells the magic number of gzip is read as it is; a packed one is refused", () => {
    for (const start of [
      [0x1f, 0x8b, 0x45, 0xbe],
      [0x1f, 0x8b, 0x08, 0x3e],
      [0x1f, 0x8b, 0x08, 0x00],
    ]) {
      const bytes = Buffer.from([...start, ...new Uint8Array(new Float32Array([1, 2, 3]).buffer)]);
      const image = readImage(write("spells.dat", bytes));
      expect([...image.values.slice(1)]).toEqual([1, 2, 3]);
    }
    const packed = gzipSync(new Uint8Array(new Float32Array([1, 2, 3]).buffer));
    const padded = Buffer.concat([packed, Buffer.alloc((4 - (packed.length % 4)) % 4)]);
    expect(() => readImage(write("packed.dat", padded))).toThrow(/a compressed file/);
  });

  test("a NIfTI file longer than its header promises says so", () => {
    const file = write("long.nii", Buffer.concat([whole("float32_le.nii"), new Uint8Array(8)]));
    expect(() => inspectImage(file)).toThrow(/408 bytes, more than its header promises; expected 400 bytes/);
  });

  test("images of different sizes and missing ones are named together, with the line of the list", () => {
    const paths = [8, 8, 6].map((values, k) => write(`${k}.dat`, new Uint8Array(4 * values)));
    const listed = [...paths, path.join(temporary, "none.dat")].map((file, k) => ({
      path: file,
      line: k + 1,
    }));
    expect(() => openImages("list.txt", listed)).toThrow(
      /2 things are wrong:[\s\S]*none\.dat, line 4 of list\.txt: no such file[\s\S]*2\.dat, line 3 of list\.txt: 6 vertices; expected 8/,
    );
  });

  test("a file of no known format names the formats", () => {
    const file = write("picture.png", Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10, 0, 0));
    expect(() => inspectImage(file)).toThrow(/no image format; expected \.dat, \.nii/);
  });
});
