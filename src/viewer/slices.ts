import { type Context2D, FONT, type Ink } from "./annotate.js";
import { dot, seenHalf } from "./camera.js";
import { colorTable, TABLE_SIZE } from "./colorMaps.js";
import { passes, position } from "./paint.js";
import { LABEL, type Panel, type PlacedPanel, panelBox, placePanels } from "./panels.js";
import { projectionOf, type Scene } from "./scene.js";
import type { Hemisphere, VolumeGrid } from "./viewDocument.js";
import { boxOf, fractional, indexing, type Place, placeOf, voxelAt } from "./volumeGrid.js";

/** Three slices of a volume through one place. */
export interface Slices {
  readonly grid: VolumeGrid;
  /** The name by which the volume's maps are kept. */
  readonly part: Hemisphere;
  /** float32, voxels in file order: NaN outside the mask. */
  readonly values: Float32Array;
  /** uint16 each, voxels in file order: outlined where they change. */
  readonly overlays: readonly Uint16Array[];
  /** The middle of the grid, and where the slices cross, mm. */
  readonly center: Place;
  readonly cross: Place;
}

/** The line around what a test found. */
const BORDER = [16, 18, 22] as const;

/** As papers print them: left is left, and the front of a sagittal slice is on the right hand. */
const PLANES = [
  { key: "sagittal", axis: 0, camera: { azimuth: 0, elevation: 0 } },
  { key: "coronal", axis: 1, camera: { azimuth: -90, elevation: 0 } },
  { key: "axial", axis: 2, camera: { azimuth: -90, elevation: 90 } },
] as const;

/** Inside the mask, under the threshold. */
const UNDER = [190, 192, 196] as const;

/** Where the slices of a volume are drawn, and through which voxel they go. */
export function sliceLayout(
  grid: VolumeGrid,
  part: Hemisphere,
  maps: Pick<Slices, "values" | "overlays">,
  voxel: number,
  size: { readonly width: number; readonly height: number; readonly zoom: number },
): { readonly slices: Slices; readonly panels: readonly PlacedPanel[]; readonly scale: number } {
  const { center, half } = boxOf(grid);
  const cross = placeOf(grid, voxel);
  const panels: Panel[] = PLANES.map(({ key, axis, camera }) => ({
    key,
    hemispheres: [part],
    camera,
    label: `${key[0].toUpperCase()}${key.slice(1)}, ${"xyz"[axis]} = ${millimeters(cross[axis])} mm`,
  }));
  const halves = panels.map(({ camera }) => seenHalf(camera, half));
  const { placed, scale } = placePanels(panels, halves, panelBox(size.width, size.height));
  return { slices: { grid, part, ...maps, center, cross }, panels: placed, scale: scale * size.zoom };
}

const millimeters = (value: number) => String(Number(value.toFixed(1))).replace("-", "−");

/** Colors of all slices: RGBA, 8 bits, not premultiplied; transparent outside the mask. */
export function rasterizeSlices(
  scene: Scene,
  slices: Slices,
  ratio: number,
): { width: number; height: number; data: Uint8ClampedArray } {
  const [width, height] = [Math.round(scene.width * ratio), Math.round(scene.height * ratio)];
  const data = new Uint8ClampedArray(4 * width * height);
  const { grid, values, overlays } = slices;
  const { paint } = scene;
  const table = colorTable(paint.map);
  const inverse = indexing(grid);
  for (const panel of scene.panels) {
    const left = Math.max(0, Math.round(panel.x * ratio));
    const right = Math.min(width, Math.round((panel.x + panel.width) * ratio));
    const top = Math.max(0, Math.round(panel.y * ratio));
    const bottom = Math.min(height, Math.round((panel.y + panel.height - LABEL) * ratio));
    // Indices change evenly from pixel to pixel.
    const toPlace = placesOf(scene, slices, panel);
    const [start, beside, below] = [
      [0, 0],
      [1, 0],
      [0, 1],
    ].map(([x, y]) => fractional(inverse, toPlace(x, y)));
    const [I, J, K] = grid.dims;
    const voxelOf = (X: number, Y: number): number => {
      const i = Math.round(start[0] + X * (beside[0] - start[0]) + Y * (below[0] - start[0]));
      const j = Math.round(start[1] + X * (beside[1] - start[1]) + Y * (below[1] - start[1]));
      const k = Math.round(start[2] + X * (beside[2] - start[2]) + Y * (below[2] - start[2]));
      return i < 0 || j < 0 || k < 0 || i >= I || j >= J || k >= K ? -1 : i + I * (j + J * k);
    };
    const isBorder = (voxel: number, X: number, Y: number) =>
      overlays.some((labels) =>
        [voxelOf(X + 1 / ratio, Y), voxelOf(X, Y + 1 / ratio)].some(
          (next) => next >= 0 && labels[next] !== labels[voxel],
        ),
      );
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const [X, Y] = [(x + 0.5) / ratio, (y + 0.5) / ratio];
        const voxel = voxelOf(X, Y);
        const value = voxel < 0 ? Number.NaN : values[voxel];
        if (Number.isNaN(value)) continue;
        const at = 4 * (y * width + x);
        if (overlays.length > 0 && isBorder(voxel, X, Y)) data.set(BORDER, at);
        else if (passes(value, paint)) {
          const entry = 4 * Math.min(TABLE_SIZE - 1, Math.floor(position(value, paint) * TABLE_SIZE));
          for (let c = 0; c < 3; c++) data[at + c] = table[entry + c];
        } else for (let c = 0; c < 3; c++) data[at + c] = UNDER[c];
        data[at + 3] = 255;
      }
    }
  }
  return { width, height, data };
}

