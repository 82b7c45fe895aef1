import type { Faces } from "../viewer/geometry.js";
import { mix, projectionOf, type Scene, shiftOf } from "../viewer/scene.js";
import { fwidth, HATCH_PITCH, lightUp } from "../viewer/shading.js";
import type { Hemisphere } from "../viewer/viewDocument.js";

/** Parts of triangles that are seen in a pixel, pixel by pixel: all that a picture takes from the surfaces. */
export interface Fragments {
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Samples per pixel and direction. */
  readonly samples: number;
  /** Of every sample, mm toward the eye; −∞ without cortex. */
  readonly depth: Float32Array;
  readonly layers: readonly Layer[];
  readonly count: number;
  /** Which pixel, ascending. */
  readonly pixel: Int32Array;
  /** How many samples of it. */
  readonly covered: Uint8Array;
  readonly layer: Uint8Array;
  /** Where the corners of the triangle begin in its layer's faces. */
  readonly face: Int32Array;
  /** Weights of the second and the third corner in the middle of those samples. */
  readonly w1: Float64Array;
  readonly w2: Float64Array;
  /** See `LitSample`. */
  readonly gyrus: Float64Array;
  readonly blank: Float64Array;
  readonly light: Float64Array;
  readonly shine: Float64Array;
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

/** More are not kept: 20 MB. */
const MOST_KEPT = 400_000;

let latest:
  | { readonly key: string; readonly arrays: readonly unknown[]; readonly made: Fragments }
  | undefined;

/**
 * The fragments of a scene. Those of the latest surfaces, places and cameras are kept: the maps that a notebook shows one
 * after the other differ in their colors only.
 */
export function fragmentsOf(scene: Scene, ratio: number, samples: number): Fragments {
  const { width, height, panels, scale, pan, morph, round } = scene;
  const key = JSON.stringify([width, height, panels, scale, pan, morph, round, ratio, samples]);
  const arrays = Object.values(scene.cortex).flatMap(({ faces, from, to, folding }) => [
    faces,
    from,
    to,
    folding,
  ]);
  if (latest?.key === key && arrays.every((array, k) => array === latest?.arrays[k])) return latest.made;
  const made = fragments(scene, ratio, samples);
  if (made.count <= MOST_KEPT) latest = { key, arrays, made };
  return made;
}

function fragments(scene: Scene, ratio: number, samples: number): Fragments {
  const [width, height] = [Math.round(scene.width * ratio), Math.round(scene.height * ratio)];
  const [W, H] = [width * samples, height * samples];
  const fine = ratio * samples;
  const depth = new Float32Array(W * H).fill(Number.NEGATIVE_INFINITY);
  const triangle = new Int32Array(W * H).fill(-1);
  // Every hemisphere of every panel is a layer with its own projected vertices.
  const layers: Layer[] = [];
  for (const panel of scene.panels) {
    const clip = {
      left: Math.max(0, Math.round(panel.x * fine)),
      right: Math.min(W, Math.round((panel.x + panel.width) * fine)),
      top: Math.max(0, Math.round(panel.y * fine)),
      bottom: Math.min(H, Math.round((panel.y + panel.height) * fine)),
    };
    for (const hemisphere of panel.hemispheres) {
      const cortex = scene.cortex[hemisphere];
      if (cortex === undefined) continue;
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
      cover(layer, layers.length, clip, W, depth, triangle, samples === 2);
      layers.push(layer);
    }
  }
  return {
    ...seen(layers, triangle, width, height, samples, scene.round, HATCH_PITCH * ratio),
    depth,
    layers,
  };
}

/** Triangles of a layer are numbered layer × STRIDE + triangle. */
const STRIDE = 1 << 20;

/**
 * Where the four samples of a pixel lie in their quarters, as graphics cards have them: no two in a row or a column. In
 * units of a quarter, from its upper left corner, by 2 × row + column; the fifth is the middle, for other grids.
 */
const OFFSET_X = Float64Array.of(0.25, 0.25, 0.75, 0.75, 0.5);
const OFFSET_Y = Float64Array.of(0.75, 0.25, 0.75, 0.25, 0.5);

function cover(
  { faces, x, y, z }: Layer,
  index: number,
  clip: { left: number; right: number; top: number; bottom: number },
  W: number,
  depth: Float32Array,
  triangle: Int32Array,
  rotated: boolean,
): void {
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
    for (let py = top; py <= bottom; py++) {
      for (let px = left; px <= right; px++) {
        const k = rotated ? 2 * (py & 1) + (px & 1) : 4;
        const dx = px + OFFSET_X[k] - x0;
        const dy = py + OFFSET_Y[k] - y0;
        const w1 = (dx * (y2 - y0) - (x2 - x0) * dy) / area;
        const w2 = ((x1 - x0) * dy - dx * (y1 - y0)) / area;
        if (w1 < 0 || w2 < 0 || w1 + w2 > 1) continue;
        const d = z[a] + w1 * (z[b] - z[a]) + w2 * (z[c] - z[a]);
        const q = py * W + px;
        if (d <= depth[q]) continue;
        depth[q] = d;
        triangle[q] = index * STRIDE + f / 3;
      }
    }
  }
}

