import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { report } from "../../src/cli/errors.js";
import { AbortedError, InputError } from "../../src/errors.js";

const system = (code: string, more: object) =>
  Object.assign(new Error(`${code}: as the system says it`), { code, ...more });

test.each<[string, unknown, object]>([
  ["a mistake in the input", new InputError({ file: "a", found: "b" }), { text: "blmm: a: b\n", code: 1 }],
  ["an interrupt", new AbortedError("stopped"), { text: "blmm: stopped\n", code: 130 }],
  ["a mistake in the command", new CommanderError(1, "x", "said already"), { text: "", code: 2 }],
  ["--help", new CommanderError(0, "x", ""), { text: "", code: 0 }],
  [
    "a full disk",
    system("ENOSPC", { path: "/out/x" }),
    { text: "blmm: /out/x: the disk is full\n", code: 1 },
  ],
  [
    "a disk that can only be read",
    system("EROFS", { path: "/a", dest: "/b" }),
    { text: "blmm: /b: it is on a disk that can only be read\n", code: 1 },
  ],
  ["no permission", system("EACCES", {}), { text: "blmm: you may not write there\n", code: 1 }],
])("%s", (_, error, said) => {
  expect(report(error, false)).toEqual(said);
});

test("a mistake of the program is told as such, and where only when asked", () => {
  const error = new TypeError("x is not a function");
  expect(report(error, false)).toEqual({
    text: "blmm: a mistake of this program, not of your input: x is not a function\nPlease report it with what `blmm --verbose …` says when it is run again.\n",
    code: 70,
  });
  expect(report(error, true).text).toMatch(/^TypeError: x is not a function\n {4}at /);
  expect(report("thrown", true)).toMatchObject({ code: 70, text: expect.stringMatching(/thrown/) });
});
