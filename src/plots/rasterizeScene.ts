import { colorTable } from "../viewer/colorMaps.js";
import type { Scene } from "../viewer/scene.js";
import { fwidth, shade } from "../viewer/shading.js";
import { fragmentsOf } from "./fragments.js";

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
  const seen = fragmentsOf(scene, ratio, samples);
  const { width, height, depth, layers, count, pixel, covered, layer, face, w1, w2 } = seen;
  const maps = layers.map(({ hemisphere }) => scene.cortex[hemisphere]?.data ?? new Float32Array());
  const { paint } = scene;
  const settings = {
    table: colorTable(paint.map),
    low: paint.low,
    high: paint.high,
    threshold: Math.max(-3e38, paint.threshold),
    signed: paint.map.signed,
    round: scene.round,
  };
  const lit = { gyrus: 0, blank: 0, light: 0, shine: 0 };
  const sample = { value: 0, valueWidth: 0, inside: 0, insideWidth: 0 };
  const color = new Float32Array(3);
  const data = new Uint8ClampedArray(4 * width * height);
  let hits = 0;
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let n = 0; n < count; n++) {
    const { faces, x, y } = layers[layer[n]];
    const map = maps[layer[n]];
    const a = faces[face[n]];
    const b = faces[face[n] + 1];
    const c = faces[face[n] + 2];
    const ux = x[b] - x[a];
    const uy = y[b] - y[a];
    const vx = x[c] - x[a];
    const vy = y[c] - y[a];
    const scale = samples / Math.abs(ux * vy - vx * uy);
    const weight0 = 1 - w1[n] - w2[n];
    const [v0, v1, v2] = [map[2 * a], map[2 * b], map[2 * c]];
    const [i0, i1, i2] = [map[2 * a + 1], map[2 * b + 1], map[2 * c + 1]];
    sample.value = weight0 * v0 + w1[n] * v1 + w2[n] * v2;
    sample.valueWidth = fwidth(v1 - v0, v2 - v0, ux, uy, vx, vy, scale);
    sample.inside = weight0 * i0 + w1[n] * i1 + w2[n] * i2;
    sample.insideWidth = fwidth(i1 - i0, i2 - i0, ux, uy, vx, vy, scale);
    lit.gyrus = seen.gyrus[n];
    lit.blank = seen.blank[n];
    lit.light = seen.light[n];
    lit.shine = seen.shine[n];
    shade(lit, sample, settings, color);
    hits += covered[n];
    red += covered[n] * color[0];
    green += covered[n] * color[1];
    blue += covered[n] * color[2];
    if (n + 1 < count && pixel[n + 1] === pixel[n]) continue;
    const at = 4 * pixel[n];
    data[at] = (255 * red) / hits;
    data[at + 1] = (255 * green) / hits;
    data[at + 2] = (255 * blue) / hits;
    data[at + 3] = (255 * hits) / (samples * samples);
    hits = 0;
    red = 0;
    green = 0;
    blue = 0;
  }
  return { width, height, data, depth };
}
