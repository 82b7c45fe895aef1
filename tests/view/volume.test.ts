import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ArrayMaps } from "../../src/document/mapsOfHemisphere.js";
import { contrast, fit, openStudy, pictures, plotSurface, type Results, view } from "../../src/index.js";
import { openView } from "../../src/view/view.js";
import type { VolumeGrid } from "../../src/viewer/viewDocument.js";
import { type Pixels, pixelsOf } from "../picture.js";
import { effectAt, GRID, inHead, places, volumeStudy } from "../volumeStudy.js";
import { Workspace } from "../workspace.js";

/** Bare numbers in a grid. */
class VolumeMaps extends ArrayMaps {
  constructor(
    values: ArrayLike<number>,
    readonly grid: VolumeGrid,
  ) {
    super(values, "effect");
  }
}

const place = new Workspace();
let results: Results;
beforeAll(async () => {
  results = await fit(await openStudy(volumeStudy(place)));
});
afterAll(() => place.remove());

const SIZE = { width: 900, height: 460 };
const drawn = async (grid: VolumeGrid, sign = 1): Promise<Pixels> => {
  const values = places(grid).map((at) => (inHead(at) ? sign * (effectAt(at) - 0.01) : Number.NaN));
  const shown = {
    designs: [{ key: "values", name: "", notes: [], maps: { lh: new VolumeMaps(values, grid) } }],
    results: [],
  };
  return pixelsOf(await openView(shown, { threshold: 0.8, range: 2 }).png(SIZE));
};

/** The middle of the colored pixels of a slice, from the middle of the head: to the right, up; in halves of the head. */
function direction(picture: Pixels, slice: 0 | 1 | 2, color: "red" | "blue" = "red"): [number, number] {
  const width = SIZE.width / 3;
  const at = { color: [] as [number, number][], head: [] as [number, number][] };
  // Title and color bar left out.
  for (let y = 60; y < SIZE.height - 90; y++) {
    for (let x = Math.ceil(slice * width); x < (slice + 1) * width; x++) {
      const [r, g, b] = picture.data.subarray(4 * (y * picture.width + x));
      const isColor = color === "red" ? r - b > 60 : b - r > 60;
      if (isColor) at.color.push([x, y]);
      if (isColor || (r === 190 && g === 192 && b === 196)) at.head.push([x, y]);
    }
  }
  const middle = (points: [number, number][], k: number) =>
    points.reduce((sum, point) => sum + point[k], 0) / points.length;
  const [low, high] = [0, 1].map((k) => {
    const all = at.head.map((point) => point[k]);
    return [Math.min(...all), Math.max(...all)];
  });
  return [
    (2 * middle(at.color, 0) - low[0] - low[1]) / (low[1] - low[0]),
    (high[0] + high[1] - 2 * middle(at.color, 1)) / (high[1] - high[0]),
  ];
}

describe("slices of a volume", () => {
  test("left is left, the front of a sagittal slice on the right hand, up is up", async () => {
    const picture = await drawn(GRID);
    // The blob is at (15, 10.5, 12) mm; the head is 34, 33 and 29 mm in half.
    for (const [slice, expected] of [
      [0, [10.5 / 33, 12 / 29]],
      [1, [15 / 34, 12 / 29]],
      [2, [15 / 34, 10.5 / 33]],
    ] as const) {
      const found = direction(picture, slice);
      // Within half a voxel or so.
      for (const k of [0, 1]) expect(Math.abs(found[k] - expected[k])).toBeLessThan(0.15);
      expect(Math.min(...found)).toBeGreaterThan(0.15);
    }
  });

  test("are the same however the file stores the volume: flipped, or with its axes in another order", async () => {
    const picture = await drawn(GRID);
    const [I, J, K] = GRID.dims;
    // From left to right, as MNI templates of SPM are.
    const flipped: VolumeGrid = {
      dims: GRID.dims,
      affine: [6, 0, 0, -33, 0, 7, 0, -31.5, 0, 0, 8, -28, 0, 0, 0, 1],
    };
    // FreeSurfer's order: to the left, down, to the front.
    const turned: VolumeGrid = {
      dims: [I, K, J],
      affine: [-6, 0, 0, 33, 0, 0, 7, -31.5, 0, -8, 0, 28, 0, 0, 0, 1],
    };
    for (const grid of [flipped, turned])
      expect(Buffer.from((await drawn(grid)).data).equals(Buffer.from(picture.data))).toBe(true);
    // What is really mirrored is seen mirrored.
    const mirrored: VolumeGrid = { ...GRID, affine: GRID.affine.map((value, k) => (k < 4 ? -value : value)) };
    const values = places(GRID).map((at) => (inHead(at) ? effectAt(at) - 0.01 : Number.NaN));
    const maps = { lh: new VolumeMaps(values, mirrored) };
    const shown = { designs: [{ key: "values", name: "", notes: [], maps }], results: [] };
    const other = await pixelsOf(await openView(shown, { threshold: 0.8, range: 2 }).png(SIZE));
    expect(direction(other, 2)[0]).toBeCloseTo(-direction(picture, 2)[0], 1);
    expect(direction(other, 2)[1]).toBeCloseTo(direction(picture, 2)[1], 1);
  });

  test("color as the cortex does: blue under zero, gray under the threshold, nothing outside the mask", async () => {
    const blue = await drawn(GRID, -1);
    expect(direction(blue, 2, "blue")[0]).toBeGreaterThan(0.15);
    const [r, g, b] = blue.data.subarray(4 * (70 * SIZE.width + 20));
    expect([r, g, b]).toEqual([255, 255, 255]);
  });

  test("of results are told from their space, contrasts too, and say where they are strongest", () => {
    const { document } = view(results);
    expect(document.geometry.volume).toEqual(GRID);
    const text = view(results, { contrast: "Group" }).toString();
    expect(text).toMatch(/^Volume: Group — T statistic/);
    expect(text).toContain("a volume of 12 × 10 × 8 voxels");
    // (15, 10.5, 12) mm.
    expect(text).toMatch(/strongest at voxel/);
    expect(text).toMatch(/\b3, 6, 5\b/);
    expect(view(contrast(results, "2*Group")).document.geometry.volume).toBeDefined();
  });

  test("go through the voxel of a link, and stand in a grid of pictures", async () => {
    const voxel = 3 + 12 * (6 + 10 * 5);
    const one = await view(results, { contrast: "Group" }).png({ state: `vertex=lh:${voxel}` });
    const other = await view(results, { contrast: "Group" }).png({ state: "vertex=lh:0" });
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
    const grid = await pictures(results, [{ statistic: "beta" }, { statistic: "sigma2" }]).png();
    expect((await pixelsOf(grid)).width).toBe(960);
  });

  test("are no surface, and a volume has no hemispheres: said in words", async () => {
    await expect(plotSurface(results).figure()).rejects.toThrow(
      /12 × 10 × 8 voxels; expected maps of a surface.*view/,
    );
    expect(() => view({ lh: results, rh: results })).toThrow(/one volume, which has no hemispheres/);
  });
});
