import { colorMaps } from "../colorMaps.js";
import type { Surface } from "../geometry.js";
import type { Scene } from "../scene.js";
import { CortexRenderer } from "./cortexRenderer.js";

/** CSS pixels: a smaller canvas would be drawn without the graphics card, and warm up nothing. */
const SIDE = 300;

const triangle: Surface = {
  positions: Float32Array.of(0, -1, -1, 0, 1, -1, 0, 0, 1),
  normals: Float32Array.of(1, 0, 0, 1, 0, 0, 1, 0, 0),
  center: [0, 0, 0],
  half: [1, 1, 1],
  beside: 0,
};

const scene: Scene = {
  width: SIDE,
  height: SIDE,
  panels: [
    {
      key: "",
      label: "",
      hemispheres: ["lh"],
      camera: { azimuth: 0, elevation: 0 },
      ...{ x: 0, y: 0, width: SIDE, height: SIDE, foot: SIDE },
    },
  ],
  scale: SIDE / 3,
  pan: [0, 0],
  cortex: {
    lh: {
      faces: Uint16Array.of(0, 1, 2),
      from: triangle,
      to: triangle,
      folding: new Float32Array(3),
      data: Float32Array.of(1, 1, 1, 1, 1, 1),
    },
  },
  morph: 0,
  round: 1,
  paint: { map: colorMaps[0], low: 0, high: 1, threshold: 0 },
};

/**
 * Draws one triangle where nobody sees it, while nobody waits: by the first draw both contexts are made and the shaders
 * compiled, which takes most of a second with software GL.
 */
export function warmUp(): void {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [SIDE, SIDE];
  const target = canvas.getContext("2d");
  if (target !== null) CortexRenderer.get().draw(scene, target, 1);
}
