import { existsSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "..", "..");

/** A code cell; its id is `cell-N` unless given. */
export interface CellText {
  readonly source: string;
  readonly tags?: readonly string[];
  readonly id?: string;
}

/** The text of a notebook for the kernel, made of code cells. */
export function notebookText(cells: readonly (string | CellText)[], kernel = "blmm"): string {
  return JSON.stringify({
    cells: cells.map((cell, index) => {
      const { source, tags, id } = typeof cell === "string" ? { source: cell } : (cell as CellText);
      return {
        cell_type: "code",
        id: id ?? `cell-${index + 1}`,
        metadata: tags === undefined ? {} : { tags },
        source,
        outputs: [],
        execution_count: null,
      };
    }),
    metadata: { kernelspec: { name: kernel, display_name: "BLMM (TypeScript)", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  });
}

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Chromium, or nothing where there is none; in CI, a missing browser is an error rather than a reason to skip. */
export function findChromium(): string | undefined {
  const found = [process.env.CHROMIUM ?? "", ...PLACES].find((place) => place !== "" && existsSync(place));
  if (found === undefined && process.env.CI === "true")
    throw new Error(`no Chromium at ${PLACES.join(", ")}`);
  return found;
}
