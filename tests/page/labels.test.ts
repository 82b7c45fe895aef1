import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage } from "../../scripts/buildBrowser.mjs";
import { clusters, each, fsaverage5File, readMesh, writePage } from "../../src/index.js";
import type { Viewer } from "../../src/viewer/browser/viewer.js";
import { parcels } from "../annotation.js";
import { browserFound, launchBrowser } from "../browser.js";
import { Workspace } from "../workspace.js";
import { openPage, settled } from "./openPage.js";
import { smoothMap } from "./smoothMap.js";

declare const blmmViewer: Viewer;

const HOSTILE = '<b onmouseover="window.hacked=1">region</b>';
const place = new Workspace();
const map = { lh: smoothMap("lh"), rh: smoothMap("rh") };
const at = each(map, (_, side) => parcels(readMesh(fsaverage5File("sphere", side)).vertices, 24));
const names = Array.from({ length: 24 }, (_, k) => (k === 3 ? HOSTILE : `region ${k}`));
let browser: Browser;
let server: Server;
const problems: string[] = [];

beforeAll(async () => {
  await buildPage();
  const found = each(map, (values, side) =>
    clusters(values, readMesh(fsaverage5File("pial", side)), { threshold: 3 }),
  );
  const regions = each(at, (one) => ({ names, at: one }));
  await writePage(place.file("labels.html"), map, { title: "A map", threshold: 2, regions, overlay: found });
  await writePage(place.file("folder"), map, { title: "A map", threshold: 2 });
  if (browserFound) browser = await launchBrowser();
  server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? "/").split("?")[0]);
    try {
      response.end(readFileSync(path.join(place.folder, name)));
    } catch {
      response.writeHead(404, "Not Found").end();
    }
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
});
afterAll(async () => {
  await browser?.close();
  server.close();
  place.remove();
});

/** Dark and white pixels of the cortex: lines. */
const lines = (page: Page) =>
  page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>(".bv-picture canvas");
    const ctx = canvas?.getContext("2d");
    if (canvas === null || ctx === null || ctx === undefined) return { dark: 0, white: 0 };
    const { data } = ctx.getImageData(0, 60, canvas.width, canvas.height - 170);
    let [dark, white] = [0, 0];
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] < 255) continue;
      if (Math.max(data[i], data[i + 1], data[i + 2]) < 60) dark++;
      if (Math.min(data[i], data[i + 1], data[i + 2]) > 250) white++;
    }
    return { dark, white };
  });

const url = (name: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`;

describe.skipIf(!browserFound)("regions and what a test found, in the page", () => {
  test("are outlined, each by its own switch, and a link keeps the switches", async () => {
    const page = await openPage(browser, place.file("labels.html"), problems);
    const both = await lines(page);
    await page.getByLabel("Outlines of regions").uncheck();
    await settled(page);
    const overlay = await lines(page);
    await page.getByLabel(/Outlines of clusters/).uncheck();
    await settled(page);
    const none = await lines(page);
    expect(both.dark).toBeGreaterThan(overlay.dark + 2000);
    expect(overlay.dark).toBeGreaterThan(none.dark + 300);
    expect(overlay.white).toBeGreaterThan(none.white + 300);
    expect(await page.evaluate(() => blmmViewer.link)).toContain("outlines=off&overlay=off");
    await page.context().close();
  });

  test("are named in the card, as text", async () => {
    const inside = map.lh.findIndex((value, v) => Math.abs(value) > 4 && at.lh[v] !== 3);
    const hostile = map.lh.findIndex((value, v) => !Number.isNaN(value) && at.lh[v] === 3);
    for (const [vertex, region, found] of [
      [inside, `region ${at.lh[inside]}`, true],
      [hostile, HOSTILE, Math.abs(map.lh[hostile]) >= 3],
    ] as const) {
      const link = `vertex=lh:${vertex}`;
      const page = await openPage(browser, place.file("labels.html"), problems, { link });
      const bold = await page.locator(".bv-card .bv-region").allTextContents();
      expect(bold[0]).toBe(region);
      expect(bold.length).toBe(found ? 2 : 1);
      if (found)
        expect(bold[1]).toMatch(/^clusters of \|value\| ≥ 3: cluster \d+: [\d,]+ vertices, [\d,]+ mm², peak/);
      expect(await page.evaluate(() => "hacked" in window)).toBe(false);
      await page.context().close();
    }
  });

  test("no error was said meanwhile", () => {
    expect(problems).toEqual([]);
  });
});

describe.skipIf(!browserFound)("what is wrong with a page's data is said in the view's place", () => {
  test("a map that is missing, or holds another number of values: a message, and the controls stay", async () => {
    const document = JSON.parse(readFileSync(place.file("folder/view.json"), "utf8"));
    const block = document.designs[0].statistics[0].volumes[0].values.lh.id;
    const file = place.file(`folder/blocks/${block}.gz`);
    const before = readFileSync(file);
    rmSync(file);
    const page = await openPage(browser, url("folder/index.html"), []);
    expect(await page.locator("[role=alert]").textContent()).toMatch(/values\.lh.*404 Not Found/);
    expect(await page.locator(".bv-controls select").count()).toBeGreaterThan(0);
    await page.context().close();
    writeFileSync(file, readFileSync(place.file("folder/blocks/values.rh.mask.gz")));
    const other = await openPage(browser, url("folder/index.html"), []);
    expect(await other.locator("[role=alert]").textContent()).toMatch(
      /found [\d.,]+ numbers, expected [\d,]+/,
    );
    await other.context().close();
    writeFileSync(file, before);
  });

  test("a document that is none, of another version, or without results", async () => {
    const file = place.file("folder/view.json");
    const before = readFileSync(file, "utf8");
    const document = JSON.parse(before);
    for (const [content, words] of [
      [{}, /Found other data; expected a BLMM view document/],
      [{ ...document, version: 9 }, /Found a view of version 9; this viewer reads version 1/],
      [{ ...document, designs: [] }, /Found a view without results/],
    ] as const) {
      writeFileSync(file, JSON.stringify(content));
      const page = await openPage(browser, url("folder/index.html"), []);
      expect(await page.locator("[role=alert]").textContent()).toMatch(words);
      await page.context().close();
    }
    writeFileSync(file, before);
  });

  test("a map of one value, and a threshold that nothing reaches, are said over the picture", async () => {
    const same = { lh: map.lh.map((value) => (Number.isNaN(value) ? value : 1)) };
    await writePage(place.file("same.html"), same, { title: "ones" });
    const page = await openPage(browser, place.file("same.html"), problems);
    expect(await page.locator(".bv-picture canvas").getAttribute("aria-label")).toContain("every value is 1");
    await page.context().close();
    const link = "threshold=99";
    const high = await openPage(browser, place.file("labels.html"), problems, { link });
    expect(await high.locator(".bv-picture canvas").getAttribute("aria-label")).toContain(
      "no value reaches the threshold",
    );
    await high.context().close();
  });
});
