import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage } from "../../scripts/buildBrowser.mjs";
import { writePage } from "../../src/index.js";
import type { Viewer } from "../../src/viewer/browser/viewer.js";
import { browserFound, launchBrowser } from "../browser.js";
import { Workspace } from "../workspace.js";
import { openPage, settled } from "./openPage.js";
import { smoothMap } from "./smoothMap.js";

declare const blmmViewer: Viewer;

const place = new Workspace();
let browser: Browser;

beforeAll(async () => {
  await buildPage();
  await writePage(place.file("map.html"), { lh: smoothMap("lh"), rh: smoothMap("rh") }, { threshold: 2 });
  if (browserFound) browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  place.remove();
});

describe.skipIf(!browserFound)("a number that is half typed", () => {
  test("stays when the view is drawn meanwhile, and counts when it is entered", async () => {
    const problems: string[] = [];
    const page = await openPage(browser, place.file("map.html"), problems);
    const field = page.locator("fieldset:has(.bv-slider[aria-label^=Threshold]) input[type=number]");
    await field.fill("3.5");
    await page.evaluate(() => blmmViewer.set({ zoom: 1.2 }));
    await settled(page);
    expect(await field.inputValue()).toBe("3.5");
    expect(await page.evaluate(() => blmmViewer.state.threshold)).toBe(2);
    await field.press("Enter");
    await settled(page);
    expect(await page.evaluate(() => blmmViewer.state.threshold)).toBe(3.5);
    expect(await field.inputValue()).toBe("3.5");
    // Set from elsewhere, it shows that.
    await page.evaluate(() => blmmViewer.set({ threshold: 1.5 }));
    await settled(page);
    expect(await field.inputValue()).toBe("1.5");
    expect(problems).toEqual([]);
    await page.close();
  });
});
