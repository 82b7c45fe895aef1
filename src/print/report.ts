import escapeHtml from "escape-html";
import { Printed } from "./printed.js";
import type { Table } from "./table.js";

/** A heading, some lines and some tables, one under the other. */
export class Report extends Printed {
  constructor(
    readonly heading: string,
    readonly lines: readonly string[],
    readonly tables: readonly Table[],
  ) {
    super();
  }

  toString(): string {
    const parts = [[this.heading, ...this.lines.map((line) => `  ${line}`)].join("\n")];
    for (const table of this.tables) parts.push(table.toString());
    return parts.join("\n\n");
  }

  toHTML(): string {
    const lines = this.lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("");
    const tables = this.tables.map((table) => table.toHTML()).join("");
    return `<div class="blmm"><strong>${escapeHtml(this.heading)}</strong>${lines === "" ? "" : `<ul>${lines}</ul>`}${tables}</div>`;
  }
}
