import type { Scene } from "../viewer/scene.js";
import { fwidth, HATCH_PITCH, type LitSample, lightUp } from "../viewer/shading.js";
import {
  coverSamples,
  type Layer,
  OFFSET_X,
  OFFSET_Y,
  STRIDE,
  type SurfaceSamples,
} from "./surfaceSamples.js";

/** The part of a triangle that is seen in a pixel: all that the pixel's color takes from the surfaces. */
export interface Fragment extends LitSample {
  /** Which pixel: those of a picture ascend. */
  pixel: number;
  /** How many samples of it. */
  covered: number;
  layer: number;
  /** Where the corners of the triangle begin in its layer's faces. */
  face: number;
  /** Weights of the second and the third corner in the middle of those samples. */
  w1: number;
  w2: number;
}

/** A fragment to write into. */
export function emptyFragment(): Fragment {
  return {
    pixel: 0,
    covered: 0,
    layer: 0,
    face: 0,
    w1: 0.5,
    w2: 0.5,
    gyrus: 0.5,
    blank: 0.5,
    light: 0.5,
    shine: 0.5,
  };
}

/** Goes through the fragments of a picture, each in the same object. */
export type EachFragment = (take: (fragment: Fragment) => void) => void;

/** A picture's fragments, gone through as often as they are asked for, and the samples that they come from. */
export interface SceneFragments {
  readonly samples: SurfaceSamples;
  readonly each: EachFragment;
}

/** More are not kept: 20 MB. */
const MOST_KEPT = 400_000;

let latest:
  | { readonly key: string; readonly arrays: readonly unknown[]; readonly made: SceneFragments }
  | undefined;

/**
 * The fragments of a scene. Those of the latest surfaces, places and cameras are kept: the maps that a notebook shows one
 * after the other differ in their colors only. Larger pictures are colored as they are gone through.
 */
export function fragmentsOf(scene: Scene, ratio: number, samples: number): SceneFragments {
  const { width, height, panels, scale, pan, morph, round } = scene;
  const key = JSON.stringify([width, height, panels, scale, pan, morph, round, ratio, samples]);
  const arrays = Object.values(scene.cortex).flatMap(({ faces, from, to, folding }) => [
    faces,
    from,
    to,
    folding,
  ]);
  if (latest?.key === key && arrays.every((array, k) => array === latest?.arrays[k])) return latest.made;
  const covered = coverSamples(scene, ratio, samples);
  const each: EachFragment = (take) => goThrough(covered, round, HATCH_PITCH * ratio, take);
  // A fragment has the samples of a pixel at most.
  const fewest = covered.covered / samples ** 2;
  const count = fewest > MOST_KEPT ? fewest : countSeen(covered, MOST_KEPT);
  if (count > MOST_KEPT) return { samples: covered, each };
  const made = { samples: covered, each: kept(count, each) };
  latest = { key, arrays, made };
  return made;
}

/** Goes through what is seen in each pixel. */
function goThrough(
  { width, height, samples, layers, triangle }: SurfaceSamples,
  round: number,
  pitch: number,
  take: (fragment: Fragment) => void,
): void {
  const W = width * samples;
  const fragment = emptyFragment();
  const sample = { nx: 0.5, ny: 0.5, nz: 0.5, folding: 0.5, foldingWidth: 0.5, x: 0.5, y: 0.5 };
  // As a graphics card does: a triangle is shaded once a pixel, in the middle of the samples that it covers there.
  const ids = new Int32Array(samples * samples);
  for (let oy = 0; oy < height; oy++) {
    for (let ox = 0; ox < width; ox++) {
      let hits = 0;
      for (let j = 0, k = 0; j < samples; j++) {
        const row = (oy * samples + j) * W + ox * samples;
        for (let i = 0; i < samples; i++, k++) {
          ids[k] = triangle[row + i];
          hits |= ids[k];
        }
      }
      if (hits === 0) continue;
      for (let k = 0; k < ids.length; k++) {
        const id = ids[k];
        if (id === 0) continue;
        let sx = 0;
        let sy = 0;
        let of = 0;
        for (let m = k; m < ids.length; m++) {
          if (ids[m] !== id) continue;
          ids[m] = 0;
          const column = m % samples;
          const place = samples === 2 ? m : 4;
          sx += column + OFFSET_X[place];
          sy += (m - column) / samples + OFFSET_Y[place];
          of++;
        }
        const layer = Math.floor((id - 1) / STRIDE);
        const px = ox * samples + sx / of;
        const py = oy * samples + sy / of;
        fragment.pixel = oy * width + ox;
        fragment.covered = of;
        fragment.layer = layer;
        fragment.face = 3 * ((id - 1) % STRIDE);
        sample.x = px / samples;
        sample.y = height - py / samples;
        weigh(layers[layer], px, py, samples, fragment, sample);
        lightUp(sample, round, pitch, fragment);
        take(fragment);
      }
    }
  }
}

