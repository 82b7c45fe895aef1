import { expect, test } from "vitest";
import { geometryDocument } from "../../src/document/geometryDocument";
import { ownGeometry } from "../../src/document/surfaceGeometry";
import { BlockStore } from "../../src/document/writeBlock";
import { icosphere } from "../../src/mesh/index";

test("the same mesh as a left and as a right hemisphere are two geometries", () => {
  const mesh = icosphere(1);
  const digest = (side: "lh" | "rh") =>
    geometryDocument(ownGeometry({ [side]: mesh }), new BlockStore()).digest;
  expect(digest("lh")).toBe(digest("lh"));
  expect(digest("rh")).not.toBe(digest("lh"));
});
