import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.js";
import { type Notebook, sourceOf } from "../../src/notebook/notebook.js";
import { readParameter, withParameters } from "../../src/notebook/parameters.js";
import { notebookText } from "./notebooks.js";

const read = (...cells: Parameters<typeof notebookText>[0]): Notebook => JSON.parse(notebookText(cells));
const tagged = (source: string) => ({ source, tags: ["parameters"] });
const sources = (notebook: Notebook, parameters: Record<string, unknown>) =>
  withParameters(notebook, parameters).map(sourceOf);

describe("--set", () => {
  test.each([
    ["threshold=3", "threshold", 3],
    ["side=lh", "side", "lh"],
    ['side="3"', "side", "3"],
    ["on=true", "on", true],
    ["rows=[1, 2]", "rows", [1, 2]],
    ["empty=", "empty", ""],
    ["équation=a=b", "équation", "a=b"],
  ])("reads %s", (written, name, value) => {
    expect(readParameter(written)).toEqual([name, value]);
  });

  test.each(["threshold", "=3", "3x=1", "a-b=1"])("refuses %s", (written) => {
    expect(() => readParameter(written)).toThrow(/--set: ".*"; expected name=value/);
  });
});

describe("the cell with parameters", () => {
  test("comes after the one tagged `parameters`, as papermill lays it out", () => {
    const notebook = read("1", tagged("const threshold: number = 2;\nlet side = 'lh';"), "threshold");
    const cells = withParameters(notebook, { side: "rh", threshold: 3 });
    expect(cells.map(sourceOf)).toEqual([
      "1",
      "const threshold: number = 2;\nlet side = 'lh';",
      '// Parameters\nconst threshold: number = 3;\nlet side = "rh";',
      "threshold",
    ]);
    expect(cells[2]).toMatchObject({
      id: "injected-parameters",
      metadata: { tags: ["injected-parameters"] },
    });
  });

  test("follows each cell that declares some of them, also by destructuring", () => {
    const notebook = read(tagged("const a = 1;"), tagged("const { lh, rh: [right] } = pair, b = 2;"));
    expect(sources(notebook, { right: 7, a: 5 })).toEqual([
      "const a = 1;",
      "// Parameters\nconst a = 5;",
      "const { lh, rh: [right] } = pair, b = 2;",
      "// Parameters\nlet right = 7;",
    ]);
    const ids = withParameters(notebook, { right: 7, a: 5 }).map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
  });

  test("shows again what the tagged cell shows of its parameters", () => {
    const knob =
      "const threshold = 2; // edit: a number\nconst side = 'lh', other = 1;\nview(des1, { threshold });";
    expect(sources(read(tagged(knob)), { threshold: 4, side: "rh" })[1]).toBe(
      '// Parameters\nconst threshold = 4;\nconst side = "rh";\nlet other = 1;\nview(des1, { threshold });',
    );
  });

  test("replaces that of an earlier run", () => {
    const notebook = read(tagged("let a = 1;"), { source: "let a = 9;", tags: ["injected-parameters"] });
    expect(sources(notebook, { a: 2 })).toEqual(["let a = 1;", "// Parameters\nlet a = 2;"]);
    expect(sources(notebook, {})).toEqual(["let a = 1;"]);
  });

  test("has no id in a notebook whose format has none", () => {
    const notebook = { ...read(tagged("let a = 1;")), nbformat_minor: 4 };
    expect(withParameters(notebook, { a: 2 })[1]).not.toHaveProperty("id");
  });

  test("is refused for names that no such cell declares, with the near ones", () => {
    const notebook = read(tagged("let threshold = 1; let side = 'lh';"), "let other = 2;");
    expect(() => withParameters(notebook, { treshold: 1 })).toThrow(
      '--set: no cell tagged "parameters" declares "treshold". Near it: threshold',
    );
    expect(() => withParameters(notebook, { other: 1, treshold: 2 })).toThrow(/^2 things are wrong/);
    expect(() => withParameters(read("let a = 1;"), { a: 2 })).toThrow(/The notebook has no such cell/);
    expect(() => withParameters(notebook, { other: 1 })).toThrow(InputError);
  });
});
