import type { Context2D } from "./annotate.js";
import { mix, projectionOf, type Scene, shiftOf } from "./scene.js";

/** A grid for what hides what, and how far behind the nearest a line is still seen, mm. */
const CELL = 4;
const HIDDEN = 8;

/** Draws the borders of the regions where they are seen: through the triangles whose corners lie in several. */
export function drawOutlines(ctx: Context2D, scene: Scene): void {
  ctx.save();
  ctx.strokeStyle = "rgba(20, 22, 26, 0.85)";
  ctx.lineWidth = 1.1;
  for (const panel of scene.panels) {
    const { right, up, eye, cx, cy } = projectionOf(scene, panel);
    ctx.save();
    ctx.beginPath();
    ctx.rect(panel.x, panel.y, panel.width, panel.height);
    ctx.clip();
    const nearest = new Map<number, number>();
    const projected = panel.hemispheres.flatMap((hemisphere) => {
      const cortex = scene.cortex[hemisphere];
      if (cortex === undefined) return [];
      const { from, to } = cortex;
      const shift = shiftOf(panel, cortex, scene.morph);
      const q = new Float32Array(from.positions.length);
      for (let i = 0; i < q.length; i += 3) {
        const [a, b, c] = [0, 1, 2].map(
          (k) => mix(from.positions[i + k], to.positions[i + k], scene.morph) + shift[k],
        );
        q[i] = right[0] * a + right[1] * b + right[2] * c;
        q[i + 1] = up[0] * a + up[1] * b + up[2] * c;
        q[i + 2] = eye[0] * a + eye[1] * b + eye[2] * c;
        const cell = cellOf(q[i], q[i + 1]);
        nearest.set(cell, Math.max(nearest.get(cell) ?? Number.NEGATIVE_INFINITY, q[i + 2]));
      }
      return [{ cortex, q }];
    });
    ctx.beginPath();
    for (const { cortex, q } of projected) {
      const { faces, regions } = cortex;
      if (regions === undefined) continue;
      for (let f = 0; f < faces.length; f += 3) {
        const corners = [faces[f], faces[f + 1], faces[f + 2]];
        const [a, b, c] = corners.map((v) => 3 * v);
        if (regions[corners[0]] === regions[corners[1]] && regions[corners[0]] === regions[corners[2]])
          continue;
        // Triangles run counterclockwise as seen from outside.
        if ((q[b] - q[a]) * (q[c + 1] - q[a + 1]) <= (q[c] - q[a]) * (q[b + 1] - q[a + 1])) continue;
        if ((nearest.get(cellOf(q[a], q[a + 1])) ?? 0) - q[a + 2] > HIDDEN) continue;
        const crossed = [
          [0, 1],
          [1, 2],
          [2, 0],
        ]
          .filter(([i, j]) => regions[corners[i]] !== regions[corners[j]])
          .map(([i, j]) => [3 * corners[i], 3 * corners[j]])
          .map(([i, j]) => [
            cx + (scene.scale * (q[i] + q[j])) / 2,
            cy - (scene.scale * (q[i + 1] + q[j + 1])) / 2,
          ]);
        ctx.moveTo(crossed[0][0], crossed[0][1]);
        for (const [x, y] of crossed.slice(1)) ctx.lineTo(x, y);
      }
    }
    ctx.stroke();
    ctx.restore();
  }
  ctx.restore();
}

const cellOf = (x: number, y: number) => (Math.floor(x / CELL) + 2048) * 4096 + Math.floor(y / CELL) + 2048;
