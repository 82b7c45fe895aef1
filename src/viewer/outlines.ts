import type { Context2D } from "./annotate.js";
import { depthMap, type Projected, projected } from "./depthMap.js";
import type { PlacedPanel } from "./panels.js";
import type { Cortex, Scene } from "./scene.js";

/** How an outline is drawn: the last stroke lies on top. */
type Strokes = readonly (readonly [color: string, width: number])[];

/** Regions are thin and dark; what a test found has a white line with dark edges, seen on every color. */
const REGIONS: Strokes = [["rgba(20, 22, 26, 0.85)", 1.1]];
const OVERLAYS: Strokes = [
  ["rgba(12, 14, 18, 0.9)", 3.4],
  ["#ffffff", 1.5],
];

/** Draws the borders of regions and overlays where they are seen: through the triangles whose corners lie in several. */
export function drawOutlines(ctx: Context2D, scene: Scene): void {
  for (const panel of scene.panels) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(panel.x, panel.y, panel.width, panel.height);
    ctx.clip();
    if (scene.outlines === true) {
      stroke(
        ctx,
        segmentsOf(scene, panel, (cortex) => (cortex.regions === undefined ? [] : [cortex.regions])),
        REGIONS,
      );
    }
    if (scene.overlays !== undefined)
      stroke(
        ctx,
        segmentsOf(scene, panel, ({ overlays }) => overlays ?? []),
        OVERLAYS,
      );
    ctx.restore();
  }
}

function stroke(ctx: Context2D, segments: readonly number[], strokes: Strokes): void {
  if (segments.length === 0) return;
  for (const [color, width] of strokes) {
    ctx.strokeStyle = color;
    ctx.lineWidth = width;
    ctx.beginPath();
    for (let k = 0; k < segments.length; k += 4) {
      ctx.moveTo(segments[k], segments[k + 1]);
      ctx.lineTo(segments[k + 2], segments[k + 3]);
    }
    ctx.stroke();
  }
}

/** Lines by what they depend on: a threshold or a color changes none of it. */
const known = new WeakMap<
  Uint16Array,
  Map<string, { readonly positions: readonly unknown[]; readonly segments: readonly number[] }>
>();

/** Lines of a panel, four numbers each, CSS pixels. */
function segmentsOf(
  scene: Scene,
  panel: PlacedPanel,
  labelsOf: (cortex: Cortex) => readonly Uint16Array[],
): readonly number[] {
  let layers: readonly Projected[] | undefined;
  let depth: ReturnType<typeof depthMap> | undefined;
  const segments: number[] = [];
  panel.hemispheres.forEach((hemisphere, layer) => {
    const cortex = scene.cortex[hemisphere];
    if (cortex === undefined) return;
    for (const labels of labelsOf(cortex)) {
      const all = panel.hemispheres.flatMap((side) => [
        scene.cortex[side]?.from.positions,
        scene.cortex[side]?.to.positions,
      ]);
      const key = JSON.stringify([panel, hemisphere, scene.scale, scene.pan, scene.morph]);
      const panels = known.get(labels) ?? new Map();
      known.set(labels, panels);
      const found = panels.get(key);
      if (found?.positions.every((one: unknown, k: number) => one === all[k])) {
        for (const value of found.segments) segments.push(value);
        continue;
      }
      layers ??= projected(scene, panel);
      depth ??= depthMap(scene, panel, layers);
      const mine = layers.find((one) => one.cortex === cortex) ?? layers[layer];
      const made = bordersOf(mine, labels, depth);
      // While the brain turns, no picture comes twice.
      if (panels.size > 8) panels.clear();
      panels.set(key, { positions: all, segments: made });
      for (const value of made) segments.push(value);
    }
  });
  return segments;
}

/** Where labels change: a line between the middles of two sides, three from the middle of a triangle with three labels. */
function bordersOf(
  { cortex: { faces }, x, y, z }: Projected,
  labels: Uint16Array,
  depth: ReturnType<typeof depthMap>,
): number[] {
  const segments: number[] = [];
  for (let f = 0; f < faces.length; f += 3) {
    const [a, b, c] = [faces[f], faces[f + 1], faces[f + 2]];
    if (labels[a] === labels[b] && labels[a] === labels[c]) continue;
    // Triangles run counterclockwise as seen from outside, and y points down.
    const area = (x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a]);
    if (area >= 0) continue;
    if (!depth.sees(a, b, c, x, y, z, area)) continue;
    const middles: number[] = [];
    for (const [i, j] of [
      [a, b],
      [b, c],
      [c, a],
    ]) {
      if (labels[i] !== labels[j]) middles.push((x[i] + x[j]) / 2, (y[i] + y[j]) / 2);
    }
    if (middles.length === 4) segments.push(...middles);
    else {
      const [X, Y] = [(x[a] + x[b] + x[c]) / 3, (y[a] + y[b] + y[c]) / 3];
      for (let k = 0; k < middles.length; k += 2) segments.push(X, Y, middles[k], middles[k + 1]);
    }
  }
  return segments;
}
