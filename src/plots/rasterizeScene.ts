import { colorTable } from "../viewer/colorMaps.js";
import type { Faces } from "../viewer/geometry.js";
import { mix, projectionOf, type Scene, shiftOf } from "../viewer/scene.js";
import { HATCH_PITCH, type Sample, shade } from "../viewer/shading.js";

/**
 * Draws a scene without a browser, with the formula of the shader: a z-buffer finds the triangle of every sample,
 * then each visible sample is shaded once, and samples are averaged.
 *
 * @param ratio pixels per CSS pixel.
 * @param samples per pixel and direction.
 * @returns RGBA, 8 bits, not premultiplied; transparent where there is no cortex. The depth of every sample, mm toward
 * the eye, −∞ without cortex.
 */
export function rasterizeScene(
  scene: Scene,
  ratio: number,
  samples = 2,
): { width: number; height: number; data: Uint8ClampedArray; depth: Float32Array } {
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
        folding: cortex.folding,
        data: cortex.data,
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
  return { ...resolve(scene, layers, triangle, width, height, samples, ratio), depth };
}

interface Layer {
  readonly faces: Faces;
  readonly folding: Float32Array;
  readonly data: Float32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
  readonly normals: Float32Array;
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

function resolve(
  scene: Scene,
  layers: readonly Layer[],
  triangle: Int32Array,
  width: number,
  height: number,
  samples: number,
  ratio: number,
) {
  const W = width * samples;
  const data = new Uint8ClampedArray(4 * width * height);
  const { paint } = scene;
  const settings = {
    table: colorTable(paint.map),
    low: paint.low,
    high: paint.high,
    threshold: Math.max(-3e38, paint.threshold),
    signed: paint.map.signed,
    round: scene.round,
    pitch: HATCH_PITCH * ratio,
  };
  const sample: Sample = {
    nx: 0,
    ny: 0,
    nz: 0,
    folding: 0,
    foldingWidth: 0,
    value: 0,
    valueWidth: 0,
    inside: 0,
    insideWidth: 0,
    x: 0,
    y: 0,
  };
  const color = new Float32Array(3);
  // As a graphics card does: a triangle is shaded once a pixel, in the middle of the samples that it covers there.
  const ids = new Int32Array(samples * samples);
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
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let k = 0; k < ids.length; k++) {
        const id = ids[k];
        if (id < 0) continue;
        let [sx, sy, count] = [0, 0, 0];
        for (let m = k; m < ids.length; m++) {
          if (ids[m] !== id) continue;
          ids[m] = -1;
          const [column, row] = [m % samples, Math.floor(m / samples)];
          const place = samples === 2 ? m : 4;
          sx += column + OFFSET_X[place];
          sy += row + OFFSET_Y[place];
          count++;
        }
        const px = ox * samples + sx / count;
        const py = oy * samples + sy / count;
        interpolate(layers[Math.floor(id / STRIDE)], 3 * (id % STRIDE), px, py, samples, sample);
        sample.x = px / samples;
        sample.y = height - py / samples;
        shade(sample, settings, color);
        red += count * color[0];
        green += count * color[1];
        blue += count * color[2];
      }
      const at = 4 * (oy * width + ox);
      data[at] = (255 * red) / hits;
      data[at + 1] = (255 * green) / hits;
      data[at + 2] = (255 * blue) / hits;
      data[at + 3] = (255 * hits) / (samples * samples);
    }
  }
  return { width, height, data };
}

/** What the varyings are at a point, and their derivatives a pixel, which are constant over a triangle. */
function interpolate(layer: Layer, f: number, px: number, py: number, samples: number, s: Sample): void {
  const { faces, x, y, normals, folding, data } = layer;
  const [a, b, c] = [faces[f], faces[f + 1], faces[f + 2]];
  const [x0, y0] = [x[a], y[a]];
  const [ux, uy, vx, vy] = [x[b] - x0, y[b] - y0, x[c] - x0, y[c] - y0];
  const area = ux * vy - vx * uy;
  const w1 = ((px - x0) * vy - vx * (py - y0)) / area;
  const w2 = (ux * (py - y0) - (px - x0) * uy) / area;
  const w0 = 1 - w1 - w2;
  s.nx = w0 * normals[3 * a] + w1 * normals[3 * b] + w2 * normals[3 * c];
  s.ny = w0 * normals[3 * a + 1] + w1 * normals[3 * b + 1] + w2 * normals[3 * c + 1];
  s.nz = w0 * normals[3 * a + 2] + w1 * normals[3 * b + 2] + w2 * normals[3 * c + 2];
  const scale = samples / Math.abs(area);
  s.folding = w0 * folding[a] + w1 * folding[b] + w2 * folding[c];
  s.foldingWidth = fwidth(folding[b] - folding[a], folding[c] - folding[a], ux, uy, vx, vy, scale);
  s.value = w0 * data[2 * a] + w1 * data[2 * b] + w2 * data[2 * c];
  s.valueWidth = fwidth(data[2 * b] - data[2 * a], data[2 * c] - data[2 * a], ux, uy, vx, vy, scale);
  s.inside = w0 * data[2 * a + 1] + w1 * data[2 * b + 1] + w2 * data[2 * c + 1];
  s.insideWidth = fwidth(
    data[2 * b + 1] - data[2 * a + 1],
    data[2 * c + 1] - data[2 * a + 1],
    ux,
    uy,
    vx,
    vy,
    scale,
  );
}

/** |∂a/∂x| + |∂a/∂y| of what rises by d1 along the first edge (ux, uy) and by d2 along the second (vx, vy). */
function fwidth(
  d1: number,
  d2: number,
  ux: number,
  uy: number,
  vx: number,
  vy: number,
  scale: number,
): number {
  return (Math.abs(d1 * vy - d2 * uy) + Math.abs(d2 * ux - d1 * vx)) * scale;
}
