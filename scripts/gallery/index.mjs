// The page that lists the others.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import escapeHtml from "escape-html";

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.4rem 0.75rem; border-bottom: 1px solid #d0d4da; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
a { color: #0b57a4; }`;
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'";

/**
 * Writes index.html: a line a notebook, with its question and both copies.
 *
 * @param {readonly import("./run.mjs").Executed[]} executed
 * @param {string} to the folder of the pages.
 * @param {string} preset how much data they were run on.
 * @returns {string} the page's path.
 */
export function writeIndex(executed, to, preset) {
  const names = [...new Set(executed.map(({ name }) => name))];
  const rows = names.map((name) => {
    const copies = executed.filter((one) => one.name === name);
    const { title, question } = headOf(copies[0].file);
    const links = ["student", "teacher"].map((copy) => {
      const one = copies.find((candidate) => candidate.copy === copy);
      if (one === undefined) return "<td></td>";
      const state = one.ok ? `${one.seconds.toFixed(0)} s` : "stopped at an error";
      return `<td><a href="${copy}/${name}.html">${copy}’s copy</a> (${state})</td>`;
    });
    return `<tr><td>${escapeHtml(title)}<br><small>${escapeHtml(question)}</small></td>${links.join("")}</tr>`;
  });
  const file = path.join(to, "index.html");
  writeFileSync(
    file,
    `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>BLMM: the ten notebooks, executed</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Big linear mixed models: the notebooks, executed</h1>
<p>Run on the preset “${escapeHtml(preset)}”: simulated data, drawn from a seed. Pictures stand where JupyterLab shows a
cortex that turns and charts that answer; everything opens without a network.</p>
<table>
<thead><tr><th>notebook</th><th>exercises open</th><th>exercises solved</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
</main>
</body>
</html>
`,
  );
  return file;
}

/** The title and the question of a notebook's first cell. */
function headOf(file) {
  const { cells } = JSON.parse(readFileSync(file, "utf8"));
  const text = [cells[0].source].flat().join("");
  return {
    title: /^# (.+)$/m.exec(text)?.[1] ?? path.basename(file, ".ipynb"),
    question: (/\*\*The question\.\*\* ([\s\S]+?)\n\n/.exec(text)?.[1] ?? "")
      .replaceAll(/[*`]/g, "")
      .replaceAll("\n", " "),
  };
}
