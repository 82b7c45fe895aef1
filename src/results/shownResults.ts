import escapeHtml from "escape-html";
import { InputError } from "../errors.js";
import type { Pair } from "../pair.js";
import type { Report } from "../print/report.js";
import type { Results } from "./results.js";

/** What a summary is about, and the summary of each side under its heading. */
export interface SummarySection {
  /** "Left hemisphere" of a pair, "" of one alone. */
  readonly title: string;
  readonly report: Report;
}

/** Shows results beside their summary, as the last expression of a cell does. */
export type ShowResults = (
  results: Results | Pair<Results>,
  summary: readonly SummarySection[],
) => Promise<Record<string, unknown>>;

let show: ShowResults | undefined;

/** The viewer, which stands downstream of results, says here how it shows them. */
export function showResultsBy(how: ShowResults): void {
  show = how;
}

/**
 * Results as a notebook shows them: on the cortex with their summary; where they cannot be drawn, the summary alone, and
 * why.
 *
 * @param text the summary as text, and as HTML.
 */
export async function bundleOfResults(
  results: Results | Pair<Results>,
  summary: readonly SummarySection[],
  text: { toString(): string; toHTML(): string },
): Promise<Record<string, unknown>> {
  const plain = (why: string) => ({
    "text/plain": why === "" ? text.toString() : `${text}\n\n${why}`,
    "text/html": why === "" ? text.toHTML() : `${text.toHTML()}<p>${escapeHtml(why)}</p>`,
  });
  if (show === undefined) return plain("");
  try {
    return await show(results, summary);
  } catch (error) {
    // A sphere of another size, a volume: the numbers are there all the same.
    if (error instanceof InputError) return plain(`Not drawn on the cortex: ${error.message}`);
    throw error;
  }
}
