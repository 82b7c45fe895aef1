/** Traces that only some figures need, each a file of its own that is loaded with the first figure that has it. */
const TRACES: Readonly<Record<string, () => Promise<{ default: unknown }>>> = {
  mesh3d: () => import("plotly.js/lib/mesh3d"),
  scatter3d: () => import("plotly.js/lib/scatter3d"),
  surface: () => import("plotly.js/lib/surface"),
  box: () => import("plotly.js/lib/box"),
  violin: () => import("plotly.js/lib/violin"),
  contour: () => import("plotly.js/lib/contour"),
  histogram2d: () => import("plotly.js/lib/histogram2d"),
  histogram2dcontour: () => import("plotly.js/lib/histogram2dcontour"),
  pie: () => import("plotly.js/lib/pie"),
  scatterpolar: () => import("plotly.js/lib/scatterpolar"),
  waterfall: () => import("plotly.js/lib/waterfall"),
};

/** Traces that every figure may use: `charts.ts` brings them. */
const ALWAYS = new Set(["scatter", "bar", "heatmap", "histogram"]);

/**
 * Loads what a figure's traces need.
 *
 * @throws Error naming a trace that this extension does not draw.
 */
export async function tracesOf(types: Iterable<string>): Promise<readonly unknown[]> {
  return Promise.all(
    [...new Set(types)]
      .filter((type) => !ALWAYS.has(type))
      .map(async (type) => {
        const load = TRACES[type];
        if (load === undefined) {
          const known = [...ALWAYS, ...Object.keys(TRACES)].sort().join(", ");
          throw new Error(`Found a trace of type ${JSON.stringify(type)}; expected one of ${known}.`);
        }
        return (await load()).default;
      }),
  );
}
