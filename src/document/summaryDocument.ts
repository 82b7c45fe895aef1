import { formatNumber } from "../print/number.js";
import type { SummarySection } from "../results/shownResults.js";
import type { SummaryDocument } from "../viewer/viewDocument.js";

/** A summary as the viewer shows it: texts, of which none is markup. */
export function summaryDocument(sections: readonly SummarySection[]): SummaryDocument {
  return sections.map(({ title, report }) => ({
    title,
    heading: report.heading,
    lines: report.lines,
    tables: report.tables.map((table) => ({
      title: table.title,
      columns: table.columns,
      rows: table.rows.map((row) =>
        row.map((cell) => (typeof cell === "number" ? formatNumber(cell) : cell)),
      ),
      right: table.columns.map((_, k) => table.rows.every((row) => typeof row[k] === "number")),
    })),
  }));
}
