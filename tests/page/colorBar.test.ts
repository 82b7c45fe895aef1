import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage } from "../../scripts/buildBrowser.mjs";
import { writePage } from "../../src/index.js";
import type { Viewer } from "../../src/viewer/browser/viewer.js";
import { browserFound, launchBrowser } from "../browser.js";
import { Workspace } from "../workspace.js";
import { openPage } from "./openPage.js";
import { smoothMap } from "./smoothMap.js";

declare const blmmViewer: Viewer;

const place = new Workspace();
let browser: Browser;

beforeAll(async () => {
  await buildPage();
  await writePage(place.file("map.html"), { lh: smoothMap("lh"), rh: smoothMap("rh") });
  if (browserFound) browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  place.remove();
});

describe.skipIf(!browserFound)("the color bar of a live view", () => {
  test.each([
    [2, "±2"],
    [20, "−20"],
  ])("range ±70, threshold %d: the numbers stand beside one another", async (threshold, says) => {
    const page = await openPage(browser, place.file("map.html"), []);
    const words = await page.evaluate(async (at) => {
      const drawn: { text: string; left: number; right: number }[] = [];
      const write = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
        const { actualBoundingBoxLeft, actualBoundingBoxRight } = this.measureText(text);
        // In the last line of the picture: under the color bar.
        if (y > this.canvas.clientHeight - 20)
          drawn.push({ text, left: x - actualBoundingBoxLeft, right: x + actualBoundingBoxRight });
        write.call(this, text, x, y);
      };
      const done = new Promise((resolve) =>
        document.querySelector(".bv")?.addEventListener("blmm-drawn", resolve, { once: true }),
      );
      blmmViewer.set({ threshold: at, high: 70 });
      await done;
      CanvasRenderingContext2D.prototype.fillText = write;
      return drawn.toSorted((a, b) => a.left - b.left);
    }, threshold);
    await page.context().close();
    expect(words.map(({ text }) => text)).toEqual(expect.arrayContaining(["−70", says, "70"]));
    for (const [k, { left }] of words.slice(1).entries()) expect(left).toBeGreaterThan(words[k].right);
  });
});
