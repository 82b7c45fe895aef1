import { colorTable } from "../viewer/colorMaps.js";
import type { Scene } from "../viewer/scene.js";
import { fwidth, type ShadeSettings, shade } from "../viewer/shading.js";
import { type Fragment, fragmentsOf } from "./fragments.js";
import type { Layer, SurfaceSamples } from "./surfaceSamples.js";

/** A picture of a scene. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** RGBA, 8 bits, not premultiplied; transparent where there is no cortex. */
  readonly data: Uint8ClampedArray;
  /** Of every sample, mm toward the eye; −∞ without cortex. */
  readonly depth: () => Float32Array;
}

/**
 * Draws a scene without a browser, with the formula of the shader: a z-buffer finds the triangle of every sample,
 * then each visible sample is shaded once, and samples are averaged.
 *
 * @param ratio pixels per CSS pixel.
 * @param samples per pixel and direction.
 */
export function rasterizeScene(scene: Scene, ratio: number, samples = 2): Raster {
  const fragments = fragmentsOf(scene, ratio, samples);
  const painter = new Painter(scene, fragments.samples);
  fragments.each((fragment) => painter.add(fragment));
  const { width, height } = fragments.samples;
  return { width, height, data: painter.finished(), depth: () => depthOf(fragments.samples) };
}

function depthOf({ triangle, depth }: SurfaceSamples): Float32Array {
  return depth.map((mm, q) => (triangle[q] === 0 ? Number.NEGATIVE_INFINITY : mm));
}

/** Colors fragments, pixel by pixel. */
class Painter {
  private readonly data: Uint8ClampedArray;
  private readonly layers: readonly Layer[];
  /** Of each layer. */
  private readonly maps: readonly Float32Array[];
  private readonly samples: number;
  private readonly settings: ShadeSettings;
  private readonly sample = { value: 0.5, valueWidth: 0.5, inside: 0.5, insideWidth: 0.5 };
  private readonly color = new Float32Array(3);
  /** The pixel that is being painted; samples that it has so far, and sums of their colors. */
  private pixel = -1;
  private hits = 0;
  private readonly sums = new Float64Array(3);

  constructor(scene: Scene, { width, height, samples, layers }: SurfaceSamples) {
    const { paint } = scene;
    this.data = new Uint8ClampedArray(4 * width * height);
    this.layers = layers;
    this.maps = layers.map(({ hemisphere }) => scene.cortex[hemisphere]?.data ?? new Float32Array());
    this.samples = samples;
    this.settings = {
      table: colorTable(paint.map),
      low: paint.low,
      high: paint.high,
      threshold: Math.max(-3e38, paint.threshold),
      signed: paint.map.signed,
      round: scene.round,
    };
  }

  add(fragment: Fragment): void {
    const { sample, color, sums } = this;
    const { layer, face, covered, w1, w2 } = fragment;
    if (fragment.pixel !== this.pixel) {
      this.put();
      this.pixel = fragment.pixel;
    }
    const { faces, x, y } = this.layers[layer];
    const map = this.maps[layer];
    const a = faces[face];
    const b = faces[face + 1];
    const c = faces[face + 2];
    const ux = x[b] - x[a];
    const uy = y[b] - y[a];
    const vx = x[c] - x[a];
    const vy = y[c] - y[a];
    const scale = this.samples / Math.abs(ux * vy - vx * uy);
    const w0 = 1 - w1 - w2;
    const v0 = map[2 * a];
    const v1 = map[2 * b];
    const v2 = map[2 * c];
    const i0 = map[2 * a + 1];
    const i1 = map[2 * b + 1];
    const i2 = map[2 * c + 1];
    sample.value = w0 * v0 + w1 * v1 + w2 * v2;
    sample.valueWidth = fwidth(v1 - v0, v2 - v0, ux, uy, vx, vy, scale);
    sample.inside = w0 * i0 + w1 * i1 + w2 * i2;
    sample.insideWidth = fwidth(i1 - i0, i2 - i0, ux, uy, vx, vy, scale);
    shade(fragment, sample, this.settings, color);
    this.hits += covered;
    sums[0] += covered * color[0];
    sums[1] += covered * color[1];
    sums[2] += covered * color[2];
  }

  /** The picture, when all of it has been added. */
  finished(): Uint8ClampedArray {
    this.put();
    return this.data;
  }

  private put(): void {
    const { data, hits, sums, samples } = this;
    if (hits === 0) return;
    const at = 4 * this.pixel;
    data[at] = (255 * sums[0]) / hits;
    data[at + 1] = (255 * sums[1]) / hits;
    data[at + 2] = (255 * sums[2]) / hits;
    data[at + 3] = (255 * hits) / (samples * samples);
    this.hits = 0;
    sums.fill(0);
  }
}
