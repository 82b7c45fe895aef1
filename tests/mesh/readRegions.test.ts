import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.js";
import { readRegions, view } from "../../src/index.js";
import { Workspace } from "../workspace.js";

const place = new Workspace();
afterAll(() => place.remove());

const int = (...values: number[]) => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [k, value] of values.entries()) bytes.writeInt32BE(value, 4 * k);
  return bytes;
};
const text = (words: string) => Buffer.concat([int(words.length + 1), Buffer.from(`${words}\0`)]);
const RED = 200;
const BLUE = 65536 * 180;

/** An annotation in the second version of the format: "front" is red, "back" blue. */
function annot(name: string, colors: readonly number[]): string {
  const file = place.file(name);
  const pairs = colors.flatMap((color, vertex) => [vertex, color]);
  const table = [int(1, -2, 3), text("table"), int(2), int(1), text("front"), int(200, 0, 0, 0)];
  writeFileSync(
    file,
    Buffer.concat([int(colors.length, ...pairs), ...table, int(2), text("back"), int(0, 0, 180, 0)]),
  );
  return file;
}

describe("regions", () => {
  test("a FreeSurfer annotation", () => {
    const { names, at } = readRegions(annot("lh.small.annot", [RED, 0, BLUE, RED]));
    expect(names).toEqual(["front", "back"]);
    expect([...at]).toEqual([0, -1, 1, 0]);
  });

  test("GIFTI labels", () => {
    const file = place.file("lh.label.gii");
    writeFileSync(
      file,
      `<?xml version="1.0"?><GIFTI Version="1.0" NumberOfDataArrays="1"><LabelTable>
<Label Key="0">???</Label><Label Key="7"><![CDATA[A & B]]></Label></LabelTable>
<DataArray Intent="NIFTI_INTENT_LABEL" DataType="NIFTI_TYPE_INT32" ArrayIndexingOrder="RowMajorOrder"
Dimensionality="1" Dim0="4" Encoding="ASCII" Endian="LittleEndian"><Data>7 0 9 7</Data></DataArray></GIFTI>`,
    );
    const { names, at } = readRegions(file);
    expect(names).toEqual(["???", "A & B", "9"]);
    expect([...at]).toEqual([1, 0, 2, 1]);
  });

  test("half a file, and another number of vertices, are refused in words", () => {
    const whole = annot("rh.annot", [RED, BLUE]);
    const half = place.file("half.annot");
    writeFileSync(half, int(5, 0, 1));
    expect(() => readRegions(half)).toThrow(InputError);
    const values = Float64Array.from({ length: 42 }, (_, v) => v);
    expect(() => view(values, { regions: { lh: whole } })).toThrow(/labels of 2 vertices.*42/s);
  });

  test("are outlined in the picture, unless the link says not to", async () => {
    const values = Float64Array.from({ length: 42 }, (_, v) => v);
    const labels = annot(
      "lh.outlines.annot",
      [...values].map((v) => (v % 2 === 0 ? RED : BLUE)),
    );
    const outlined = view(values, { regions: { lh: labels } });
    const plain = Buffer.from(await view(values).png());
    expect(Buffer.from(await outlined.png()).equals(plain)).toBe(false);
    expect(Buffer.from(await outlined.png({ state: "outlines=off" })).equals(plain)).toBe(true);
    const bundle = (await outlined.toMimeBundle())["application/vnd.blmm.view+json"] as {
      readonly blocks: object;
    };
    expect(Object.keys(bundle.blocks)).toContain("regions.lh");
  });
});
