import type { Faces } from "../viewer/geometry.js";
import { mix, projectionOf, type Scene, shiftOf } from "../viewer/scene.js";
import type { Hemisphere } from "../viewer/viewDocument.js";

/** Which triangle is seen in every sample of a picture. */
export interface SurfaceSamples {
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Samples per pixel and direction. */
  readonly samples: number;
  readonly layers: readonly Layer[];
  /** Samples with cortex. */
  readonly covered: number;
  /** 1 + layer × STRIDE + triangle; 0 without cortex. */
  readonly triangle: Int32Array;
  /** mm toward the eye; of no meaning without cortex. */
  readonly depth: Float32Array;
}

/** One hemisphere of one panel, projected. */
export interface Layer {
  readonly hemisphere: Hemisphere;
  readonly faces: Faces;
  readonly folding: Float32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
  readonly normals: Float32Array;
}

/** More triangles than a layer has. */
export const STRIDE = 1 << 20;

/**
 * Where the four samples of a pixel lie in their quarters, as graphics cards have them: no two in a row or a column. In
 * units of a quarter, from its upper left corner, by 2 × row + column; the fifth is the middle, for other grids.
 */
export const OFFSET_X = Float64Array.of(0.25, 0.25, 0.75, 0.75, 0.5);
export const OFFSET_Y = Float64Array.of(0.75, 0.25, 0.75, 0.25, 0.5);

/** Projects the surfaces of a scene and finds what is seen of them: a z-buffer. */
export function coverSamples(scene: Scene, ratio: number, samples: number): SurfaceSamples {
  const [width, height] = [Math.round(scene.width * ratio), Math.round(scene.height * ratio)];
  const [W, H] = [width * samples, height * samples];
  const fine = ratio * samples;
  // Zeros: where there is no cortex, a large picture takes no memory.
  const depth = new Float32Array(W * H);
  const triangle = new Int32Array(W * H);
  // Every hemisphere of every panel is a layer with its own projected vertices.
  const layers: Layer[] = [];
  let covered = 0;
  for (const panel of scene.panels) {
    const clip = {
      left: Math.max(0, Math.round(panel.x * fine)),
      right: Math.min(W, Math.round((panel.x + panel.width) * fine)),
      top: Math.max(0, Math.round(panel.y * fine)),
      bottom: Math.min(H, Math.round((panel.y + panel.height) * fine)),
    };
    for (const hemisphere of panel.hemispheres) {
      const layer = layerOf(scene, panel, hemisphere, fine);
      if (layer === undefined) continue;
      covered += cover(layer, layers.length, clip, W, depth, triangle, samples === 2);
      layers.push(layer);
    }
  }
  return { width, height, samples, covered, layers, triangle, depth };
}

function layerOf(
  scene: Scene,
  panel: Scene["panels"][number],
  hemisphere: Hemisphere,
  fine: number,
): Layer | undefined {
  const cortex = scene.cortex[hemisphere];
  if (cortex === undefined) return undefined;
  const { right, up, eye, cx, cy } = projectionOf(scene, panel);
  const [sx, sy, sz] = shiftOf(panel, cortex, scene.morph);
  const count = cortex.folding.length;
  const layer: Layer = {
    faces: cortex.faces,
    hemisphere,
    folding: cortex.folding,
    x: new Float32Array(count),
    y: new Float32Array(count),
    z: new Float32Array(count),
    normals: new Float32Array(3 * count),
  };
  for (let v = 0, i = 0; v < count; v++, i += 3) {
    const a = mix(cortex.from.positions[i], cortex.to.positions[i], scene.morph) + sx;
    const b = mix(cortex.from.positions[i + 1], cortex.to.positions[i + 1], scene.morph) + sy;
    const c = mix(cortex.from.positions[i + 2], cortex.to.positions[i + 2], scene.morph) + sz;
    layer.x[v] = (cx + (right[0] * a + right[1] * b + right[2] * c) * scene.scale) * fine;
    layer.y[v] = (cy - (up[0] * a + up[1] * b + up[2] * c) * scene.scale) * fine;
    layer.z[v] = eye[0] * a + eye[1] * b + eye[2] * c;
    const n0 = mix(cortex.from.normals[i], cortex.to.normals[i], scene.morph);
    const n1 = mix(cortex.from.normals[i + 1], cortex.to.normals[i + 1], scene.morph);
    const n2 = mix(cortex.from.normals[i + 2], cortex.to.normals[i + 2], scene.morph);
    layer.normals[i] = right[0] * n0 + right[1] * n1 + right[2] * n2;
    layer.normals[i + 1] = up[0] * n0 + up[1] * n1 + up[2] * n2;
    layer.normals[i + 2] = eye[0] * n0 + eye[1] * n1 + eye[2] * n2;
  }
  return layer;
}

/** @returns how many samples had no cortex before. */
function cover(
  { faces, x, y, z }: Layer,
  index: number,
  clip: { left: number; right: number; top: number; bottom: number },
  W: number,
  depth: Float32Array,
  triangle: Int32Array,
  rotated: boolean,
): number {
  let found = 0;
  // Samples of a row that lie on one line are gone through together: once a triangle is left it is not met again.
  const step = rotated ? 2 : 1;
  for (let f = 0; f < faces.length; f += 3) {
    const a = faces[f];
    const b = faces[f + 1];
    const c = faces[f + 2];
    const x0 = x[a];
    const y0 = y[a];
    const x1 = x[b];
    const y1 = y[b];
    const x2 = x[c];
    const y2 = y[c];
    const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
    // y points down here: what faces the eye has a negative area, and a closed surface hides the rest.
    if (area > -1e-9) continue;
    const left = Math.max(clip.left, Math.ceil(Math.min(x0, x1, x2) - 0.75));
    const right = Math.min(clip.right - 1, Math.floor(Math.max(x0, x1, x2) - 0.25));
    const top = Math.max(clip.top, Math.ceil(Math.min(y0, y1, y2) - 0.75));
    const bottom = Math.min(clip.bottom - 1, Math.floor(Math.max(y0, y1, y2) - 0.25));
    const z0 = z[a];
    const z1 = z[b] - z0;
    const z2 = z[c] - z0;
    const id = 1 + index * STRIDE + f / 3;
    for (let py = top; py <= bottom; py++) {
      const row = py * W;
      for (let first = left; first < left + step; first++) {
        const k = rotated ? 2 * (py & 1) + (first & 1) : 4;
        const dy = py + OFFSET_Y[k] - y0;
        const along1 = (x2 - x0) * dy;
        const along2 = (x1 - x0) * dy;
        let met = false;
        for (let px = first; px <= right; px += step) {
          const dx = px + OFFSET_X[k] - x0;
          const over1 = dx * (y2 - y0) - along1;
          const over2 = along2 - dx * (y1 - y0);
          // The area is negative; along the line each of the two only grows or only falls.
          if (over1 > 0 || over2 > 0) {
            if (met) break;
            continue;
          }
          met = true;
          const w1 = over1 / area;
          const w2 = over2 / area;
          if (w1 + w2 > 1) continue;
          const d = z0 + w1 * z1 + w2 * z2;
          const q = row + px;
          if (triangle[q] === 0) found++;
          else if (d <= depth[q]) continue;
          depth[q] = d;
          triangle[q] = id;
        }
      }
    }
  }
  return found;
}
