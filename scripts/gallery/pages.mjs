// Executed notebooks as pages that open offline: nbconvert's look of JupyterLab, without its scripts; formulas by
// KaTeX; pictures and fonts inside. A page runs no script and may fetch nothing.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import escapeHtml from "escape-html";
import { python, root } from "../setup.mjs";
import { putBack, takeOut } from "./math.mjs";

const here = path.join(root, "scripts", "gallery");
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'";

/**
 * Renders executed notebooks, each into one file beside the others of its copy.
 *
 * @param {readonly import("./run.mjs").Executed[]} executed
 * @param {string} to a folder: `student/` and `teacher/` in it get the pages.
 * @throws where nbconvert fails or a formula cannot be read.
 */
export async function renderPages(executed, to) {
  const style = await styleSheet();
  const work = mkdtempSync(path.join(tmpdir(), "blmm-gallery-"));
  try {
    for (const copy of new Set(executed.map((one) => one.copy))) {
      const ofCopy = executed.filter((one) => one.copy === copy);
      const folder = path.join(work, copy);
      mkdirSync(folder, { recursive: true });
      const formulas = ofCopy.map((one) => prepare(one, path.join(folder, `${one.name}.ipynb`)));
      convert(
        ofCopy.map(({ name }) => `${name}.ipynb`),
        folder,
        work,
      );
      mkdirSync(path.join(to, copy), { recursive: true });
      for (const [k, { name }] of ofCopy.entries()) {
        const html = readFileSync(path.join(folder, `${name}.html`), "utf8");
        const page = finish(html, formulas[k], style, bar(ofCopy, k, executed));
        writeFileSync(path.join(to, copy, `${name}.html`), page);
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Writes what nbconvert is to read: formulas taken out, pictures described, links to the other pages. */
function prepare({ name, file }, to) {
  const notebook = JSON.parse(readFileSync(file, "utf8"));
  const formulas = [];
  for (const cell of notebook.cells) {
    if (cell.cell_type === "markdown") {
      const text = [cell.source].flat().join("");
      try {
        cell.source = takeOut(text, formulas).replace(/\]\(([\w-]+)\.ipynb\)/g, "]($1.html)");
      } catch (error) {
        throw new Error(`${name}, cell ${cell.id}: ${error.message}`);
      }
    }
    // As in JupyterLab: the source of a check gives its answer away.
    if (cell.metadata.jupyter?.source_hidden === true) cell.metadata.transient = { remove_source: true };
    for (const { data, metadata } of cell.outputs ?? []) {
      if (data?.["image/png"] !== undefined) {
        metadata["image/png"] = { ...metadata["image/png"], alt: [data["text/plain"] ?? ""].flat().join("") };
      }
    }
  }
  notebook.metadata.title = notebook.cells[0].source.match(/^# (.+)$/m)?.[1] ?? name;
  writeFileSync(to, JSON.stringify(notebook));
  return formulas;
}

function convert(files, folder, work) {
  const { jupyterEnvironment } = createRequire(import.meta.url)(path.join(root, "dist", "jupyter.js"));
  const options = [
    "--to=html",
    "--template=template",
    `--TemplateExporter.extra_template_basedirs=${here}`,
    "--log-level=ERROR",
  ];
  const { status, stderr } = spawnSync(python, ["-m", "nbconvert", ...options, ...files], {
    cwd: folder,
    env: jupyterEnvironment(root, path.join(work, "jupyter")),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`nbconvert failed:\n${stderr}`);
}

function finish(html, formulas, style, top) {
  // The template's own head holds the rule that nothing is fetched, before all that could be.
  return putBack(html, formulas)
    .replace("<head>", () => `<head><meta http-equiv="Content-Security-Policy" content="${POLICY}">`)
    .replace("<!-- gallery head -->", () => `<style>${style}</style>`)
    .replace("<!-- gallery bar -->", () => top);
}

/** Where one is, and the way to the pages around it. */
function bar(pages, k, executed) {
  const { name, copy, ok } = pages[k];
  const link = (one, text) => (one === undefined ? "" : `<a href="${one.name}.html">${text}</a>`);
  const other = executed.find((one) => one.name === name && one.copy !== copy);
  const words = { student: "student’s copy", teacher: "teacher’s copy" };
  return `<nav class="gallery" aria-label="Notebooks">
${link(pages[k - 1], `← ${escapeHtml(pages[k - 1]?.name ?? "")}`)}
<a href="../index.html">all notebooks</a>
<span>${escapeHtml(name)}, ${words[copy]}${ok ? "" : ", stopped at an error"}</span>
${other === undefined ? "" : `<a href="../${other.copy}/${name}.html">${words[other.copy]}</a>`}
${link(pages[k + 1], `${escapeHtml(pages[k + 1]?.name ?? "")} →`)}
</nav>`;
}

/** The pages' own rules and KaTeX's, with its fonts inside. */
export async function styleSheet() {
  const { outputFiles } = await build({
    entryPoints: [path.join(here, "gallery.css")],
    bundle: true,
    minify: true,
    write: false,
    absWorkingDir: root,
    loader: { ".woff2": "dataurl", ".woff": "empty", ".ttf": "empty" },
  });
  return outputFiles[0].text;
}
