import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPage } from "../../scripts/buildBrowser.mjs";
import { fit, openStudy, view, writePage } from "../../src/index.js";
import type { Viewer } from "../../src/viewer/browser/viewer.js";
import { browserFound, launchBrowser } from "../browser.js";
import { differenceAt, pixelsOf } from "../picture.js";
import { simulatedStudy, Workspace } from "../workspace.js";
import { openPage, settled } from "./openPage.js";
import { smoothMap } from "./smoothMap.js";

const HOSTILE = '<img src=x onerror="window.hacked=1">';
const committed = path.join(
  path.dirname(fileURLToPath(import.meta.url)),
  "..",
  "fixtures",
  "viewer",
  "cortex.png",
);

declare const blmmViewer: Viewer;

const place = new Workspace();
const map = { lh: smoothMap("lh"), rh: smoothMap("rh") };
let browser: Browser;
const problems: string[] = [];

const open = (where: string, options: Parameters<typeof openPage>[3] = {}): Promise<Page> =>
  openPage(browser, where, problems, options);

beforeAll(async () => {
  await buildPage();
  await simulatedStudy(place, 60, 2);
  const yml = place.edit("lh_des1.yml", (text) => text.replace("name: Sex", `name: '${HOSTILE}'`));
  const results = await fit(await openStudy(yml));
  await writePage(place.file("study.html"), results, { title: HOSTILE, contrast: HOSTILE });
  await writePage(place.file("folder"), results);
  await writePage(place.file("map.html"), map, { title: "A smooth map", threshold: 2, range: 5 });
  if (browserFound) browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  place.remove();
});

test("the picture is the committed one, but for a few levels", async () => {
  const png = await view(map, { title: "A smooth map", threshold: 2, range: 5 }).png({
    width: 600,
    height: 400,
  });
  if (process.env.UPDATE_PICTURES === "1") {
    mkdirSync(path.dirname(committed), { recursive: true });
    writeFileSync(committed, png);
  }
  const [now, then] = [await pixelsOf(png), await pixelsOf(readFileSync(committed))];
  expect([now.width, now.height]).toEqual([then.width, then.height]);
  let over = 0;
  for (let y = 0; y < now.height; y++)
    for (let x = 0; x < now.width; x++) if (differenceAt(now, then, x, y) > 8) over++;
  expect(over).toBeLessThan(0.005 * now.width * now.height);
});

