import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage } from "../../scripts/buildBrowser.mjs";
import { view, writePage } from "../../src/index.js";
import { rasterizeScene } from "../../src/plots/rasterizeScene.js";
import type { Viewer } from "../../src/viewer/browser/viewer.js";
import { Geometry } from "../../src/viewer/geometry.js";
import { Maps } from "../../src/viewer/mapValues.js";
import type { Scene } from "../../src/viewer/scene.js";
import { loadFor, sceneOf } from "../../src/viewer/sceneOf.js";
import { decodeState, firstState } from "../../src/viewer/viewState.js";
import { browserFound, launchBrowser } from "../browser.js";
import { differenceAt, median, pixelsOf } from "../picture.js";
import { Workspace } from "../workspace.js";
import { openPage } from "./openPage.js";
import { smoothMap } from "./smoothMap.js";

declare const blmmViewer: Viewer;

const place = new Workspace();
const map = { lh: smoothMap("lh"), rh: smoothMap("rh") };
const OPTIONS = { title: "A smooth map", threshold: 2, range: 5 };
let browser: Browser;

beforeAll(async () => {
  await buildPage();
  await writePage(place.file("map.html"), map, OPTIONS);
  if (browserFound) browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  place.remove();
});

async function sceneAt(link: string, width: number, height: number): Promise<Scene> {
  const shown = view(map, OPTIONS);
  const { document } = shown;
  const source = (id: string) => shown.block(id);
  const geometry = Geometry.open(document.geometry, source);
  const maps = new Maps(document, source, (hemisphere) => geometry.faces(hemisphere));
  const state = decodeState(link, decodeState(document.start, firstState(document), document), document);
  const scene = sceneOf(state, document, await loadFor(state, document, geometry, maps), width, height);
  if (scene === undefined) throw new Error("nothing to draw");
  return scene;
}

type Raster = ReturnType<typeof rasterizeScene>;

/** Pixels at an outline: where depth, over the samples of a pixel or from pixel to pixel, is not that of one plane. */
function outlinesOf({ width, height, depth: depthOf }: Raster): Uint8Array {
  const depth = depthOf();
  const mean = new Float32Array(width * height);
  const range = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const first = 4 * y * width + 2 * x;
      const samples = [first, first + 1, first + 2 * width, first + 2 * width + 1].map((k) => depth[k]);
      mean[y * width + x] = samples.reduce((sum, one) => sum + one) / 4;
      range[y * width + x] = Math.max(...samples) - Math.min(...samples);
    }
  }
  const outlines = new Uint8Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      let steepest = 0;
      for (const step of [1, width]) {
        const bend = Math.abs(mean[at - step] - 2 * mean[at] + mean[at + step]);
        // Beside the cortex depth is −∞, and no difference a number.
        if (!(bend < 0.5)) outlines[at] = 1;
        steepest += Math.abs(mean[at + step] - mean[at - step]) / 2;
      }
      if (!(range[at] < 0.1 + 0.75 * steepest)) outlines[at] = 1;
    }
  }
  return outlines;
}

/** Pixels that two pictures draw differently. */
function changed(a: Raster, b: Raster): Uint8Array {
  const pixels = new Uint8Array(a.width * a.height);
  for (let k = 0; k < pixels.length; k++)
    for (let c = 0; c < 3; c++) if (Math.abs(a.data[4 * k + c] - b.data[4 * k + c]) > 1) pixels[k] = 1;
  return pixels;
}

/** The edge of the threshold, and the hatching: what a slightly other threshold, and a whole mask, change. */
function edgesOf(scene: Scene, raster: Raster): Uint8Array[] {
  const at = (threshold: number) => rasterizeScene({ ...scene, paint: { ...scene.paint, threshold } }, 1);
  const whole = Object.fromEntries(
    Object.entries(scene.cortex).map(([side, cortex]) => [
      side,
      { ...cortex, data: cortex.data.map((value, i) => (i % 2 === 1 ? 1 : value)) },
    ]),
  );
  return [changed(at(1.9), at(2.1)), changed(raster, rasterizeScene({ ...scene, cortex: whole }, 1))];
}

describe.skipIf(!browserFound)("the rasterizer draws what the shader draws", () => {
  test.each([
    ["inflated", "surface=2"],
    ["sphere", "surface=3"],
    // Of folds hundreds of triangles are seen from their edges: none shows through what is before it.
    ["pial", "surface=1"],
    ["pial, from above", "surface=1&view=dorsal"],
    ["white", "surface=0"],
  ])("%s: no pixel over 8 of 255 away from outlines, threshold edge and hatching", async (_, link) => {
    const page = await openPage(browser, place.file("map.html"), [], { link });
    const [width, height] = await page.evaluate(() => {
      const host = document.querySelector(".bv-picture") ?? document.body;
      return [host.clientWidth, host.clientHeight] as const;
    });
    const url = await page.evaluate(() => blmmViewer.drawing.copy(1).toDataURL("image/png"));
    await page.context().close();
    const shader = await pixelsOf(Buffer.from(url.split(",")[1], "base64"));
    const scene = await sceneAt(link, width, height);
    const raster = rasterizeScene(scene, 1);
    expect([shader.width, shader.height]).toEqual([raster.width, raster.height]);
    const masks = [outlinesOf(raster), ...edgesOf(scene, raster)];
    const near = (x: number, y: number) =>
      [-1, 0, 1].some((dy) =>
        [-1, 0, 1].some((dx) => masks.some((mask) => mask[(y + dy) * width + x + dx] === 1)),
      );
    const differences: number[] = [];
    const wrong: number[][] = [];
    // Between title and color bar.
    for (let y = 60; y < height - 80; y++) {
      for (let x = 20; x < width - 20; x++) {
        if (raster.data[4 * (y * width + x) + 3] === 0 || near(x, y)) continue;
        const difference = differenceAt(shader, raster, x, y);
        differences.push(difference);
        if (difference > 8) wrong.push([x, y, difference]);
      }
    }
    expect(differences.length).toBeGreaterThan(100_000);
    expect(median(differences)).toBeLessThanOrEqual(2);
    expect(wrong).toEqual([]);
  });
});
