import { execFileSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.js";
import { inspectImage, openImages, readImage } from "../../src/images/index.js";
import { readMesh } from "../../src/mesh/index.js";
import { Workspace } from "../workspace.js";

const fixtures = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "fixtures", "images");
const place = new Workspace();
afterAll(() => place.remove());

const whole = (name: string) => new Uint8Array(readFileSync(path.join(fixtures, name)));

/** A fixture with some bytes replaced. */
function patched(name: string, change: (view: DataView) => void): Uint8Array {
  const bytes = whole(name);
  change(new DataView(bytes.buffer));
  return bytes;
}

/** A file of a length that takes no room on disk. */
function sparse(name: string, start: Uint8Array, length: number): string {
  const file = place.write(name, start);
  const descriptor = openSync(file, "r+");
  ftruncateSync(descriptor, length);
  closeSync(descriptor);
  return file;
}

/** What reading an image says. */
function complaint(file: string): string {
  let said: unknown;
  try {
    readImage(file, 0);
  } catch (error) {
    said = error;
  }
  expect(said).toBeInstanceOf(InputError);
  expect((said as InputError).faults).toHaveLength(1);
  return (said as InputError).message.replaceAll(place.folder, "");
}

describe("a header is not believed before it is checked", () => {
  test.each<[string, string, (view: DataView) => void, RegExp]>([
    ["nan.nii", "float32_le.nii", (v) => v.setFloat32(108, Number.NaN, true), /byte 108: .* byte NaN/],
    [
      "inside.nii",
      "float32_le.nii",
      (v) => v.setFloat32(108, 100, true),
      /byte 108: values from byte 100 on/,
    ],
    ["half.nii", "float32_le.nii", (v) => v.setFloat32(108, 352.5, true), /byte 108: .* byte 352\.5/],
    ["rank.nii", "float32_le.nii", (v) => v.setInt16(40, 9, true), /byte 40: 9 dimensions; expected 1 to 7/],
    ["side.nii", "float32_le.nii", (v) => v.setInt16(44, -5, true), /byte 44: -5 values a side/],
    ["glmin.nii", "float32_le.nii", (v) => v.setInt16(42, -1, true), /byte 42: .* promises 0 values/],
    ["type.nii", "float32_le.nii", (v) => v.setInt16(70, 1234, true), /byte 70: NIfTI data type 1234/],
    ["width.mgh", "float32.mgh", (v) => v.setInt32(4, -3), /byte 4: -3 voxels a side/],
    ["type.mgh", "float32.mgh", (v) => v.setInt32(20, 7), /byte 20: MGH data type 7; expected 0 \(uchar\)/],
    [
      "frames.mgh",
      "float32.mgh",
      (v) => v.setInt32(16, 1e9),
      /byte 16: .* 1,000,000,000 frames; expected a whole/,
    ],
    ["count", "lh.thickness", (v) => v.setInt32(3, -1), /byte 3: .* promises -1 values/],
    ["frames", "lh.thickness", (v) => v.setInt32(11, 1e9), /byte 11: .* promises 1,000,000,000 frames/],
  ])("%s", (name, from, change, message) => {
    const file = place.write(`lh.${name}`, patched(from, change));
    expect(complaint(file)).toMatch(message);
  });

  test("sizes are compared with the length of the file, compressed or not", () => {
    const large = patched("float32_le.nii", (v) => v.setInt16(42, 20_000, true));
    expect(complaint(place.write("large.nii", large))).toMatch(/fewer than its header promises; expected/);
    const packed = place.write(
      "large.nii.gz",
      gzipSync(patched("float32_le.nii", (v) => v.setInt16(42, 30_000, true))),
    );
    expect(complaint(packed)).toMatch(/fewer than its header promises/);
  });

  test("a thousand million frames are refused even where the file is that long", () => {
    const frames = patched("float32_le.nii", (v) => {
      [4, 1, 1, 1, 32_000, 32_000, 1, 1].forEach((size, k) => {
        v.setInt16(40 + 2 * k, size, true);
      });
      v.setInt16(40, 5, true);
    });
    const file = sparse("frames.nii", frames.slice(0, 352), 352 + 4 * 32_000 * 32_000);
    expect(complaint(file)).toMatch(/1,024,000,000 frames; expected a whole number from 1 to 1,000,000/);
    expect(complaint(sparse("long.dat", new Uint8Array(4), 8e9))).toMatch(/2,000,000,000 values a frame/);
  });
});

