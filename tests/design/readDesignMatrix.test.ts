import { afterAll, describe, expect, test } from "vitest";
import { readDesignMatrix } from "../../src/design/readDesignMatrix.js";
import { Workspace } from "../workspace.js";

const place = new Workspace();
afterAll(() => place.remove());

function read(text: string | Uint8Array) {
  const { matrix, warnings } = readDesignMatrix(place.write("X.csv", text), "x");
  return {
    columns: matrix.columns,
    values: [...matrix.values],
    warnings: warnings.map((warning) => warning.replaceAll(place.folder, "")),
  };
}
const complaint = (text: string | Uint8Array) => {
  try {
    return JSON.stringify(read(text));
  } catch (error) {
    return String(error).replaceAll(place.folder, "");
  }
};

describe("tables as people write them", () => {
  test.each<[string, string]>([
    ["commas", "a,b\n1,2\n3,4"],
    ["tabs", "a\tb\n1\t2\n3\t4"],
    ["semicolons", "a;b\n1;2\n3;4"],
    ["spaces", "a b\n1  2\n 3 4"],
    ["ids without a heading", ",a,b\n0,1,2\n1,3,4"],
    ["ids under a heading", "id,a,b\nx,1,2\ny,3,4"],
    ["quotes", '"a","b"\n"1","2"\n3,4'],
    ["empty lines at the end", "a,b\r\n1,2\r\n3,4\r\n\r\n"],
  ])("%s", (_, text) => {
    expect(read(text)).toEqual({ columns: ["a", "b"], values: [1, 2, 3, 4], warnings: [] });
  });

  test("a minus may be U+2212", () => {
    expect(read("a,b\n−1,2e−3\n-3,4").values).toEqual([-1, 2e-3, -3, 4]);
  });

  test("a column of visits or sessions that comes first stays", () => {
    expect(read("visit,b\n0,2\n1,4")).toMatchObject({ columns: ["visit", "b"], warnings: [] });
  });
});

describe("a first column of words", () => {
  test("that repeat is a variable, and is not dropped", () => {
    expect(complaint("Sex,Age\nM,1\nF,2\nM,3\nF,4")).toMatchInlineSnapshot(
      `"InputError: /X.csv, column "Sex": words ("M", "F"); expected numbers. Code it as numbers, such as 0 and 1, in as many columns as it has levels beside the first."`,
    );
    expect(complaint("M,1\nF,2\nM,3")).toMatch(/column "x1": words \("M", "F"\); expected numbers/);
  });

  test("that are ids is dropped, and it is said where the heading does not", () => {
    expect(read("subject,Age\ns1,1\ns1,2")).toEqual({
      columns: ["Age"],
      values: [1, 2],
      warnings: ['/X.csv: the column "subject" ("s1") is taken for ids, not for a column of the design'],
    });
    expect(read("who,Age\ns1,1\ns2,2").warnings).toEqual([
      '/X.csv: the column "who" ("s1", "s2") is taken for ids, not for a column of the design',
    ]);
    expect(read("id,Age\n7,1\n7,2")).toMatchObject({
      columns: ["Age"],
      warnings: [/./].map(() => expect.any(String)),
    });
  });
});

test.each<[string, string | Uint8Array, RegExp]>([
  ["hexadecimal numbers", "a,b\n1,0x10\n3,4", /line 2, column "b": "0x10"; expected a number/],
  [
    "a missing cell",
    "a,b\n1,NA\n3,4",
    /line 2, column "b": "NA"; expected a number\. A cell may not be missing/,
  ],
  [
    "decimal commas",
    "a;b\n1,5;2,0\n2,5;3,0",
    /line 2, column "a": "1,5"; expected a number\. Write decimals with a point/,
  ],
  [
    "another column of words",
    "a,b\n1,x\n3,y",
    /column "b": words \("x", "y"\); expected numbers\. Code it as numbers/,
  ],
  ["a row of one cell", "a,b\n1,2\n3", /line 3: 1 cell; expected 2, as in the first row/],
  [
    "an empty line within",
    "a,b\n1,2\n\n3,4",
    /line 3: an empty line; expected one row an image, without a gap/,
  ],
  ["an empty file", "\n \n", /an empty file; expected a table/],
  ["words only", "a\nb\nc", /column "a": words \("b", "c"\); expected numbers/],
  ["UTF-16", Uint8Array.of(0xff, 0xfe, 0x61, 0), /text in UTF-16; expected a table\. Save it as UTF-8/],
  [
    "a binary file",
    Uint8Array.of(0x61, 0x2c, 0, 1),
    /byte 2: a NUL byte, as binary files have; expected a table/,
  ],
  [
    "Latin-1",
    Uint8Array.of(0x61, 0xe9, 0x0a, 0x31),
    /text that is not UTF-8; expected a table\. Save it as UTF-8/,
  ],
])("%s", (_, text, message) => {
  expect(complaint(text)).toMatch(message);
});

test("columns of one name are told apart, and it is said", () => {
  expect(read("a,a,a_2\n1,2,3\n4,5,6")).toMatchObject({
    columns: ["a", "a_3", "a_2"],
    warnings: ['/X.csv: more than one column is named "a"; a later one is called "a_3"'],
  });
});
