import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readSources } from "../../scripts/notebookSource.mjs";
import { Workspace } from "../workspace";
import { colorsOf } from "./colors";
import { type RanNotebook, runNotebook } from "./runNotebook";
import { faultsOf } from "./typeCheck";

const ONLY = process.env.BLMM_NOTEBOOKS?.split(",");
const sources = readSources().filter(
  ({ name }) => ONLY === undefined || ONLY.some((one) => name.startsWith(one)),
);
const workspace = new Workspace();
beforeAll(() => {
  vi.stubEnv("BLMM_STUDY", workspace.file("study"));
  vi.stubEnv("BLMM_PRESET", "tiny");
});
afterAll(() => {
  vi.unstubAllEnvs();
  workspace.remove();
});

test.each(["student", "teacher"] as const)(
  "every cell of the %s's copy type-checks as the kernel does",
  (copy) => {
    expect(faultsOf(sources, copy)).toEqual([]);
  },
);

describe.each(sources.map((source) => ({ name: source.name, source })))("$name", ({ source }) => {
  describe.each(["student", "teacher"] as const)("the %s's copy", (copy) => {
    let ran: RanNotebook;
    beforeAll(async () => {
      ran = await runNotebook(source, copy);
    }, 300_000);

    test("runs from the first cell to the last without an error", () => {
      const errors = ran.cells.flatMap(({ id, outcome: { error } }) =>
        error ? [`${id}: ${error.ename}: ${error.evalue}`] : [],
      );
      expect(errors).toEqual([]);
    });

    test(`its checks say ${copy === "student" ? "not done yet" : "right"}`, () => {
      const answers = ran.cells
        .filter(({ kind }) => kind === "check")
        .map(({ outcome }) => outcome.result?.["text/plain"].split("\n")[0].replace(/^[^:]*: /, ""));
      expect(
        answers.every((answer) => answer === (copy === "student" ? "not done yet" : "right")),
        `${answers}`,
      ).toBe(true);
    });

    test("what is drawn has a picture that is not of one color, and words with finite numbers", async () => {
      // Cells of which a line begins with a verb that draws: the verb is their last expression.
      const drawn = ran.cells.filter(({ text }) => /^(view|pictures|plot\w+)\(/m.test(text));
      if (/^0[0125678]/.test(source.name)) expect(drawn.length).toBeGreaterThan(1);
      for (const { id, outcome } of drawn) {
        const { result = {} } = outcome;
        expect(result["text/plain"], id).toMatch(/\d/);
        expect(result["text/plain"], id).not.toMatch(/NaN|undefined|Infinity/);
        expect(await colorsOf(result["image/png"] ?? ""), id).toBeGreaterThan(8);
      }
    });

    if (source.name === "05-look")
      test("the file and the results show the same left hemisphere", () => {
        const shown = (cell: string) =>
          ran.cells.find(({ id }) => id === cell)?.outcome.result?.["text/plain"] ?? "";
        const left = (text: string) => /^left +(.*)$/m.exec(text)?.[1].replace(/ +/g, " ");
        expect(left(shown("static"))).toMatch(/ \d+ of 587$/);
        expect(left(shown("static"))).toBe(left(shown("viewer")));
      });

    if (source.name === "04-fit")
      test("the wall is 0 in the file and NaN in the map, and no vertex failed", () => {
        const shown = (cell: string) =>
          ran.cells.find(({ id }) => id === cell)?.outcome.result?.["text/plain"] ?? "";
        expect(shown("wall")).toBe("[ 0, NaN, 587 ]");
        expect(shown("not-converged")).toBe("0");
      });

    if (copy === "teacher")
      test("every number of the text is one, whatever the preset", () => {
        const odd = ran.claims.filter(({ value }) => value === null || value === undefined || value === "");
        expect(odd.map(({ id, code }) => `${id}: ${code}`)).toEqual([]);
      });
  });
});