describe("what is no regular file is not opened", () => {
  const kinds = ["x.nii", "x.nii.gz", "x.mgz", "x.func.gii", "x.dat", "lh.x"];
  test.each(kinds)("a named pipe %s", (name) => {
    const file = place.file(`pipe.${name}`);
    execFileSync("mkfifo", [file]);
    expect(complaint(file)).toMatch(/a named pipe; expected an image file/);
    expect(() => inspectImage(file)).toThrow(/a named pipe/);
  });

  test.each(kinds)("a directory %s", (name) => {
    place.write(`folder.${name}/inside`, "");
    expect(complaint(place.file(`folder.${name}`))).toMatch(/a directory; expected an image file/);
  });

  test("a device, and a surface that is a pipe", () => {
    expect(complaint("/dev/zero")).toMatch(/a device; expected an image file/);
    execFileSync("mkfifo", [place.file("lh.pial")]);
    expect(() => readMesh(place.file("lh.pial"))).toThrow(/a named pipe; expected a surface file/);
    expect(() => readMesh(place.file("none.gii"))).toThrow(/no such file; expected a surface file/);
  });
});

/** `size` zeros as one gzip member, as often as it takes to `times · size`. */
const bomb = (start: Uint8Array, size: number, times: number) => {
  const member = gzipSync(new Uint8Array(size), { level: 9 });
  return Buffer.concat([gzipSync(start), ...Array.from({ length: times }, () => member)]);
};

describe("a compressed file is unpacked to what its header promises", () => {
  test.each(["bomb.nii.gz", "bomb.mgz"])(
    "%s that unpacks to 9 GB behind the header of a small image",
    (name) => {
      const start = whole(name.endsWith("mgz") ? "float32.mgh" : "float32_le.nii");
      expect(complaint(place.write(name, bomb(start, 2 ** 26, 144)))).toMatch(
        /a compressed file of more than [\d,]+ bytes; expected no more than its header promises/,
      );
    },
  );

  test("a header that promises 9 GB truly", () => {
    const start = patched("float32.mgh", (v) => {
      [48_000, 2_000, 1, 24].forEach((side, k) => {
        v.setInt32(4 + 4 * k, side);
      });
    }).slice(0, 284);
    expect(complaint(place.write("true.mgz", bomb(start, 2 ** 26, 144)))).toMatch(
      /promises 9,216,000,284 bytes; expected at most 603,979,776\. Unpack it with gunzip/,
    );
  });

  test("GIFTI: in the file, and in one array", () => {
    expect(complaint(place.write("bomb.func.gii.gz", bomb(new Uint8Array(0), 2 ** 26, 144)))).toMatch(
      /more than/,
    );
    const array = deflateSync(new Uint8Array(2 ** 26), { level: 9 }).toString("base64");
    const text = Buffer.from(whole("b64gz.func.gii"))
      .toString("utf8")
      .replace(/<Data>[^<]*/, `<Data>${array}`);
    expect(complaint(place.write("array.func.gii", text))).toMatch(
      /line \d+: more data than|line \d+: an array of more numbers/,
    );
  });
});

