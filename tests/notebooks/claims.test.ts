import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { claimHolds, readSources } from "../../scripts/notebookSource.mjs";
import { Workspace } from "../workspace";
import { NUMBERS, RANGES } from "./expected";
import { runNotebook } from "./runNotebook";

const ONLY = process.env.BLMM_NOTEBOOKS?.split(",");
const sources = readSources().filter(
  ({ name }) => ONLY === undefined || ONLY.some((one) => name.startsWith(one)),
);
const workspace = new Workspace();
beforeAll(() => {
  if (process.env.BLMM_STUDY === undefined) vi.stubEnv("BLMM_STUDY", workspace.file("study"));
  vi.stubEnv("BLMM_PRESET", "workshop");
});
afterAll(() => {
  vi.unstubAllEnvs();
  workspace.remove();
});

describe.each(sources.map((source) => ({ name: source.name, source })))("$name on workshop", ({ source }) => {
  test("every number in the text is what its expression gives, and every solution is right", async () => {
    const numbers = NUMBERS[source.name] ?? [];
    const ranges = RANGES[source.name] ?? [];
    const { cells, claims, more } = await runNotebook(source, "teacher", [
      ...numbers.map(([, code]) => code),
      ...ranges.map(([, , code]) => code),
    ]);
    expect(cells.flatMap(({ id, outcome: { error } }) => (error ? [`${id}: ${error.evalue}`] : []))).toEqual(
      [],
    );
    const wrong = cells
      .filter(
        ({ kind, outcome }) => kind === "check" && !/: right/.test(outcome.result?.["text/plain"] ?? ""),
      )
      .map(({ id, outcome }) => `${id}: ${outcome.result?.["text/plain"]}`);
    expect(wrong).toEqual([]);
    const broken = claims
      .filter(({ written, value }) => !claimHolds(written, value))
      .map(({ id, written, code, value }) => `${id}: {{${written} = ${code}}} is ${value}`);
    expect(broken).toEqual([]);
    const drifted = numbers.flatMap(([written, code], k) =>
      claimHolds(written, more[k]) ? [] : [`${code}: ${more[k]} instead of ${written}`],
    );
    expect(drifted).toEqual([]);
    const outside = ranges.flatMap(([low, high, code], k) => {
      const value = more[numbers.length + k];
      return typeof value === "number" && value >= low && value <= high ? [] : [`${code}: ${value}`];
    });
    expect(outside).toEqual([]);
  }, 900_000);
});
