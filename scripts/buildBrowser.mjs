// Builds what runs in the browser: the page's two scripts, and the prebuilt JupyterLab extension in
// dist/labextensions/blmm, which JupyterLab finds when JUPYTER_PATH names dist.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** JupyterLab serves an extension under its name, which therefore is its folder's. */
const NAME = "blmm";

const browser = {
  bundle: true,
  minify: true,
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  absWorkingDir: root,
  logLevel: "warning",
  loader: { ".css": "empty" },
  define: { global: "globalThis", "process.env.NODE_ENV": '"production"' },
  alias: { buffer: path.join(root, "kernel-extensions", "lab", "noBuffer.ts") },
  tsconfig: path.join(root, "tsconfig.browser.json"),
};

/** dist/page.js (the viewer) and dist/charts.js (plotly), which a page carries; dist/products.js (GPU.js). */
export async function buildPage() {
  await Promise.all([
    build({
      ...browser,
      entryPoints: ["src/page/browser/page.ts"],
      outfile: "dist/page.js",
      format: "iife",
    }),
    build({
      ...browser,
      entryPoints: ["src/page/browser/charts.ts"],
      outfile: "dist/charts.js",
      format: "iife",
      globalName: "blmmCharts",
    }),
    build({
      ...browser,
      entryPoints: ["src/page/browser/products.ts"],
      outfile: "dist/products.js",
      format: "iife",
    }),
  ]);
  writeFileSync(path.join(root, "dist", "products.html"), productsPage());
}

/** dist/products.html: the products of the backend gpu in whatever browser opens it, in one file that reaches nothing. */
function productsPage() {
  const script = readFileSync(path.join(root, "dist", "products.js"), "utf8").replaceAll(
    "</script",
    "<\\/script",
  );
  const digest = createHash("sha256").update(script).digest("base64");
  const policy = `default-src 'none'; script-src 'sha256-${digest}'; style-src 'unsafe-inline'; base-uri 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Products with the images by GPU.js</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: light-dark(#222, #ddd); background: light-dark(#fff, #15171a); }
th, td { padding: 0.2rem 1.2rem 0.2rem 0; text-align: left; font-variant-numeric: tabular-nums; }
</style>
</head>
<body>
<main>
<h1>Products with the images by GPU.js</h1>
<div id="products"><p>Starting GPU.js …</p></div>
</main>
<script>${script}</script>
</body>
</html>
`;
}

/** dist/labextensions/blmm: a container that JupyterLab loads, and ES modules that it imports when they are needed. */
export async function buildLabextension() {
  const out = path.join(root, "dist", "labextensions", NAME);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(path.join(out, "static"), { recursive: true });
  const { metafile } = await build({
    ...browser,
    entryPoints: ["kernel-extensions/lab/index.ts"],
    format: "esm",
    splitting: true,
    outdir: path.join(out, "static"),
    entryNames: "[name].[hash]",
    chunkNames: "[name].[hash]",
    metafile: true,
  });
  const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) =>
    entryPoint?.endsWith("lab/index.ts"),
  )?.[0];
  const remote = container(`./${path.basename(entry)}`);
  const digest = createHash("sha256").update(remote).digest("hex").slice(0, 16);
  const load = `static/remoteEntry.${digest}.js`;
  writeFileSync(path.join(out, load), remote);
  writeFileSync(path.join(out, "static", "style.js"), "");
  const { version, license } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const manifest = {
    name: NAME,
    version,
    description: "Views of the cortex and plotly figures of BLMM",
    license,
    jupyterlab: {
      extension: true,
      mimeExtension: true,
      outputDir: NAME,
      _build: { load, extension: "./extension", mimeExtension: "./mimeExtension", style: "./style" },
    },
  };
  writeFileSync(path.join(out, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** What module federation expects of a container, in the few lines that this extension needs. */
function container(entry) {
  return `(() => {
  const base = document.currentScript.src;
  let scope, made;
  const shared = async (name) => {
    const versions = Object.entries(scope[name] ?? {});
    if (versions.length === 0) throw new Error(name + " is not shared by this JupyterLab");
    versions.sort(([a, x], [b, y]) =>
      (y.loaded ? 1 : 0) - (x.loaded ? 1 : 0) || b.localeCompare(a, undefined, { numeric: true }));
    return (await versions[0][1].get())();
  };
  const make = async () => {
    const [{ Widget }, { extension }] = await Promise.all([
      shared("@lumino/widgets"),
      import(new URL(${JSON.stringify(entry)}, base)),
    ]);
    return extension({ Widget });
  };
  (window._JUPYTERLAB ??= {})[${JSON.stringify(NAME)}] = {
    init(given) { scope = given; },
    async get(module) {
      if (module === "./style") return () => ({});
      const { plugin, mime } = await (made ??= make());
      return () => ({ __esModule: true, default: module === "./mimeExtension" ? mime : plugin });
    },
  };
})();
`;
}
