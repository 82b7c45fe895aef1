import type { SummaryDocument } from "../../src/viewer/viewDocument.js";

/** Tables that stand open: the strongest effects. The maps are there for who asks. */
const OPEN = 1;

/** A summary above its view. Names come from people's files: all of it is text. */
export function summaryElement(summary: SummaryDocument): HTMLElement {
  const root = element("div", "blmm-summary jp-RenderedHTMLCommon");
  for (const { title, heading, lines, tables } of summary) {
    const section = element("section");
    if (title !== "") section.append(element("h4", "", title));
    section.append(element("strong", "", heading));
    if (lines.length > 0) {
      const list = element("ul");
      list.append(...lines.map((line) => element("li", "", line)));
      section.append(list);
    }
    for (const [k, table] of tables.entries()) {
      const details = element("details");
      details.open = k < OPEN;
      details.append(element("summary", "", table.title || "Table"), tableElement(table));
      section.append(details);
    }
    root.append(section);
  }
  return root;
}

function tableElement({ columns, rows, right }: SummaryDocument[number]["tables"][number]): HTMLElement {
  const table = element("table");
  // JupyterLab sets tables in the middle.
  table.style.marginLeft = "0";
  const row = (cells: readonly string[], kind: "th" | "td") => {
    const tr = element("tr");
    tr.append(
      ...cells.map((cell, k) => {
        const one = element(kind, "", cell);
        one.style.textAlign = right[k] === true ? "right" : "left";
        return one;
      }),
    );
    return tr;
  };
  const [head, body] = [element("thead"), element("tbody")];
  head.append(row(columns, "th"));
  body.append(...rows.map((cells) => row(cells, "td")));
  table.append(head, body);
  return table;
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = "",
  text = "",
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  if (text !== "") made.textContent = text;
  return made;
}
