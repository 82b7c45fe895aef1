import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import escapeHtml from "escape-html";
import type { OpenedDocument } from "../document/viewDocument.js";
import { BlmmError } from "../errors.js";
import type { ViewDocument } from "../viewer/viewDocument.js";

/** The browser's part, built once by esbuild. */
export interface PageScripts {
  readonly viewer: string;
  readonly charts: string;
}

/** JSON that can stand in a script element whatever the names in it say. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

/**
 * What a page may do: run the viewer, and plotly from what it carries itself. It reaches nothing beyond itself.
 *
 * @param scripts the sources of scripts, such as a digest.
 * @param connect where it may fetch from.
 */
function policy(scripts: string, connect: string): string {
  const rules = [
    "default-src 'none'",
    `script-src ${scripts} blob:`,
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<meta http-equiv="Content-Security-Policy" content="${rules.join("; ")}">`;
}

function html(view: ViewDocument, head: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(view.title)}</title>
<style>
html, body { margin: 0; height: 100%; }
body { background: light-dark(#fff, #15171a); }
#view { height: 100vh; }
.title { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
noscript, .wait { font: 15px/1.5 system-ui, sans-serif; padding: 2rem; display: block; color: light-dark(#333, #ccc); }
</style>
${head}
</head>
<body>
<main>
<h1 class="title">${escapeHtml(view.title)}</h1>
<div id="view"><p class="wait">Unfolding the cortex …</p></div>
</main>
<noscript>This page draws the cortex with a script, which this browser does not run.</noscript>
${body}
</body>
</html>
`;
}

/** One self-contained file: it opens with the network off. */
export function onePage({ document, store }: OpenedDocument, scripts: PageScripts): string {
  const blocks = [...store.bytes].map(
    ([id, bytes]) =>
      `<script type="text/plain" id="block-${escapeHtml(id)}">${Buffer.from(bytes).toString("base64")}</script>`,
  );
  const charts = gzipSync(scripts.charts, { level: 9 }).toString("base64");
  const viewer = scripts.viewer.replaceAll("</script", "<\\/script");
  const digest = createHash("sha256").update(viewer).digest("base64");
  return html(
    document,
    policy(`'sha256-${digest}'`, "'none'"),
    `<script type="application/json" id="document">${scriptJson(document)}</script>
${blocks.join("\n")}
<script type="text/plain" id="block-charts">${charts}</script>
<script>${viewer}</script>`,
  );
}

/** The files of a folder for a web server: the page, `view.json`, the scripts, and one file a block. */
export function pageFolder(
  { document, store }: OpenedDocument,
  scripts: PageScripts,
): Map<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>();
  for (const [id, bytes] of store.bytes) files.set(`blocks/${id}.gz`, bytes);
  files.set("view.json", `${JSON.stringify(document, null, 1)}\n`);
  files.set("viewer.js", scripts.viewer);
  files.set("blocks/charts.gz", gzipSync(scripts.charts, { level: 9 }));
  const script = '<script src="viewer.js" data-view="view.json"></script>';
  files.set("index.html", html(document, policy("'self'", "'self'"), script));
  return files;
}

/** Writes a page whole or not at all: one file where the name ends with `.html`, else a folder. */
export function writePageFiles(out: string, opened: OpenedDocument): void {
  const scripts = builtScripts();
  const temporary = path.join(path.dirname(out), `.${path.basename(out)}-${randomBytes(4).toString("hex")}`);
  mkdirSync(path.dirname(out), { recursive: true });
  try {
    if (/\.html?$/i.test(out)) writeFileSync(temporary, onePage(opened, scripts));
    else {
      for (const [name, content] of pageFolder(opened, scripts)) {
        const file = path.join(temporary, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
      // An earlier page of ours makes way; other folders do not.
      if (existsSync(path.join(out, "view.json"))) rmSync(out, { recursive: true });
    }
    renameSync(temporary, out);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** The scripts that the build leaves in dist. */
function builtScripts(): PageScripts {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    for (const place of [folder, path.join(folder, "dist")]) {
      const [viewer, charts] = ["page.js", "charts.js"].map((name) => path.join(place, name));
      if (existsSync(viewer) && existsSync(charts))
        return { viewer: readFileSync(viewer, "utf8"), charts: readFileSync(charts, "utf8") };
    }
    const parent = path.dirname(folder);
    if (parent === folder)
      throw new BlmmError("The viewer of pages is not built: `npm run build` builds it.");
    folder = parent;
  }
}
