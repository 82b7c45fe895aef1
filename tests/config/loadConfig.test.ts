import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../src/config/index.js";
import { InputError } from "../../src/errors.js";
import { Workspace } from "../workspace.js";

const place = new Workspace();
const INPUTS = `Y_files: images.txt
X: X.csv
Z:
  - f1:
      name: subject
      factor: subjects.csv
      design: Z.csv
contrasts:
  - c1:
      name: Age
      vector: [0, 1]
Missingness:
  MinPercent: 0.5
outdir: results
`;
beforeAll(() => {
  for (const name of ["images.txt", "X.csv", "subjects.csv", "Z.csv"]) place.write(name, "a");
  mkdirSync(place.file("folder"));
  execFileSync("mkfifo", [place.file("pipe")]);
});
afterAll(() => place.remove());

const load = (text: string) => loadConfig(place.write("inputs.yml", text));
const complaint = async (text: string) => {
  const error = await load(text).then(
    () => "nothing",
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  return String(error).replaceAll(place.folder, "");
};
const warnings = async (text: string) =>
  (await load(text)).warnings.map((text) => text.replaceAll(place.folder, ""));

test("the plain file has no warnings", async () => {
  const config = await load(INPUTS);
  expect(config.warnings).toEqual([]);
  expect(config.contrasts).toEqual([{ name: "Age", kind: "T", vector: [[0, 1]] }]);
});

describe("what would be passed over", () => {
  test("misspelt keys at every level are named, with the key that was meant", async () => {
    const text = INPUTS.replace("name: Age", "nmae: Age").replace("name: subject", "Name: subject");
    expect(await warnings(`${text.replace("  MinPercent", "  MinPercnt")}outputCovB: 1\n`)).toEqual([
      '/inputs.yml, line 15: unknown key "outputCovB" is ignored; the nearest known key is OutputCovB',
      '/inputs.yml, line 5: unknown key "Name" of f1 is ignored; the known keys are name, factor, design',
      '/inputs.yml, line 10: unknown key "nmae" of c1 is ignored; the known keys are name, vector',
      '/inputs.yml, line 13: unknown key "MinPercnt" of Missingness is ignored; the known keys are MinPercent, MinN, Masking',
    ]);
  });

  test("what is printed, in a terminal and in a notebook", async () => {
    const config = await load(`${INPUTS}MAXMEN: 2**32\n`);
    expect(config.toString().replaceAll(place.folder, "<folder>")).toMatchSnapshot();
    expect(config.toHTML().replaceAll(place.folder, "<folder>")).toMatchSnapshot();
  });

  test("the warnings are in a notebook too", async () => {
    const config = await load(`${INPUTS}"<b>": 1\n`);
    expect(config.toString()).toContain("note: ");
    expect(config.toHTML()).toMatch(/<li>note: .*line 15: unknown key &quot;&lt;b&gt;&quot; is ignored/);
  });

  test("a required key that is misspelt", async () => {
    expect(await complaint(INPUTS.replace("vector:", "vectr:"))).toMatch(
      /contrasts\.c1\.vector, line 9: it is missing; expected a list of numbers .*\. Is "vectr" meant for it\?/,
    );
    expect(await complaint(INPUTS.replace("Y_files", "Y_file"))).toMatch(
      /Y_files.*it is missing; expected a path\. Is "Y_file"/,
    );
  });

  test.each<[string, (text: string) => string, RegExp]>([
    [
      "two contrasts of one name",
      (text) => text.replace("Missing", "  - c2: { name: Age, vector: [1, 0] }\nMissing"),
      /contrasts\.c2\.name, line 12: a second contrast named "Age" \(the first is on line 10\); expected a name for each contrast/,
    ],
    [
      "two contrasts of one label",
      (text) => text.replace(/ {6}name: Age\n/, "").replace("Missing", "  - c1: { vector: [1, 0] }\nMissing"),
      /contrasts\.c1, line 11: a second contrast named "c1" \(the first is on line 9\)/,
    ],
    [
      "a contrast without keys",
      (text) => text.replace("Missing", "  - {}\nMissing"),
      /contrasts, entry 2, line 12: \{\}; expected `c1:` with `name` and `vector` under it/,
    ],
    [
      "an empty entry",
      (text) => text.replace("Missing", "  -\nMissing"),
      /contrasts, entry 2, line \d+: nothing after it; expected `c1:` with/,
    ],
    [
      "a factor without keys",
      (text) => text.replace("contrasts", "  - {}\ncontrasts"),
      /Z, entry 2, line 8: \{\}; expected `f1:` with `factor` and `design` under it/,
    ],
    [
      "keys that are not indented",
      (text) => text.replace(/ {6}(name: Age|vector)/g, "    $1"),
      /contrasts, line 9: name and vector beside c1; expected them under c1\. Indent them by two more spaces/,
    ],
    [
      "a word for a weight",
      (text) => text.replace("[0, 1]", "[0, x]"),
      /contrasts\.c1\.vector, entry 2, line \d+: "x"; expected a number; the vector is a list of numbers/,
    ],
    [
      "a list within a list of numbers",
      (text) => text.replace("[0, 1]", "[0, [1]]"),
      /vector, entry 2, line \d+: \[1\]; expected a number/,
    ],
    [
      "a number in a list of lists",
      (text) => text.replace("[0, 1]", "[[0, 1], 3]"),
      /vector, entry 2, line \d+: 3; expected a list of numbers, as the other rows are/,
    ],
    [
      "an infinite weight",
      (text) => text.replace("[0, 1]", "[0, .inf]"),
      /vector, entry 2, line \d+: .*; expected a number/,
    ],
    [
      "a name that is empty",
      (text) => text.replace("name: Age", "name: ''"),
      /contrasts\.c1\.name, line 10: ""; expected a name/,
    ],
    [
      "a key twice",
      (text) => `${text}X: other.csv\n`,
      /line 15: broken yml: Map keys must be unique; expected yml, such as/,
    ],
    [
      "a directory for a file",
      (text) => text.replace("X.csv", "folder"),
      /X, line 2: "folder" is a directory; expected a file that exists/,
    ],
    [
      "a pipe for a file",
      (text) => text.replace("X.csv", "pipe"),
      /X, line 2: "pipe" is a named pipe; expected a file that exists/,
    ],
  ])("%s", async (_, change, message) => {
    expect(await complaint(change(INPUTS))).toMatch(message);
  });
});

test("U+2212 is a minus, and arithmetic a number", async () => {
  const text = `${INPUTS.replace("[0, 1]", "[[−1, 1/2], [-0.5, '−2e−1']]")}minlog: −300\n`;
  const config = await load(text);
  expect(config.contrasts[0].vector).toEqual([
    [-1, 0.5],
    [-0.5, -0.2],
  ]);
  expect(config.minlog).toBe(-300);
});

describe("hostile yml", () => {
  test.each<[string, string, RegExp]>([
    [
      "aliases that multiply",
      `a: &a [1,1,1,1,1,1,1,1,1]\n${Array.from({ length: 9 }, (_, k) => `${"bcdefghij"[k]}: &${"bcdefghij"[k]} [${`*${"abcdefghi"[k]},`.repeat(9)}]`).join("\n")}\n`,
      /aliases \(\*name\) that lead nowhere, or to too much/,
    ],
    [
      "an alias within itself",
      "X: &a [*a]\n",
      /lists or keys within one another without end|expected a path/,
    ],
    ["an alias of nothing", "X: *nothing\n", /line 1: broken yml|aliases/],
    ["levels without end", "X: ".concat("[".repeat(1e5)), /without end|broken yml/],
    ["no keys", "- 1\n- 2\n", /no keys; expected the keys of blmm_inputs\.yml/],
    ["nothing", "", /no keys/],
    ["a key without a name", "? \n: 1\n", /it is missing/],
    ["a key that is a list", "? [a, b]\n: 1\n", /it is missing/],
    ["a key that objects have", "__proto__: 1\nconstructor: 2\ntoString: 3\n", /it is missing/],
    [
      "parentheses without end",
      `${INPUTS}tol: "${"(".repeat(1e5)}"\n`,
      /tol, line 15: .*…; expected a positive number/,
    ],
  ])("%s", async (_, text, message) => {
    expect(await complaint(text)).toMatch(message);
  });

  test("a name that is too long, and one that goes on below a file", async () => {
    const said = await complaint(INPUTS.replace("X.csv", "x".repeat(300)).replace("Z.csv", "X.csv/Z.csv"));
    expect(said).toMatch(/X, line 2: no file "x+" \(looked at /);
    expect(said).toMatch(/Z\.f1\.design, line 7: no file "X\.csv\/Z\.csv" \(looked at /);
  });

  test("a large file is not parsed", async () => {
    expect(await complaint("#".repeat(3e6))).toMatch(
      /a file of 3,000,000 bytes; expected a blmm_inputs\.yml, of at most/,
    );
  });

  test("tags mean nothing, and it is said", async () => {
    expect(await warnings(`${INPUTS}maxnit: !!python/object 1\n`)).toEqual([
      expect.stringMatching(/line 15: Unresolved tag/),
    ]);
  });
});
