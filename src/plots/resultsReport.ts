import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import escapeHtml from "escape-html";
import type { Mesh } from "../mesh/index.js";
import type { Report } from "../print/report.js";
import type { Table } from "../print/table.js";

/** One hemisphere of the picture. */
export interface ReportSurface {
  /** Such as "left". */
  readonly name: string;
  readonly mesh: Mesh;
  /** One map a name: float64, V, NaN outside the mask. */
  readonly maps: Readonly<Record<string, Float64Array>>;
}

/** What a report shows. */
export interface ResultsReport {
  readonly title: string;
  /** What the numbers of the maps are, e.g. "T". */
  readonly statistic: string;
  readonly sections: readonly (Report | Table)[];
  /** One or two surfaces with the same maps; a menu chooses the map. */
  readonly surfaces: readonly ReportSurface[];
}

/** Writes `index.html` and the plotting library it needs into a folder; it opens without a network. */
export function writeReport(folder: string, report: ResultsReport): void {
  mkdirSync(folder, { recursive: true });
  const require = createRequire(import.meta.url);
  copyFileSync(require.resolve("plotly.js/dist/plotly-gl3d.min.js"), path.join(folder, "plotly.js"));
  const figure = JSON.stringify(figureOf(report)).replaceAll("<", "\\u003c");
  const sections = report.sections.map((section) => `<section>${section.toHTML()}</section>`).join("\n");
  writeFileSync(
    path.join(folder, "index.html"),
    `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>${escapeHtml(report.title)}</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
caption { font-weight: 600; padding: .3rem 0; }
th, td { padding: .15rem .8rem .15rem 0; border-bottom: 1px solid #ddd; }
#brain { height: 480px; }
section { overflow-x: auto; }
</style>
<h1>${escapeHtml(report.title)}</h1>
<div id="brain"></div>
${sections}
<script src="plotly.js"></script>
<script>
const figure = ${figure};
Plotly.newPlot("brain", figure.data, figure.layout, { responsive: true });
</script>
</html>
`,
  );
}

/** Typed numbers as plotly reads them: a third of the size of a list. */
function packed(values: Float32Array | Int32Array): { dtype: string; bdata: string } {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return { dtype: values instanceof Int32Array ? "i4" : "f4", bdata: bytes.toString("base64") };
}

function figureOf({ statistic, surfaces }: ResultsReport) {
  const names = Object.keys(surfaces[0]?.maps ?? {});
  const limits = names.map((name) => symmetricLimit(surfaces.map(({ maps }) => maps[name])));
  const data = surfaces.map(({ name, mesh, maps }, k) => ({
    type: "mesh3d",
    name,
    scene: k === 0 ? "scene" : `scene${k + 1}`,
    ...Object.fromEntries(["x", "y", "z"].map((axis, a) => [axis, packed(every(mesh.vertices, a))])),
    ...Object.fromEntries(["i", "j", "k"].map((corner, a) => [corner, packed(every(mesh.faces, a))])),
    intensity: packed(shown(maps[names[0]])),
    cmin: -limits[0],
    cmax: limits[0],
    colorscale: COLD_TO_HOT,
    showscale: k === surfaces.length - 1,
    colorbar: { title: { text: statistic } },
    hovertemplate: `${statistic} %{intensity:.2f}<extra>${name}</extra>`,
    lighting: { ambient: 0.55, diffuse: 0.6, specular: 0.05 },
  }));
  const buttons = names.map((name, m) => ({
    label: name,
    method: "restyle",
    args: [
      { intensity: surfaces.map(({ maps }) => packed(shown(maps[name]))), cmin: -limits[m], cmax: limits[m] },
    ],
  }));
  const scene = (k: number) => ({
    aspectmode: "data",
    domain: { x: [k / surfaces.length, (k + 1) / surfaces.length], y: [0, 1] },
    // Each hemisphere from its own side.
    camera: { eye: { x: k === 0 ? -1.7 : 1.7, y: 0, z: 0.3 } },
    ...Object.fromEntries(["xaxis", "yaxis", "zaxis"].map((axis) => [axis, { visible: false }])),
  });
  return {
    data,
    layout: {
      margin: { l: 0, r: 0, t: 40, b: 0 },
      updatemenus: [{ buttons, x: 0, xanchor: "left", y: 1.08, yanchor: "bottom" }],
      ...Object.fromEntries(surfaces.map((_, k) => [k === 0 ? "scene" : `scene${k + 1}`, scene(k)])),
    },
  };
}

/** Blue below zero, gray at zero and outside the mask, red above. */
const COLD_TO_HOT = [
  [0, "#1f5fbf"],
  [0.25, "#7fb2e5"],
  [0.5, "#d8d8d8"],
  [0.75, "#f0a070"],
  [1, "#b8231f"],
];

function every(values: Float32Array | Int32Array, offset: number): Float32Array | Int32Array {
  const part = Array.from({ length: values.length / 3 }, (_, k) => values[3 * k + offset]);
  return values instanceof Int32Array ? Int32Array.from(part) : Float32Array.from(part);
}

function shown(map: Float64Array): Float32Array {
  return Float32Array.from(map, (value) => (Number.isNaN(value) ? 0 : value));
}

/** The 99.5th percentile of the sizes: a few extreme vertices would bleach the rest. */
function symmetricLimit(maps: readonly Float64Array[]): number {
  const sizes = maps
    .flatMap((map) => Array.from(map, Math.abs).filter((size) => !Number.isNaN(size)))
    .sort((a, b) => a - b);
  return sizes[Math.floor(0.995 * (sizes.length - 1))] || 1;
}
