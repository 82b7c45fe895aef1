import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import type { Viewer } from "../../src/viewer/browser/viewer.js";

declare const blmmViewer: Viewer;

/** Opens a page of ours, with the network off for a file, and waits for its picture or its message. */
export async function openPage(
  browser: Browser,
  where: string,
  problems: string[],
  options: {
    readonly link?: string;
    readonly viewport?: { width: number; height: number };
    readonly bypassCSP?: boolean;
  } = {},
): Promise<Page> {
  const { link = "", viewport = { width: 1492, height: 800 }, bypassCSP = false } = options;
  const isFile = !where.startsWith("http");
  const context = await browser.newContext({ viewport, offline: isFile, bypassCSP });
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  const url = isFile ? pathToFileURL(where).href : where;
  await page.goto(link === "" ? url : `${url}#${link}`);
  // The page's own policy allows no `eval`, by which playwright would wait.
  for (let k = 0; k < 200; k++) {
    const ready = await page.evaluate(
      () => (window.blmmViewer?.drawing.draws ?? 0) > 0 || document.querySelector("[role=alert]") !== null,
    );
    if (ready) break;
    await page.waitForTimeout(100);
  }
  await settled(page);
  return page;
}

/** Until nothing is drawn any more. */
export async function settled(page: Page): Promise<void> {
  for (let before = -1, now = -2; before !== now; ) {
    before = now;
    await page.waitForTimeout(500);
    now = await page.evaluate(() => {
      const viewer = window.blmmViewer;
      // Where a message stands, nothing more comes.
      if (viewer === undefined || document.querySelector("[role=alert]") !== null) return 0;
      return viewer.busy ? -Math.random() : viewer.drawing.draws;
    });
  }
}