/** The place that a point of the picture (CSS pixels) shows in a panel. */
function placesOf(
  scene: Scene,
  { center, cross }: Slices,
  panel: PlacedPanel,
): (x: number, y: number) => Place {
  const { right, up, eye, cx, cy } = projectionOf(scene, panel);
  const depth = dot(eye, [cross[0] - center[0], cross[1] - center[1], cross[2] - center[2]]);
  return (x, y) => {
    const [X, Y] = [(x - cx) / scene.scale, (cy - y) / scene.scale];
    const axis = (k: 0 | 1 | 2) => center[k] + right[k] * X + up[k] * Y + eye[k] * depth;
    return [axis(0), axis(1), axis(2)];
  };
}

/** The voxel that a point of the picture shows, in the mask or not. */
export function voxelUnder(
  scene: Scene,
  slices: Slices,
  panel: PlacedPanel,
  x: number,
  y: number,
): number | undefined {
  return voxelAt(slices.grid, indexing(slices.grid), placesOf(scene, slices, panel)(x, y));
}

const LETTERS = [
  ["L", "R"],
  ["P", "A"],
  ["I", "S"],
] as const;

/** The cross where the slices meet, and the letters of the directions at the edges of each. */
export function drawDirections(
  ctx: Context2D,
  scene: Scene,
  { center, cross, grid }: Slices,
  ink: Ink,
): void {
  const { half } = boxOf(grid);
  for (const panel of scene.panels) {
    const { right, up, cx, cy } = projectionOf(scene, panel);
    const bottom = panel.y + panel.height - LABEL;
    const from = [cross[0] - center[0], cross[1] - center[1], cross[2] - center[2]] as const;
    const [x, y] = [cx + dot(right, from) * scene.scale, cy - dot(up, from) * scene.scale];
    const [w, h] = seenHalf(panel.camera, half).map((size) => size * scene.scale);
    ctx.save();
    ctx.beginPath();
    ctx.rect(panel.x, panel.y, panel.width, bottom - panel.y);
    ctx.clip();
    const line = (x0: number, y0: number, x1: number, y1: number) => {
      for (const [color, width] of [
        ["rgba(255, 255, 255, 0.7)", 2.6],
        ["rgba(17, 17, 17, 0.85)", 1],
      ] as const) {
        ctx.strokeStyle = color;
        ctx.lineWidth = width;
        ctx.beginPath();
        ctx.moveTo(x0, y0);
        ctx.lineTo(x1, y1);
        ctx.stroke();
      }
    };
    // The voxel itself stays in sight.
    const gap = 7;
    line(cx - w, y, x - gap, y);
    line(x + gap, y, cx + w, y);
    line(x, cy - h, x, y - gap);
    line(x, y + gap, x, cy + h);
    ctx.restore();
    const [low, high] = lettersOf(right);
    const [under, over] = lettersOf(up);
    ctx.font = `600 13px ${FONT}`;
    ctx.fillStyle = ink.text;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(low, Math.max(cx - w - 9, panel.x + 6), cy);
    ctx.fillText(high, Math.min(cx + w + 9, panel.x + panel.width - 6), cy);
    ctx.fillText(over, cx, Math.max(cy - h - 9, panel.y + 6));
    // Under the lower edge stands the name of the slice.
    ctx.fillText(under, cx, Math.min(cy + h - 9, bottom - 6));
  }
}

/** What lies at the lower and the upper end of a direction of the picture. */
function lettersOf(direction: readonly number[]): readonly [string, string] {
  const axis = direction.findIndex((part) => Math.abs(part) > 0.5);
  const [low, high] = LETTERS[axis];
  return direction[axis] > 0 ? [low, high] : [high, low];
}
