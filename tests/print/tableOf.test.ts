import { expect, test } from "vitest";
import { table } from "../../src/print/tableOf";

test("one row by names, several rows, a matrix", () => {
  expect(table({ D: 0.5, "σ²": 1 }).columns).toEqual(["D", "σ²"]);
  const several = table([{ a: 1 }, { a: 2, b: "x" }], { title: "T" });
  expect([several.title, several.columns, several.rows]).toEqual([
    "T",
    ["a", "b"],
    [
      [1, ""],
      [2, "x"],
    ],
  ]);
  expect(table([[1, 2], [3]]).rows).toEqual([
    [1, 2],
    [3, ""],
  ]);
  expect(String(table([]))).toBe("");
});
