import { summaryDocument } from "../document/summaryDocument.js";
import { isPair, type Pair } from "../pair.js";
import type { Results } from "../results/results.js";
import { type SummarySection, showResultsBy } from "../results/shownResults.js";
import { view } from "./view.js";

/** Results as the last expression of a cell: live on the cortex under their summary; elsewhere the summary and a picture. */
async function showResults(
  results: Results | Pair<Results>,
  summary: readonly SummarySection[],
): Promise<Record<string, unknown>> {
  const shown = view(isPair<Results>(results) ? { lh: results.lh, rh: results.rh } : results);
  const { bundle, image } = await shown.bundleUnder(summaryDocument(summary));
  const html = summary
    .map(({ title, report }) =>
      title === "" ? report.toHTML() : `<section><h4>${title}</h4>${report.toHTML()}</section>`,
    )
    .join("");
  const text = summary
    .map(({ title, report }) => (title === "" ? `${report}` : `${title}\n${report}`))
    .join("\n\n");
  return { ...bundle, "text/html": `${html}<img alt="The cortex" src="${image}">`, "text/plain": text };
}

showResultsBy(showResults);
