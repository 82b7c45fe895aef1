import type { PlacedPanel } from "./panels.js";
import { type Cortex, mix, projectionOf, type Scene, shiftOf } from "./scene.js";

/** One hemisphere as a panel shows it: CSS pixels, y downward, and mm toward the eye. */
export interface Projected {
  readonly cortex: Cortex;
  /** float32, V each. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
}

/** The hemispheres of a panel, projected. */
export function projected(scene: Scene, panel: PlacedPanel): Projected[] {
  const { right, up, eye, cx, cy } = projectionOf(scene, panel);
  return panel.hemispheres.flatMap((hemisphere) => {
    const cortex = scene.cortex[hemisphere];
    if (cortex === undefined) return [];
    const { from, to } = cortex;
    const [sx, sy, sz] = shiftOf(panel, cortex, scene.morph);
    const V = from.positions.length / 3;
    const [x, y, z] = [new Float32Array(V), new Float32Array(V), new Float32Array(V)];
    for (let v = 0, i = 0; v < V; v++, i += 3) {
      const a = mix(from.positions[i], to.positions[i], scene.morph) + sx;
      const b = mix(from.positions[i + 1], to.positions[i + 1], scene.morph) + sy;
      const c = mix(from.positions[i + 2], to.positions[i + 2], scene.morph) + sz;
      x[v] = cx + (right[0] * a + right[1] * b + right[2] * c) * scene.scale;
      y[v] = cy - (up[0] * a + up[1] * b + up[2] * c) * scene.scale;
      z[v] = eye[0] * a + eye[1] * b + eye[2] * c;
    }
    return [{ cortex, x, y, z }];
  });
}

/** Cells of the map, CSS pixels; how far behind the nearest surface a triangle may lie and be seen, mm. */
const CELL = 1.5;
const HIDDEN = 1;

/** What is nearest to the eye, in cells of a panel: a z-buffer that says which triangles are seen. */
export function depthMap(scene: Scene, panel: PlacedPanel, layers: readonly Projected[]) {
  const [left, top] = [Math.max(0, panel.x), Math.max(0, panel.y)];
  const width = Math.max(1, Math.ceil((Math.min(scene.width, panel.x + panel.width) - left) / CELL));
  const height = Math.max(1, Math.ceil((Math.min(scene.height, panel.y + panel.height) - top) / CELL));
  const nearest = new Float32Array(width * height).fill(Number.NEGATIVE_INFINITY);
  for (const { cortex, x, y, z } of layers) {
    const { faces } = cortex;
    for (let f = 0; f < faces.length; f += 3) {
      const [a, b, c] = [faces[f], faces[f + 1], faces[f + 2]];
      const [ux, uy, vx, vy] = [x[b] - x[a], y[b] - y[a], x[c] - x[a], y[c] - y[a]];
      const area = ux * vy - vx * uy;
      if (area >= 0) continue;
      const column = (value: number) => (value - left) / CELL - 0.5;
      const row = (value: number) => (value - top) / CELL - 0.5;
      const first = Math.max(0, Math.ceil(column(Math.min(x[a], x[b], x[c]))));
      const last = Math.min(width - 1, Math.floor(column(Math.max(x[a], x[b], x[c]))));
      const from = Math.max(0, Math.ceil(row(Math.min(y[a], y[b], y[c]))));
      const to = Math.min(height - 1, Math.floor(row(Math.max(y[a], y[b], y[c]))));
      for (let r = from; r <= to; r++) {
        for (let k = first; k <= last; k++) {
          const [dx, dy] = [left + (k + 0.5) * CELL - x[a], top + (r + 0.5) * CELL - y[a]];
          const w1 = (dx * vy - vx * dy) / area;
          const w2 = (ux * dy - dx * uy) / area;
          if (w1 < 0 || w2 < 0 || w1 + w2 > 1) continue;
          const d = z[a] + w1 * (z[b] - z[a]) + w2 * (z[c] - z[a]);
          const at = r * width + k;
          if (d > nearest[at]) nearest[at] = d;
        }
      }
    }
  }
  return {
    /** Whether the middle of a triangle is seen: compared where the cell was measured, along the triangle's own slope. */
    sees(
      a: number,
      b: number,
      c: number,
      x: Float32Array,
      y: Float32Array,
      z: Float32Array,
      area: number,
    ): boolean {
      const [X, Y, Z] = [(x[a] + x[b] + x[c]) / 3, (y[a] + y[b] + y[c]) / 3, (z[a] + z[b] + z[c]) / 3];
      const [k, r] = [Math.floor((X - left) / CELL), Math.floor((Y - top) / CELL)];
      if (k < 0 || r < 0 || k >= width || r >= height) return false;
      const [ux, uy, vx, vy] = [x[b] - x[a], y[b] - y[a], x[c] - x[a], y[c] - y[a]];
      const [zu, zv] = [z[b] - z[a], z[c] - z[a]];
      const slope =
        ((zu * vy - zv * uy) * (left + (k + 0.5) * CELL - X) +
          (zv * ux - zu * vx) * (top + (r + 0.5) * CELL - Y)) /
        area;
      // What is nearly edge-on has a slope without bounds.
      const there = Z + Math.max(-2, Math.min(2, slope));
      return nearest[r * width + k] - there < HIDDEN;
    },
  };
}
