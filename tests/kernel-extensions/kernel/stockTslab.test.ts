import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelUnderTest, type Outcome } from "./client";

/** Each defect of stock tslab that `language/` answers: it must show on stock tslab and be gone on ours. */
interface Defect {
  readonly cells: readonly string[];
  /** What the last cell gives on a kernel without the defect. */
  readonly right: (last: Outcome) => boolean;
  readonly before?: (folder: string, cell: number) => void;
}

const gives = (text: string) => (last: Outcome) =>
  last.reply.status === "ok" && last.result?.["text/plain"] === text;

const DEFECTS: Record<string, Defect> = {
  "shorthand of an earlier cell's variable": { cells: ["const q = 1", "({ q }).q"], right: gives("1") },
  "assignment through a shorthand": { cells: ["let w = 1", "({ w } = { w: 5 }); w"], right: gives("5") },
  "export in a cell": { cells: ["export const e = 1; e"], right: gives("1") },
  "names that begin with two underscores": { cells: ["const __x = 1; __x"], right: gives("1") },
  "for await at the top": {
    cells: ["for await (const x of [1]) console.log(x)"],
    right: (last) => last.stdout === "1\n",
  },
  "null is shown": { cells: ["null"], right: gives("null") },
  "strict null checks": {
    cells: ["const m: number = undefined"],
    right: (last) => last.reply.status === "error",
  },
  "a package of the checkout, from any folder": {
    cells: ["import { version } from 'blmm'; typeof version"],
    right: gives("'string'"),
  },
  "an error is an error": {
    cells: ["\n\nthrow new Error('x')"],
    right: (last) => last.error?.ename === "Error" && /line 3/.test(last.error.traceback.join("\n")),
  },
  "a missing file, once written, does not break later cells": {
    cells: ["import { x } from './later'; x", "import { x } from './later'; x", "1 + 1"],
    before: (folder, cell) => {
      if (cell === 1) writeFileSync(path.join(folder, "later.ts"), "export const x = 1;\n");
    },
    right: gives("2"),
  },
  "an edited file counts at once": {
    cells: ["import { v } from './edit'; v", "import { v } from './edit'; v"],
    before: (folder, cell) => writeFileSync(path.join(folder, "edit.ts"), `export const v = ${cell};\n`),
    right: gives("1"),
  },
  "process.exit leaves the kernel alive": { cells: ["process.exit(1)", "1 + 1"], right: gives("2") },
};

describe.each(["stock", "ours"] as const)("%s", (which) => {
  const folder = mkdtempSync(path.join(tmpdir(), "blmm-defects-"));
  let kernel: KernelUnderTest;
  beforeAll(async () => {
    kernel = await KernelUnderTest.start(which, folder);
  }, 90_000);
  afterAll(() => {
    kernel?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(Object.entries(DEFECTS))("%s", { timeout: 60_000 }, async (_, { cells, right, before }) => {
    let last: Outcome | undefined;
    for (const [k, code] of cells.entries()) {
      before?.(folder, k);
      // Stock tslab sees an edit late and aborts what comes soon after an error: it is given time.
      if (which === "stock") await new Promise((resolve) => setTimeout(resolve, 700));
      const silence = new Promise<undefined>((resolve) => setTimeout(resolve, 15_000, undefined));
      last = await Promise.race([kernel.execute(code), silence]);
    }
    expect(last !== undefined && right(last)).toBe(which === "ours");
  });
});
