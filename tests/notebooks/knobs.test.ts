import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { codeOf, readSources } from "../../scripts/notebookSource.mjs";
import { KernelUnderTest } from "../kernel-extensions/kernel/client";
import { Workspace } from "../workspace";
import { editsOf } from "./knobEdits";

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

describe.each(sources.map((source) => ({ name: source.name, source })))("$name", ({ source }) => {
  test("every offer of a knob runs, and a wrong value is answered with the right ones", async () => {
    const kernel = await KernelUnderTest.start("ours", path.resolve(import.meta.dirname, "../../notebooks"));
    const bad: string[] = [];
    let tried = 0;
    try {
      for (const { text } of codeOf(source, "teacher")) {
        const { error } = await kernel.execute(text);
        expect(error?.evalue).toBeUndefined();
        for (const { edited, title, answer } of editsOf(text)) {
          tried++;
          const outcome = await kernel.execute(edited);
          const said = outcome.error?.evalue ?? "";
          if (answer === undefined ? outcome.error !== undefined : !answer.test(said))
            bad.push(`${title}: ${said === "" ? "no error" : said}`);
        }
        // The cell as it was, for those that follow.
        if (editsOf(text).length > 0) await kernel.execute(text);
      }
    } finally {
      kernel.stop();
    }
    expect(bad).toEqual([]);
    expect(tried).toBeGreaterThan(0);
  }, 900_000);
});
