import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage } from "../../scripts/buildBrowser.mjs";
import { fit, openStudy, type Results, view, writePage } from "../../src/index.js";
import type { Viewer } from "../../src/viewer/browser/viewer.js";
import { browserFound, launchBrowser } from "../browser.js";
import { differenceAt, pixelsOf } from "../picture.js";
import { volumeStudy } from "../volumeStudy.js";
import { Workspace } from "../workspace.js";
import { openPage, settled } from "./openPage.js";

declare const blmmViewer: Viewer;

const place = new Workspace();
let results: Results;
let browser: Browser;
const problems: string[] = [];

beforeAll(async () => {
  await buildPage();
  results = await fit(await openStudy(volumeStudy(place)));
  await writePage(place.file("volume.html"), results, { contrast: "Group", threshold: 2 });
  if (browserFound) browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  place.remove();
});

const state = (page: Page) => page.evaluate(() => blmmViewer.state.picked?.vertex);

describe.skipIf(!browserFound)("a volume in the page", () => {
  test("shows the very slices of the picture, without a WebGL context", async () => {
    const page = await openPage(browser, place.file("volume.html"), problems);
    const size = await page.evaluate(() => {
      const { clientWidth, clientHeight } = document.querySelector(".bv-picture") ?? document.body;
      return { width: clientWidth, height: clientHeight };
    });
    const url = await page.evaluate(() => blmmViewer.drawing.copy(1).toDataURL("image/png"));
    const [live, drawn] = [
      await pixelsOf(Buffer.from(url.split(",")[1], "base64")),
      await pixelsOf(await view(results, { contrast: "Group", threshold: 2 }).png(size)),
    ];
    let [different, colored] = [0, 0];
    for (let y = 60; y < size.height - 90; y++) {
      for (let x = 0; x < size.width; x++) {
        const [r, , b] = drawn.data.subarray(4 * (y * drawn.width + x));
        if (Math.abs(r - b) < 60) continue;
        colored++;
        if (differenceAt(live, drawn, x, y) > 2) different++;
      }
    }
    expect(colored).toBeGreaterThan(3000);
    // The cross has edges of its own in each.
    expect(different / colored).toBeLessThan(0.02);
    await page.context().close();
  });

  test("a click goes to the voxel there, and the card gives its numbers", async () => {
    const page = await openPage(browser, place.file("volume.html"), problems);
    const at = await page.evaluate(() => {
      const [, , axial] = blmmViewer.drawing.panels;
      return { x: axial.x + axial.width / 2 - 20, y: axial.y + axial.height / 2 + 10 };
    });
    const picture = await page.locator(".bv-picture canvas").boundingBox();
    await page.mouse.click((picture?.x ?? 0) + at.x, (picture?.y ?? 0) + at.y);
    await settled(page);
    const voxel = (await state(page)) ?? -1;
    const [i, j, k] = [voxel % 12, Math.floor(voxel / 12) % 10, Math.floor(voxel / 120)];
    // To the left of the middle and behind it, at the height of the strongest voxel.
    expect(33 - 6 * i).toBeLessThan(0);
    expect(7 * j - 31.5).toBeLessThan(0);
    expect(k).toBe(5);
    const card = page.locator(".bv-card");
    expect(await card.locator("h2").textContent()).toContain(`at ${i}, ${j}, ${k}`);
    const T = results.map("conT").volume("Group")[voxel];
    const row = card.locator("tr", { hasText: "Group" }).first();
    expect(await row.textContent()).toContain(T.toFixed(2).replace("-", "−"));
    expect(await card.textContent()).not.toMatch(/hemisphere|vertex/i);
    await page.context().close();
  });

  test("keys move to the next voxel: to the right, to the front, up; no control speaks of surfaces", async () => {
    const page = await openPage(browser, place.file("volume.html"), problems);
    await page.focus(".bv-picture canvas");
    const start = 3 + 12 * (6 + 10 * 5);
    for (const [key, expected] of [
      ["ArrowRight", start - 1],
      ["ArrowUp", start - 1 + 12],
      ["PageUp", start - 1 + 12 + 120],
      ["ArrowLeft", start + 12 + 120],
    ] as const) {
      await page.keyboard.press(key);
      expect(await state(page)).toBe(expected);
    }
    expect(await page.evaluate(() => blmmViewer.link)).toContain(`vertex=lh%3A${start + 132}`);
    const controls = await page.locator(".bv-controls").textContent();
    expect(controls).not.toMatch(/Surface|Hemisphere|Lateral/);
    await page.context().close();
  });

  test("no error was said meanwhile", () => {
    expect(problems).toEqual([]);
  });
});