describe("GIFTI that is none", () => {
  const gii = (name: string, change: (text: string) => string) =>
    place.write(name, change(Buffer.from(whole("ascii.func.gii")).toString("utf8")));
  const attribute = (name: string, value: string) => (text: string) =>
    text.replace(new RegExp(`${name}="[^"]*"`), `${name}="${value}"`);

  test.each<[string, (text: string) => string, RegExp]>([
    [
      "a hundred million dimensions",
      attribute("Dimensionality", "1e8"),
      /line \d+: Dimensionality="1e8"; expected a whole number from 1 to 6/,
    ],
    ["a dimension that is none", attribute("Dim0", "NaN"), /line \d+: Dim0="NaN"; expected a whole number/],
    ["a huge dimension", attribute("Dim0", "99999999999"), /line \d+: Dim0="99999999999"; expected/],
    [
      "a type of no numbers",
      attribute("DataType", "toString"),
      /DataType="toString"; expected one of NIFTI_TYPE_UINT8/,
    ],
    [
      "values elsewhere",
      attribute("Encoding", "ExternalFileBinary"),
      /Encoding="ExternalFileBinary"; expected one of ASCII/,
    ],
    ["a tag that is not closed", (text) => text.replace("</Data>", ""), /line \d+: broken XML \(/],
    ["a file cut short", (text) => text.slice(0, -60), /line \d+: broken XML \(/],
    [
      "a word among the numbers",
      (text) => text.replace(/<Data>\s*\S+/, "<Data>1.2x"),
      /line \d+: "1\.2x" among its numbers/,
    ],
    [
      "another root",
      () => "<html><body/></html>",
      /line 1: <html> as its first tag; expected a whole GIFTI file/,
    ],
    ["tags without end", () => `<GIFTI>${"<a>".repeat(1e6)}`, /tags within tags, more than 32 deep/],
    [
      "attributes without end",
      () => `<GIFTI ${Array.from({ length: 1e5 }, (_, k) => `a${k}="1"`).join(" ")}>`,
      /a tag without end/,
    ],
    ["empty tags without end", () => `<GIFTI>${"<a/>".repeat(1.2e6)}</GIFTI>`, /more than 1,000,000 tags/],
    ["a comment without end", () => `<GIFTI><!-- ${"x".repeat(1e7)}`, /broken XML/],
    ["text without end", () => `<GIFTI>${" ".repeat(3e7)}</GIFTI>`, /text without end outside its data/],
    [
      "an attribute that objects have",
      (text) => text.replace("<DataArray", '<DataArray hasOwnProperty="1" b="2"'),
      /broken XML/,
    ],
  ])("%s", (name, change, message) => {
    expect(complaint(gii(`${name}.func.gii`, change))).toMatch(message);
  });

  test("base64 with other characters", () => {
    const text = Buffer.from(whole("b64bin.func.gii"))
      .toString("utf8")
      .replace(/<Data>(\s*)\S/, "<Data>$1!");
    expect(complaint(place.write("base64.func.gii", text))).toMatch(/data that are no base64/);
  });
});

test("a quaternion that is too long by rounding still is a rotation", () => {
  const bytes = patched("float32_le.nii", (v) => {
    v.setInt16(252, 1, true);
    v.setInt16(254, 0, true);
    [0.6, 0.8, 2e-4].forEach((part, k) => {
      v.setFloat32(256 + 4 * k, part, true);
    });
    [1, 2, 2, 2].forEach((side, k) => {
      v.setFloat32(76 + 4 * k, side, true);
    });
  });
  const { space } = inspectImage(place.write("quaternion.nii", bytes));
  if (space.kind !== "volume") throw new Error("no volume");
  const expected = [2 * (0.36 - 0.64), 2 * 0.96, 0, 2 * 0.96, 2 * (0.64 - 0.36), 0, 0, 0, -2];
  [0, 1, 2, 4, 5, 6, 8, 9, 10].forEach((at, k) => {
    expect(space.affine[at]).toBeCloseTo(expected[k], 2);
  });
});

test("gzip is known by its content, not by the name", () => {
  const file = place.write("packed.mgh", gzipSync(whole("float32.mgh")));
  expect(readImage(file).values).toEqual(readImage(path.join(fixtures, "float32.mgh")).values);
});

test("a frame that a file has not, and an image listed twice", () => {
  expect(() => readImage(path.join(fixtures, "float32.mgh"), 7)).toThrow(
    /\d+ frames? of .* values; expected frame 8/,
  );
  const a = place.write("a.dat", new Uint8Array(8));
  const listed = [a, place.write("b.dat", new Uint8Array(8)), a].map((file, k) => ({
    path: file,
    line: k + 1,
  }));
  expect(() => openImages("list.txt", listed)).toThrow(
    /list\.txt, line 3: the same image as on line 1 \(.*a\.dat\); expected every image once/,
  );
});

test("faces that name vertices which are not there", () => {
  const points = `<DataArray Intent="NIFTI_INTENT_POINTSET" DataType="NIFTI_TYPE_FLOAT32" ArrayIndexingOrder="RowMajorOrder" Dimensionality="2" Dim0="3" Dim1="3" Encoding="ASCII" Endian="LittleEndian"><Data>0 0 0 1 0 0 0 1 0</Data></DataArray>`;
  const faces = (last: number) =>
    points
      .replace("POINTSET", "TRIANGLE")
      .replace("FLOAT32", "INT32")
      .replace('Dim0="3"', 'Dim0="1"')
      .replace(/<Data>.*<\/Data>/, `<Data>0 1 ${last}</Data>`);
  const surface = (last: number) => place.write(`${last}.surf.gii`, `<GIFTI>${points}${faces(last)}</GIFTI>`);
  expect(readMesh(surface(2)).faces).toEqual(Int32Array.of(0, 1, 2));
  expect(() => readMesh(surface(3))).toThrow(/face 0 with vertex 3; expected vertices from 0 to 2/);
});
