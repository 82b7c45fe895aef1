import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  claimHolds,
  claimsOf,
  codeOf,
  parseSource,
  proseOf,
  readSources,
} from "../../scripts/notebookSource.mjs";
import { ipynbOf, staleNotebooks } from "../../scripts/notebooks.mjs";
import { NUMBERS, SECTIONS } from "./expected";

const sources = readSources();
const example = `/* markdown words
There are {{456 = study.n}} images.
*/

// %% setup setup
const a = 1; // edit: 1 | 2

// %% stub-1 stub 1
let b: number = todo;

// %% check-1 check 1
selfCheck("1", b, { expected: 2, hint: "" });

// %% solution-1 solution 1
b = 2;
`;

describe("the format", () => {
  test("prose, code, an exercise and a claim", () => {
    const source = parseSource("example", example);
    expect(source.cells.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      "words show",
      "setup setup",
      "stub-1 stub",
      "check-1 check",
      "solution-1 solution",
    ]);
    expect(claimsOf(source)).toEqual([{ id: "words", written: "456", code: "study.n" }]);
    expect(proseOf(source.cells[0].text)).toBe("There are 456 images.");
    expect(codeOf(source, "student").map(({ text }) => text)[1]).toBe("let b: number = todo;");
    expect(codeOf(source, "teacher").map(({ text }) => text)[1]).toBe("let b: number = todo;\nb = 2;");
  });

  test.each([
    ["an id twice", "// %% a\n1;\n// %% a\n2;\n", "example.ts:3: the id a twice"],
    ["text outside a cell", "1;\n", "example.ts:1: outside a cell: 1;"],
    ["an unknown kind", "// %% a knop\n", "example.ts:1: unknown kind knop"],
    ["prose that does not end", "/* markdown a\ntext\n", "example.ts:1: a markdown cell without its */"],
    ["an exercise without a check", "// %% a stub 1\n// %% b solution 1\n", "exercise 1 has no check"],
  ])("%s is refused with its line", (_, text, message) => {
    expect(() => parseSource("example", text)).toThrow(message);
  });

  test.each([
    ["9,361", 9361, true],
    ["−0.05", -0.0512, true],
    ["26%", 0.264, true],
    ["26%", 0.266, false],
    ["0.050", 0.0494, false],
    ["swapped", "swapped", true],
  ])("%s holds for %s: %s", (written, value, holds) => {
    expect(claimHolds(written, value)).toBe(holds);
  });

  test("a notebook has ids, the kernel, no outputs; the student's copy hides checks and folds solutions", () => {
    const student = JSON.parse(ipynbOf(parseSource("example", example), "student"));
    expect(student.metadata.kernelspec).toEqual({
      display_name: "BLMM (TypeScript)",
      language: "typescript",
      name: "blmm",
    });
    const [, , , check, solution] = student.cells;
    expect(check.metadata.jupyter.source_hidden).toBe(true);
    expect(solution.source.join("")).toMatch(/^<details><summary>Solution 1<\/summary>[\s\S]*b = 2;/);
    const teacher = JSON.parse(ipynbOf(parseSource("example", example), "teacher"));
    expect(teacher.cells.map(({ id }: { id: string }) => id)).toEqual([
      "words",
      "setup",
      "stub-1",
      "check-1",
    ]);
  });
});

test("the committed notebooks are what their sources make: else run `npm run notebooks`", () => {
  expect(staleNotebooks()).toEqual([]);
});

describe.each(sources.map((source) => ({ name: source.name, source })))("$name", ({ source }) => {
  test("cells have at most 10 lines of at most 120 characters", () => {
    const long = source.cells
      .filter(({ type }) => type === "code")
      .filter(
        ({ text }) => text.split("\n").length > 10 || text.split("\n").some((line) => line.length > 120),
      );
    expect(long.map(({ id }) => id)).toEqual([]);
  });

  test("begins with what it is and one import, and ends with a summary, a glossary and common errors", () => {
    expect(source.cells[0].id).toBe("title");
    expect(source.cells[0].text).toMatch(/\*\*The question\.\*\*[\s\S]*Know first[\s\S]*Time[\s\S]*Memory/);
    const code = codeOf(source, "student");
    expect(code[0].kind).toBe("setup");
    expect(code.filter(({ text }) => text.includes('from "blmm"'))).toHaveLength(1);
    expect(source.cells.at(-1)?.text).toMatch(
      /## Summary[\s\S]*\*\*Glossary\.\*\*[\s\S]*\*\*Common errors\*\*/,
    );
  });

  test("links between notebooks lead somewhere; nothing of a machine is in it", () => {
    const text = ipynbOf(source, "student");
    for (const [, file] of text.matchAll(/\]\(([\w-]+\.ipynb)\)/g)) {
      expect(existsSync(path.resolve(import.meta.dirname, "../../notebooks", file)), file).toBe(true);
    }
    expect(text).not.toMatch(/TODO|\/home\/|\/root\/|\/tmp\//);
  });

  test("no cell outside an exercise uses a name of an exercise", () => {
    const names = source.cells
      .filter(({ kind }) => kind === "stub")
      .flatMap(({ text }) => [...text.matchAll(/^let (\w+)/gm)].map(([, name]) => name));
    const others = source.cells.filter(
      ({ type, kind }) => type === "code" && !/stub|check|solution/.test(kind),
    );
    // Words in strings and comments, and names of properties, are no uses.
    const bare = others.map(({ text }) => text.replace(/\/\/.*|"[^"]*"|\.\w+|\w+:/g, ""));
    const used = names.filter((name) => bare.some((text) => new RegExp(`\\b${name}\\b`).test(text)));
    expect(used).toEqual([]);
  });
});

test("there are ten notebooks, 28 exercises, and at least 84 numbers that are checked", () => {
  const cells = sources.flatMap((source) => source.cells);
  expect(sources).toHaveLength(10);
  expect(cells.filter(({ kind }) => kind === "stub")).toHaveLength(28);
  const claims = sources.flatMap((source) => claimsOf(source));
  expect(claims.length + Object.values(NUMBERS).flat().length).toBeGreaterThanOrEqual(84);
});

test.each(Object.entries(SECTIONS))("the tutorial's %s has its cells", (_, places) => {
  const ids = sources.flatMap(({ name, cells }) => cells.map(({ id }) => `${name} ${id}`));
  expect(places.filter((place) => !ids.includes(place))).toEqual([]);
});

test("ids that were published are kept", () => {
  const file = path.resolve(import.meta.dirname, "../fixtures/notebooks/published-ids.json");
  const published: Record<string, string[]> = JSON.parse(readFileSync(file, "utf8"));
  for (const [name, ids] of Object.entries(published)) {
    const now = sources.find((source) => source.name === name)?.cells.map(({ id }) => id) ?? [];
    expect(
      ids.filter((id) => !now.includes(id)),
      name,
    ).toEqual([]);
  }
});
