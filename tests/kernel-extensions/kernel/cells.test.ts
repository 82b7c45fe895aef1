import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelUnderTest } from "./client";

const folder = mkdtempSync(path.join(tmpdir(), "dossier é espace "));
const notes = path.join(folder, "notes");
const write = (name: string, text: string): void => writeFileSync(path.join(notes, name), text);

let kernel: KernelUnderTest;
beforeAll(async () => {
  for (const name of ["notes", "lib"]) mkdirSync(path.join(folder, name));
  write("mine.ts", "export interface P { a: number }\nexport const twice = (x: number): number => x * 2;\n");
  write("uses.ts", "import { twice } from './mine';\nexport const four = twice(2);\n");
  write("bad.ts", "export const n: number = 'x';\n");
  write(
    "throws.ts",
    "export function fails(): never {\n  interface Unused { a: number }\n  throw new RangeError('from a file');\n}\n",
  );
  write("data.json", '{ "k": 5 }');
  writeFileSync(path.join(folder, "lib", "other.ts"), "export const other: number = 7;\n");
  writeFileSync(path.join(folder, "lib", "badother.ts"), "export const other: number = 'y';\n");
  kernel = await KernelUnderTest.start("ours", notes);
}, 60_000);
afterAll(() => {
  kernel?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const shown = (code: string): Promise<string | undefined> => kernel.shown(code);

describe("imports", () => {
  test.each([
    [
      "blmm by its name, from any folder",
      "import { loadConfig } from 'blmm'; typeof loadConfig",
      "'function'",
    ],
    ["another package of the checkout", "import * as yaml from 'yaml'; yaml.parse('a: 1').a", "1"],
    [
      "a TypeScript file beside the notebook",
      "import { twice, type P } from './mine'; const p: P = { a: 1 }; twice(4)",
      "8",
    ],
    ["the same with .js", "import { twice as t2 } from './mine.js'; t2(4)", "8"],
    ["a file that imports a file", "import { four } from './uses'; four", "4"],
    ["JSON", "import data from './data.json'; data.k", "5"],
    ["a file above the notebook", "import { other } from '../lib/other'; other", "7"],
    ["dynamically", "const m = await import('./mine'); m.twice(1)", "2"],
  ])("%s", async (_, code, expected) => {
    expect(await shown(code)).toBe(expected);
  });

  test("a file counts as edited at once, also for what imports it", async () => {
    expect(await shown("import { twice } from './mine'; twice(4)")).toBe("8");
    write(
      "mine.ts",
      "export interface P { a: number }\nexport const twice = (x: number): number => x * 200;\n",
    );
    expect(await shown("import { twice } from './mine'; twice(4)")).toBe("800");
    expect(await shown("import { four } from './uses'; four")).toBe("400");
    write(
      "mine.ts",
      "export interface P { a: number }\nexport const twice = (x: number): number => x * 2;\n",
    );
  });

  test("a missing file, once written, is found, and nothing else breaks", async () => {
    expect(await shown("import { x } from './later'; x")).toMatch(/TypeScriptError.*\.\/later/);
    write("later.ts", "export const x = 11;\n");
    expect(await shown("import { x } from './later'; x")).toBe("11");
    expect(await shown("1 + 1")).toBe("2");
  });

  test("type errors of files beside and above the notebook are shown", async () => {
    const beside = await kernel.execute("import { n } from './bad'; n");
    expect(beside.error?.traceback.join("\n")).toMatch(
      /bad\.ts, line 1: Type 'string' is not assignable to type 'number'/,
    );
    const above = await kernel.execute("import { other as o2 } from '../lib/badother'; o2");
    expect(above.error?.traceback.join("\n")).toMatch(/badother\.ts, line 1: Type 'string'/);
  });
});

describe("variables", () => {
  test("of the package's types keep them in the cells that follow, exported by name or not", async () => {
    await kernel.execute("import { each, table } from 'blmm'; const first = table({ a: 1 });");
    await kernel.execute(
      "const pair = each({ lh: 1, rh: 2 }, () => first); const printed = pair.lh.toMimeBundle;",
    );
    expect(await shown("const no: string = pair; no")).toMatch(/TypeScriptError.*'Pair<Table>'/);
    await kernel.execute(
      "import { openResults } from 'blmm'; const range = (await openResults('x').catch(() => undefined))?.map('n').range();",
    );
    expect(await shown("const none: string = range; none")).toMatch(
      /TypeScriptError.*'MapRange \\| undefined'/,
    );
  });

  test("are shared, also as shorthand, also when assigned through one", async () => {
    await kernel.execute("let q = 3; let w = 1;");
    expect(await shown("({ q, s: ((q: number) => ({ q }))(5) })")).toBe("{ q: 3, s: { q: 5 } }");
    expect(await shown("({ w } = { w: 5 }); w")).toBe("5");
  });

  test.each([
    ["const by running its cell again", ["const again = 1; again", "const again = 2; again"], "2"],
    ["with another type", ["const kind = 1; kind", "const kind = 'three'; kind"], "'three'"],
    [
      "a class",
      [
        "class A { constructor(readonly v: number) {} double() { return this.v * 2 } }\nconst a1 = new A(3);",
        "a1.double() + new A(1).v",
      ],
      "7",
    ],
    [
      "an enum and a namespace",
      ["enum Side { lh, rh }\nnamespace N { export const k = 3 }", "Side.rh + N.k"],
      "4",
    ],
    [
      "a generic type",
      ["type Both<T> = { lh: T; rh: T }", "const both: Both<string> = { lh: 'a', rh: 'b' }; both.lh"],
      "'a'",
    ],
    ["export in a cell", ["export const e1 = 1; export default e1;", "export { e1 }; e1"], "1"],
    [
      "names of any kind",
      ["const __dunder = 1, $x = 2, été = 4;", "({ __dunder, $x, été })"],
      "{ __dunder: 1, '$x': 2, 'été': 4 }",
    ],
    ["for await at the top", ["let sum = 0; for await (const x of [1, 2]) sum += x;", "sum"], "3"],
  ])("%s", async (_, cells, expected) => {
    let last: string | undefined;
    for (const code of cells) last = await shown(code);
    expect(last).toBe(expected);
  });

  test("await at the top, and counts", async () => {
    const first = await kernel.execute("await new Promise((done) => setTimeout(() => done(7), 20))");
    expect(first.result?.["text/plain"]).toBe("7");
    const second = await kernel.execute("1 + 1");
    expect(second.reply.execution_count).toBe(Number(first.reply.execution_count) + 1);
    const types = second.messages.map(({ header }) => header.msg_type);
    expect(types).toEqual(["status", "execute_input", "execute_result", "status"]);
  });
});

describe("errors", () => {
  test("a type error is an error before anything runs, at its line, in words", async () => {
    const { error, stdout } = await kernel.execute("console.log('ran');\nconst b: number = 'x';");
    expect(error?.ename).toBe("TypeScriptError");
    expect(error?.evalue).toBe("line 2: Type 'string' is not assignable to type 'number'.");
    expect(stdout).toBe("");
  });

  test("cells are strict, but a parameter may go untyped", async () => {
    expect(await shown("const one = [1].find((x) => x > 1); one.toFixed(2)")).toMatch(
      /'one' is possibly 'undefined'/,
    );
    expect(await shown("const g = (x) => x * 2; g(3)")).toBe("6");
  });

  test("an error of the library shows the cell's line and not the library's own", async () => {
    const { error } = await kernel.execute('import { loadConfig } from "blmm";\nawait loadConfig("no.yml");');
    expect(error?.ename).toBe("InputError");
    const trace = error?.traceback.join("\n") ?? "";
    expect(trace).toMatch(/no\.yml[\s\S]*line 2\n[\s\S]*→ +2 │ await loadConfig/);
    expect(trace).not.toMatch(/^ +at /m);
  });

  test("a name that no cell has made yet: what to do is said", async () => {
    const { error } = await kernel.execute("neverMade + 1;");
    expect(error?.evalue).toMatch(
      /Cannot find name 'neverMade'\. If a cell above makes it, run that one first/,
    );
  });

  test("the traceback points at the line the person typed, also in earlier cells and files", async () => {
    await kernel.execute(
      "interface A { x: number }\n\nfunction fail(a: A): number {\n  throw new RangeError('no ' + a.x);\n}",
    );
    const { error, reply } = await kernel.execute("\nfail({ x: 1 });");
    expect(reply).toMatchObject({ status: "error", ename: "RangeError", evalue: "no 1" });
    const text = error?.traceback.join("\n") ?? "";
    expect(text).toMatch(/cell \d+, line 4/);
    expect(text).toMatch(/→ +4 │ {3}throw new RangeError/);
    expect(text).toMatch(/cell \d+, line 2:1/);
    const file = await kernel.execute("import { fails } from './throws'; fails()");
    expect(file.error?.traceback.join("\n")).toMatch(/throws\.ts, line 3/);
    expect(`${text}${file.error?.traceback}`).not.toContain("\u001b[");
  });

  test("cells behind one that fails are aborted, and only those", async () => {
    const failing = kernel.execute("throw new Error('first')");
    const behind = kernel.execute("1");
    expect((await failing).reply.status).toBe("error");
    expect((await behind).reply).toEqual({ status: "aborted" });
    expect((await kernel.execute("2")).reply.status).toBe("ok");
  });
});
