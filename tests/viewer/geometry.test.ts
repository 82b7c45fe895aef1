import { expect, test } from "vitest";
import { geometryDocument } from "../../src/document/geometryDocument.js";
import { sphereGeometry } from "../../src/document/standardGeometry.js";
import { BlockStore } from "../../src/document/writeBlock.js";
import { icosphere } from "../../src/mesh/index.js";
import { Geometry } from "../../src/viewer/geometry.js";

test("a mesh as large as fsaverage7 is turned as its own fsaverage5, a smaller one as it is", async () => {
  const opened = (level: number) => {
    const store = new BlockStore();
    const document = geometryDocument(sphereGeometry(level), store);
    return Geometry.open(document, async (id) => store.read(id) ?? new Uint8Array());
  };
  const coarse = await opened(7).coarseFaces("rh");
  expect(coarse?.length).toBe(icosphere(5).faces.length);
  expect(Array.from(coarse ?? []).reduce((most, v) => Math.max(most, v), 0)).toBe(10_241);
  expect(await opened(5).coarseFaces("rh")).toBeUndefined();
});