describe.skipIf(!browserFound)("the page in a browser", () => {
  test("opens with the network off and shows the map as its numbers say, at 400 vertices", async () => {
    const page = await open(place.file("map.html"));
    const found = await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>(".bv-picture canvas");
      const ctx = canvas?.getContext("2d");
      if (canvas === null || ctx === null || ctx === undefined) return undefined;
      const count = { red: 0, blue: 0, gray: 0, outside: 0 };
      const wrong: unknown[] = [];
      for (let k = 0; k < 6000 && Object.values(count).reduce((a, b) => a + b) < 400; k++) {
        const x = 30 + ((k * 97) % (canvas.clientWidth - 60));
        const y = 60 + ((k * 61) % (canvas.clientHeight - 180));
        const picked = blmmViewer.drawing.pickAt(x, y);
        const at =
          picked === undefined ? undefined : blmmViewer.drawing.seenAt(picked.hemisphere, picked.vertex)[0];
        if (picked === undefined || at === undefined) continue;
        const value = blmmViewer.valueAt(picked.hemisphere, picked.vertex);
        // At the very edge of the threshold a color is neither.
        if (Math.abs(Math.abs(value) - 2) < 0.3) continue;
        const ratio = canvas.width / canvas.clientWidth;
        const [r, , b] = ctx.getImageData(Math.round(at.x * ratio), Math.round(at.y * ratio), 1, 1).data;
        const seen = r - b > 25 ? "red" : b - r > 25 ? "blue" : "gray";
        const expected = Number.isNaN(value) ? "outside" : value > 2 ? "red" : value < -2 ? "blue" : "gray";
        if (seen === expected || (expected === "outside" && seen === "gray")) count[expected]++;
        else wrong.push([picked.vertex, value, r, b]);
      }
      return { count, wrong };
    });
    expect(found?.wrong).toEqual([]);
    expect(Object.values(found?.count ?? {}).reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(400);
    expect(Math.min(...Object.values(found?.count ?? {}))).toBeGreaterThan(5);
    await page.context().close();
  });

  test("names from the files are text in title, controls, card and charts", async () => {
    const page = await open(place.file("study.html"), { link: "vertex=lh:77" });
    await page.waitForSelector(".bv-chart .main-svg");
    await settled(page);
    expect(await page.title()).toBe(HOSTILE);
    expect(await page.evaluate(() => [document.images.length, "hacked" in window])).toEqual([0, false]);
    expect(await page.locator(".bv-card th", { hasText: HOSTILE }).count()).toBe(1);
    expect(await page.locator(".bv-chart .ytick text").allTextContents()).toContain(
      `${HOSTILE.slice(0, 23)}…`,
    );
    await page.context().close();
  });

  test("nothing is wrong for a screen reader, light and dark", async () => {
    // axe comes from outside, which the page's own policy forbids.
    const page = await open(place.file("study.html"), { link: "vertex=lh:77", bypassCSP: true });
    await page.waitForSelector(".bv-chart .main-svg");
    const axe = readFileSync(path.resolve("node_modules", "axe-core", "axe.min.js"), "utf8");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await settled(page);
      await page.evaluate(axe);
      const violations = await page.evaluate(
        "axe.run().then((found) => found.violations.map(({ id }) => id))",
      );
      expect(violations).toEqual([]);
    }
    await page.context().close();
  });

  test("Tab reaches every control, keys turn the brain, and a link brings all of it back", async () => {
    const page = await open(place.file("study.html"));
    const reached = new Set<string>();
    for (let k = 0; k < 80; k++) {
      await page.keyboard.press("Tab");
      reached.add(
        await page.evaluate(() => {
          const element = document.activeElement as HTMLElement;
          element.dataset.seen ??= `${Math.random()}`;
          return element.closest(".bv") === null ? "" : element.dataset.seen;
        }),
      );
    }
    const selector = ".bv button:not(:disabled), .bv select, .bv input, .bv summary, .bv canvas[tabindex]";
    reached.delete("");
    expect(reached.size).toBe(await page.locator(selector).count());
    await page.focus(".bv-picture canvas");
    for (const key of ["ArrowLeft", "]", "+"]) await page.keyboard.press(key);
    await settled(page);
    const link = await page.evaluate(() => blmmViewer.link);
    expect(link).toMatch(/threshold=.*zoom=.*turn\.lh-lateral=/);
    const again = await open(place.file("study.html"), { link });
    expect(await again.evaluate(() => blmmViewer.link)).toBe(link);
    await page.context().close();
    await again.context().close();
  });

  test("a lost graphics context leaves the picture and comes back", async () => {
    const page = await open(place.file("map.html"));
    const picture = () => page.evaluate(() => blmmViewer.drawing.copy(1).toDataURL());
    const before = await picture();
    const same = await page.evaluate(async () => {
      const gl = blmmViewer.renderer.canvas.getContext("webgl2");
      const lose = gl?.getExtension("WEBGL_lose_context");
      lose?.loseContext();
      await new Promise((resolve) => setTimeout(resolve, 300));
      const lost = blmmViewer.renderer.lost;
      lose?.restoreContext();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return lost;
    });
    expect(same).toBe(true);
    expect(await picture()).toBe(before);
    await page.context().close();
  });

  test("the folder form works from a web server", async () => {
    const server: Server = createServer((request, response) => {
      const name = decodeURIComponent((request.url ?? "/").split("?")[0]).replace(/\/$/, "/index.html");
      try {
        response.end(readFileSync(path.join(place.file("folder"), name)));
      } catch {
        response.writeHead(404).end();
      }
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const page = await open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await page.evaluate(() => blmmViewer.drawing.draws)).toBeGreaterThan(0);
    await page.context().close();
    server.close();
  });

  test("no error, and nothing against the page's own policy, was said meanwhile", () => {
    expect(problems.filter((problem) => !/favicon/.test(problem))).toEqual([]);
  });
});