function seen(
  layers: readonly Layer[],
  triangle: Int32Array,
  width: number,
  height: number,
  samples: number,
  round: number,
  pitch: number,
): Omit<Fragments, "depth" | "layers"> {
  const W = width * samples;
  const count = countSeen(triangle, width, height, samples);
  const numbers = () => new Float64Array(count);
  const [pixel, covered, layer] = [new Int32Array(count), new Uint8Array(count), new Uint8Array(count)];
  const [face, w1, w2] = [new Int32Array(count), numbers(), numbers()];
  const [gyrus, blank, light, shine] = [numbers(), numbers(), numbers(), numbers()];
  const sample = { nx: 0, ny: 0, nz: 0, folding: 0, foldingWidth: 0, x: 0, y: 0 };
  const lit = { gyrus: 0, blank: 0, light: 0, shine: 0 };
  // As a graphics card does: a triangle is shaded once a pixel, in the middle of the samples that it covers there.
  const ids = new Int32Array(samples * samples);
  let n = 0;
  for (let oy = 0; oy < height; oy++) {
    for (let ox = 0; ox < width; ox++) {
      let hits = 0;
      for (let j = 0, k = 0; j < samples; j++) {
        const row = (oy * samples + j) * W + ox * samples;
        for (let i = 0; i < samples; i++, k++) {
          ids[k] = triangle[row + i];
          if (ids[k] >= 0) hits++;
        }
      }
      if (hits === 0) continue;
      for (let k = 0; k < ids.length; k++) {
        const id = ids[k];
        if (id < 0) continue;
        let sx = 0;
        let sy = 0;
        let of = 0;
        for (let m = k; m < ids.length; m++) {
          if (ids[m] !== id) continue;
          ids[m] = -1;
          const column = m % samples;
          const place = samples === 2 ? m : 4;
          sx += column + OFFSET_X[place];
          sy += (m - column) / samples + OFFSET_Y[place];
          of++;
        }
        const px = ox * samples + sx / of;
        const py = oy * samples + sy / of;
        pixel[n] = oy * width + ox;
        covered[n] = of;
        layer[n] = Math.floor(id / STRIDE);
        face[n] = 3 * (id % STRIDE);
        const { faces, x, y, normals, folding } = layers[layer[n]];
        const a = faces[face[n]];
        const b = faces[face[n] + 1];
        const c = faces[face[n] + 2];
        const ux = x[b] - x[a];
        const uy = y[b] - y[a];
        const vx = x[c] - x[a];
        const vy = y[c] - y[a];
        const area = ux * vy - vx * uy;
        const weight1 = ((px - x[a]) * vy - vx * (py - y[a])) / area;
        const weight2 = (ux * (py - y[a]) - (px - x[a]) * uy) / area;
        const weight0 = 1 - weight1 - weight2;
        w1[n] = weight1;
        w2[n] = weight2;
        sample.nx = weight0 * normals[3 * a] + weight1 * normals[3 * b] + weight2 * normals[3 * c];
        sample.ny =
          weight0 * normals[3 * a + 1] + weight1 * normals[3 * b + 1] + weight2 * normals[3 * c + 1];
        sample.nz =
          weight0 * normals[3 * a + 2] + weight1 * normals[3 * b + 2] + weight2 * normals[3 * c + 2];
        const scale = samples / Math.abs(area);
        sample.folding = weight0 * folding[a] + weight1 * folding[b] + weight2 * folding[c];
        sample.foldingWidth = fwidth(folding[b] - folding[a], folding[c] - folding[a], ux, uy, vx, vy, scale);
        sample.x = px / samples;
        sample.y = height - py / samples;
        lightUp(sample, round, pitch, lit);
        gyrus[n] = lit.gyrus;
        blank[n] = lit.blank;
        light[n] = lit.light;
        shine[n] = lit.shine;
        n++;
      }
    }
  }
  const lights = { gyrus, blank, light, shine };
  return { width, height, samples, count, pixel, covered, layer, face, w1, w2, ...lights };
}

/** How many triangles are seen, pixel by pixel: in a large picture, memory for one a sample would take longer than they. */
function countSeen(triangle: Int32Array, width: number, height: number, samples: number): number {
  const W = width * samples;
  const ids = new Int32Array(samples * samples);
  let count = 0;
  for (let oy = 0; oy < height; oy++) {
    for (let ox = 0; ox < width; ox++) {
      let known = 0;
      for (let j = 0; j < samples; j++) {
        const row = (oy * samples + j) * W + ox * samples;
        for (let q = row; q < row + samples; q++) {
          const id = triangle[q];
          if (id < 0) continue;
          let m = 0;
          while (m < known && ids[m] !== id) m++;
          if (m === known) ids[known++] = id;
        }
      }
      count += known;
    }
  }
  return count;
}
