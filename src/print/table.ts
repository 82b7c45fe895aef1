import escapeHtml from "escape-html";
import { getBorderCharacters, table as layOut } from "table";
import { formatNumber } from "./number.js";
import { Printed } from "./printed.js";

/** A cell: numbers are set right and formatted. */
export type Cell = string | number;

/** A table with a title, for terminals and notebooks. */
export class Table extends Printed {
  constructor(
    readonly title: string,
    readonly columns: readonly string[],
    readonly rows: readonly (readonly Cell[])[],
  ) {
    super();
  }

  toString(): string {
    const { title, columns, rows } = this;
    const body = [columns, ...rows].map((row) => row.map(asText));
    if (body[0].length === 0) return title;
    const text = layOut(body, {
      border: getBorderCharacters("void"),
      columnDefault: { paddingLeft: 0, paddingRight: 2 },
      columns: columns.map((_, k) => ({
        alignment: this.isNumeric(k) ? ("right" as const) : ("left" as const),
      })),
      drawHorizontalLine: () => false,
    })
      .trimEnd()
      .split("\n")
      .map((line) => line.trimEnd());
    const width = Math.max(...text.map((line) => line.length));
    text.splice(1, 0, "─".repeat(width));
    return [...(title === "" ? [] : [title]), ...text].join("\n");
  }

  toHTML(): string {
    const align = (k: number) => ` style="text-align:${this.isNumeric(k) ? "right" : "left"}"`;
    const head = this.columns.map((name, k) => `<th${align(k)}>${escapeHtml(name)}</th>`).join("");
    const body = this.rows.map(
      (row) => `<tr>${row.map((cell, k) => `<td${align(k)}>${escapeHtml(asText(cell))}</td>`).join("")}</tr>`,
    );
    const caption =
      this.title === ""
        ? ""
        : `<caption style="text-align:left;white-space:nowrap">${escapeHtml(this.title)}</caption>`;
    return `<table>${caption}<thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
  }

  private isNumeric(column: number): boolean {
    return this.rows.length > 0 && this.rows.every((row) => typeof row[column] === "number");
  }
}

function asText(cell: Cell): string {
  return typeof cell === "number" ? formatNumber(cell) : cell;
}
