import { type Axes, axesOf, type Camera, seenHalf } from "./camera.js";
import type { Faces, Surface } from "./geometry.js";
import type { Paint } from "./paint.js";
import { LABEL, type Panel, type PlacedPanel, placePanels } from "./panels.js";
import type { Slices } from "./slices.js";
import type { PerHemisphere } from "./viewDocument.js";

/** One hemisphere between two shapes, with its map. */
export interface Cortex {
  readonly faces: Faces;
  /** Fewer triangles of the same vertices, for while the brain moves; none where the mesh is small or has none. */
  readonly coarse?: Faces | undefined;
  readonly from: Surface;
  readonly to: Surface;
  /** float32, V. */
  readonly folding: Float32Array;
  /** float32, V × 2: see `vertexData`. NaN never gets here: it is outside. */
  readonly data: Float32Array;
  /** uint16, V: borders are drawn where it changes; none without labels. */
  readonly regions?: Uint16Array | undefined;
  /** The same of what tests found. */
  readonly overlays?: readonly Uint16Array[];
}

/** Everything a renderer needs for one picture: the browser's and the rasterizer draw the same scene. */
export interface Scene {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly panels: readonly PlacedPanel[];
  /** CSS pixels per mm, zoom included. */
  readonly scale: number;
  /** mm in the plane of the picture. */
  readonly pan: readonly [number, number];
  readonly cortex: PerHemisphere<Cortex>;
  /** From 0 (the first shape) to 1 (the second). */
  readonly morph: number;
  /** 0 folded, 1 round: how crisp the folding pattern is drawn. */
  readonly round: number;
  readonly paint: Paint;
  /** Whether the borders of regions are drawn. */
  readonly outlines?: boolean;
  /** What is outlined of what tests found: titles. */
  readonly overlays?: readonly string[];
  /** Instead of cortex, for a volume. */
  readonly slices?: Slices;
}

export interface SceneLayout {
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly turns: Readonly<Record<string, readonly [number, number]>>;
  readonly zoom: number;
}

/** Places panels for what they show, and turns their cameras. */
export function layOut(
  panels: readonly Panel[],
  cortex: PerHemisphere<Cortex>,
  morph: number,
  { box, turns, zoom }: SceneLayout,
): { readonly panels: readonly PlacedPanel[]; readonly scale: number } {
  const halves = panels.map((panel) => {
    const sizes = panel.hemispheres.flatMap((hemisphere) => {
      const one = cortex[hemisphere];
      if (one === undefined) return [];
      const half = [0, 1, 2].map((k) => mix(one.from.half[k], one.to.half[k], morph));
      if (panel.hemispheres.length === 2) half[0] += Math.abs(mix(one.from.beside, one.to.beside, morph));
      return [seenHalf(panel.camera, half as [number, number, number])];
    });
    return [Math.max(...sizes.map(([w]) => w)), Math.max(...sizes.map(([, h]) => h))] as const;
  });
  const { placed, scale } = placePanels(panels, halves, box);
  const turned = placed.map((panel) => {
    const turn = turns[panel.key];
    return turn === undefined ? panel : { ...panel, camera: turnCamera(panel.camera, turn) };
  });
  return { panels: turned, scale: scale * zoom };
}

function turnCamera({ azimuth, elevation }: Camera, [da, de]: readonly [number, number]): Camera {
  return { azimuth: azimuth + da, elevation: Math.max(-90, Math.min(90, elevation + de)) };
}

export function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}

/** What is added to the positions of a hemisphere before it is turned, mm. */
export function shiftOf(panel: Panel, cortex: Cortex, morph: number): [number, number, number] {
  const shift = [0, 1, 2].map((k) => -mix(cortex.from.center[k], cortex.to.center[k], morph));
  if (panel.hemispheres.length === 2) shift[0] += mix(cortex.from.beside, cortex.to.beside, morph);
  return shift as [number, number, number];
}

/** Axes and placement of one panel, as both renderers and the picker use them. */
export function projectionOf(
  scene: Scene,
  panel: PlacedPanel,
): Axes & { readonly cx: number; readonly cy: number } {
  return {
    ...axesOf(panel.camera),
    cx: panel.x + panel.width / 2 + scene.pan[0] * scene.scale,
    cy: panel.y + (panel.height - LABEL) / 2 - scene.pan[1] * scene.scale,
  };
}
