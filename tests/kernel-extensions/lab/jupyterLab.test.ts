import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { icosphere, plotSurface, view } from "../../../src/index.js";
import { browserFound, launchBrowser } from "../../browser.js";
import { smoothMap } from "../../page/smoothMap.js";
import { JupyterLab } from "./jupyterLab.js";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
/** Below the checkout, where the server finds it; git ignores it. */
const folder = path.join("study", `lab-test-${process.pid}`);
const VIEW = "application/vnd.blmm.view+json";
const PLOTLY = "application/vnd.plotly.v1+json";

function writeNotebook(name: string, cells: readonly { source: string; data?: object }[]): string {
  const notebook = {
    cells: cells.map(({ source, data }, k) => ({
      cell_type: "code",
      execution_count: null,
      id: `cell-${k}`,
      metadata: {},
      source,
      outputs: data === undefined ? [] : [{ output_type: "display_data", metadata: {}, data }],
    })),
    metadata: { kernelspec: { name: "blmm", display_name: "BLMM", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(path.join(root, folder, name), JSON.stringify(notebook));
  return path.posix.join(...folder.split(path.sep), name);
}

let lab: JupyterLab;
let browser: Browser;
const errors: string[] = [];

async function open(notebook: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1400, height: 3000 } })).newPage();
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(lab.address(notebook));
  await page.waitForSelector(".jp-Notebook .jp-Cell", { timeout: 90_000 });
  return page;
}

describe.skipIf(!browserFound)("in JupyterLab", () => {
  beforeAll(async () => {
    mkdirSync(path.join(root, folder), { recursive: true });
    [lab, browser] = [await JupyterLab.start(), await launchBrowser()];
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
    rmSync(path.join(root, folder), { recursive: true, force: true });
  });

  test("a saved notebook that nobody trusts shows its views and figures, and runs nothing", {
    timeout: 240_000,
  }, async () => {
    const map = view({ lh: smoothMap("lh"), rh: smoothMap("rh") }, { title: "<b>map</b>", threshold: 2 });
    const bundle = await map.toMimeBundle();
    const sphere = Float64Array.from({ length: 42 }, (_, v) => v - 20);
    const figure = await plotSurface(sphere, { mesh: icosphere(1) }).toMimeBundle();
    const notebook = writeNotebook("saved.ipynb", [
      { source: "view", data: bundle },
      { source: "figure", data: { [PLOTLY]: figure[PLOTLY], "text/plain": "figure" } },
      {
        source: "script",
        data: { "text/html": "<script>window.hacked = 1</script>", "text/plain": "script" },
      },
      { source: "broken", data: { ...bundle, [VIEW]: { format: "blmm-view", version: 2 } } },
      { source: "no figure", data: { [PLOTLY]: { nothing: 1 }, "text/plain": "figure" } },
    ]);
    const page = await open(notebook);
    await page.waitForSelector(".bv-picture canvas[aria-label*='map']", { timeout: 60_000 });
    await page.waitForSelector(".blmm-plotly-output .gl-container canvas", { timeout: 60_000 });
    // fsaverage5 came with the extension, not with the notebook.
    expect(JSON.stringify(bundle[VIEW]).length).toBeLessThan(200_000);
    expect(await page.locator(".bv-picture b, .bv-controls b").count()).toBe(0);
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
    const canvas = page.locator(".bv-picture canvas").first();
    const colors = await canvas.evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      const data =
        (element as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
      let [red, blue] = [0, 0];
      for (let i = 0; i < data.length; i += 4) {
        if (data[i] - data[i + 2] > 60) red++;
        if (data[i + 2] - data[i] > 60) blue++;
      }
      return { red: red / (width * height), blue: blue / (width * height) };
    });
    expect(colors.red).toBeGreaterThan(0.02);
    expect(colors.blue).toBeGreaterThan(0.02);
    const words = await page.locator(".jp-OutputArea [role=alert]").allTextContents();
    expect(words).toContain("Found a view of version 2; this viewer reads version 1. Update the extension.");
    expect(words).toContain("Found no list of traces; expected a plotly figure { data, layout }.");
    // Under the message stands the picture that the cell left.
    expect(await page.locator("img[alt='The view as the cell left it']").count()).toBe(1);
    await page.context().close();
  });

  test("a live view computes typed contrasts, a vertex's numbers and its charts, and outlives its kernel", {
    timeout: 300_000,
  }, async () => {
    const data = JSON.stringify(path.join(root, folder, "data"));
    const notebook = writeNotebook("live.ipynb", [
      {
        source: `import { fit, icosphere, openStudy, simulate, view } from "blmm";
const meshes = { lh: icosphere(2), rh: icosphere(2) };
await simulate({ outdir: ${data}, subjects: 60, seed: 3, meshes });
const lh = await fit(await openStudy(${data} + "/lh_des1.yml"));
const rh = await fit(await openStudy(${data} + "/rh_des1.yml"));
view({ lh, rh }, { contrast: "Sex" })`,
      },
    ]);
    const page = await open(notebook);
    await page.click(".jp-Cell");
    await page.click(".lm-MenuBar-itemLabel >> text=Run");
    await page.click(".lm-Menu-itemLabel >> text='Run All Cells'");
    const words = () => page.locator(".bv-picture canvas").getAttribute("aria-label");
    const type = async (contrast: string) => {
      await page.fill(".bv-ask input", contrast);
      await page.press(".bv-ask input", "Enter");
    };
    await page.waitForSelector(".bv-ask input", { timeout: 120_000 });
    expect(await words()).toContain("Sex — T statistic");
    await type("0.5*Sex + NIHScore");
    await expect.poll(words, { timeout: 30_000 }).toContain("0.5*Sex + NIHScore — T statistic");
    await type("Sex; NIHScore");
    await expect.poll(words, { timeout: 30_000 }).toContain("Sex; NIHScore — F statistic");
    await type("Sexx");
    await page.waitForSelector(".bv-notice", { timeout: 30_000 });
    expect(await page.textContent(".bv-notice")).toMatch(/Sexx.*Sex/);
    await page.click(".bv-actions button >> nth=0");
    await page.waitForSelector(".bv-card td", { timeout: 30_000 });
    expect(await page.locator(".bv-card th", { hasText: "0.5*Sex + NIHScore" }).count()).toBe(1);
    await expect
      .poll(() => page.locator(".bv-chart .main-svg").count(), { timeout: 60_000 })
      .toBeGreaterThan(3);
    // A restarted kernel does not know the view: that is said, and the picture stays.
    await page.click(".lm-MenuBar-itemLabel >> text=Kernel");
    await page.click(".lm-Menu-itemLabel >> text=/^Restart Kernel…$/");
    await page.click(".jp-Dialog .jp-mod-accept");
    await page.waitForSelector(".bv-offline:not([hidden])", { timeout: 60_000 });
    expect(await page.locator(".bv-ask").count()).toBe(0);
    expect(await words()).toContain("F statistic");
    await page.context().close();
  });

  test("no error was thrown in the page meanwhile", () => {
    expect(errors).toEqual([]);
  });
});
