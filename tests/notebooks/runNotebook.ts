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
  /** The values of the other expressions. */
  readonly more: readonly unknown[];
}

/**
 * Runs all cells of a notebook in order on a kernel of its own, as Restart and Run All does.
 *
 * @param more expressions to evaluate after the last cell of the teacher's copy, besides the claims.
 */
export async function runNotebook(
  source: Source,
  copy: "student" | "teacher",
  more: readonly string[] = [],
): Promise<RanNotebook> {
  const kernel = await KernelUnderTest.start("ours", path.resolve(import.meta.dirname, "../../notebooks"));
  try {
    const cells: RanCell[] = [];
    for (const { id, kind, text } of codeOf(source, copy)) {
      const outcome = await kernel.execute(text);
      cells.push({ id, kind, text, outcome });
      if (outcome.error) break;
    }
    if (copy === "student") return { cells, claims: [], more: [] };
    const claims = claimsOf(source);
    const values = await evaluate(kernel, [...claims.map(({ code }) => code), ...more], source.name);
    return {
      cells,
      claims: claims.map((claim, k) => ({ ...claim, value: values[k] })),
      more: values.slice(claims.length),
    };
  } finally {
    kernel.stop();
  }
}

async function evaluate(kernel: KernelUnderTest, codes: readonly string[], name: string): Promise<unknown[]> {
  if (codes.length === 0) return [];
  const values = codes.map((code) => `(${code})`).join(",\n");
  const { stdout, error } = await kernel.execute(`console.log(JSON.stringify([${values}]));`);
  if (error) throw new Error(`what is said of ${name}: ${error.evalue}`);
  return JSON.parse(stdout);
}