/** Weights of a triangle's corners at a point, and the surface there. */
function weigh(
  { faces, x, y, normals, folding }: Layer,
  px: number,
  py: number,
  samples: number,
  fragment: Fragment,
  sample: { nx: number; ny: number; nz: number; folding: number; foldingWidth: number },
): void {
  const a = faces[fragment.face];
  const b = faces[fragment.face + 1];
  const c = faces[fragment.face + 2];
  const ux = x[b] - x[a];
  const uy = y[b] - y[a];
  const vx = x[c] - x[a];
  const vy = y[c] - y[a];
  const area = ux * vy - vx * uy;
  const w1 = ((px - x[a]) * vy - vx * (py - y[a])) / area;
  const w2 = (ux * (py - y[a]) - (px - x[a]) * uy) / area;
  const w0 = 1 - w1 - w2;
  fragment.w1 = w1;
  fragment.w2 = w2;
  sample.nx = w0 * normals[3 * a] + w1 * normals[3 * b] + w2 * normals[3 * c];
  sample.ny = w0 * normals[3 * a + 1] + w1 * normals[3 * b + 1] + w2 * normals[3 * c + 1];
  sample.nz = w0 * normals[3 * a + 2] + w1 * normals[3 * b + 2] + w2 * normals[3 * c + 2];
  const scale = samples / Math.abs(area);
  sample.folding = w0 * folding[a] + w1 * folding[b] + w2 * folding[c];
  sample.foldingWidth = fwidth(folding[b] - folding[a], folding[c] - folding[a], ux, uy, vx, vy, scale);
}

/** Writes fragments down: going through them again only reads. */
function kept(count: number, each: EachFragment): EachFragment {
  const numbers = () => new Float64Array(count);
  const [pixel, covered, layer] = [new Int32Array(count), new Uint8Array(count), new Uint8Array(count)];
  const [face, w1, w2] = [new Int32Array(count), numbers(), numbers()];
  const [gyrus, blank, light, shine] = [numbers(), numbers(), numbers(), numbers()];
  let n = 0;
  each((fragment) => {
    pixel[n] = fragment.pixel;
    covered[n] = fragment.covered;
    layer[n] = fragment.layer;
    face[n] = fragment.face;
    w1[n] = fragment.w1;
    w2[n] = fragment.w2;
    gyrus[n] = fragment.gyrus;
    blank[n] = fragment.blank;
    light[n] = fragment.light;
    shine[n] = fragment.shine;
    n++;
  });
  const fragment = emptyFragment();
  return (take) => {
    for (let k = 0; k < count; k++) {
      fragment.pixel = pixel[k];
      fragment.covered = covered[k];
      fragment.layer = layer[k];
      fragment.face = face[k];
      fragment.w1 = w1[k];
      fragment.w2 = w2[k];
      fragment.gyrus = gyrus[k];
      fragment.blank = blank[k];
      fragment.light = light[k];
      fragment.shine = shine[k];
      take(fragment);
    }
  };
}

/** How many triangles are seen, pixel by pixel; any larger number where there are more than `most`. */
function countSeen({ width, height, samples, triangle }: SurfaceSamples, most: number): number {
  const W = width * samples;
  const ids = new Int32Array(samples * samples);
  let count = 0;
  for (let oy = 0; oy < height && count <= most; oy++) {
    for (let ox = 0; ox < width; ox++) {
      let known = 0;
      for (let j = 0; j < samples; j++) {
        const row = (oy * samples + j) * W + ox * samples;
        for (let q = row; q < row + samples; q++) {
          const id = triangle[q];
          if (id === 0) continue;
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
