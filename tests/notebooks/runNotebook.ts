import path from "node:path";
import { claimsOf, codeOf } from "../../scripts/notebookSource.mjs";
import { KernelUnderTest, type Outcome } from "../kernel-extensions/kernel/client";

type Source = Parameters<typeof codeOf>[0];

/** A code cell, and what it came to on the kernel. */
export interface RanCell {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  readonly outcome: Outcome;
}

/** What prose says, and what its expression is after the last cell. */
export interface Claimed {
  readonly id: string;
  readonly written: string;
  readonly code: string;
  readonly value: unknown;
}

export interface RanNotebook {
  readonly cells: readonly RanCell[];
  /** Of the teacher's copy only: claims may use what exercises make. */
  readonly claims: readonly Claimed[];
}

/** Runs all cells of a notebook in order on a kernel of its own, as Restart and Run All does. */
export async function runNotebook(source: Source, copy: "student" | "teacher"): Promise<RanNotebook> {
  const kernel = await KernelUnderTest.start("ours", path.resolve(import.meta.dirname, "../../notebooks"));
  try {
    const cells: RanCell[] = [];
    for (const { id, kind, text } of codeOf(source, copy)) {
      const outcome = await kernel.execute(text);
      cells.push({ id, kind, text, outcome });
      if (outcome.error) break;
    }
    return { cells, claims: copy === "teacher" ? await evaluateClaims(kernel, source) : [] };
  } finally {
    kernel.stop();
  }
}

async function evaluateClaims(kernel: KernelUnderTest, source: Source): Promise<Claimed[]> {
  const claims = claimsOf(source);
  if (claims.length === 0) return [];
  const values = claims.map(({ code }) => `(${code})`).join(",\n");
  const { stdout, error } = await kernel.execute(`console.log(JSON.stringify([${values}]));`);
  if (error) throw new Error(`the claims of ${source.name}: ${error.evalue}`);
  const made: unknown[] = JSON.parse(stdout);
  return claims.map((claim, k) => ({ ...claim, value: made[k] }));
}
