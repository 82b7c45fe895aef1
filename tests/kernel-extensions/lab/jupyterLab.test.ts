import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fit, icosphere, openStudy, plotSurface, simulate, view } from "../../../src/index.js";
import { browserFound, launchBrowser } from "../../browser.js";
import { smoothMap } from "../../page/smoothMap.js";
import { differenceAt, pixelsOf } from "../../picture.js";
import { volumeStudy } from "../../volumeStudy.js";
import { Workspace } from "../../workspace.js";
import { JupyterLab } from "./jupyterLab.js";
import { LiveView, NotebookFolder, NotebookPage } from "./notebookPage.js";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
const VIEW = "application/vnd.blmm.view+json";
const PLOTLY = "application/vnd.plotly.v1+json";

const HOSTILE = '<img src=x onerror="window.hacked=1">';
const committed = path.join(root, "tests", "fixtures", "viewer", "lab.png");

let folder: NotebookFolder;
let lab: JupyterLab;
let browser: Browser;
const errors: string[] = [];

async function open(notebook: string): Promise<Page> {
  const opened = await NotebookPage.open(lab, browser, notebook);
  opened.page.on("pageerror", (error) => errors.push(error.message));
  return opened.page;
}

describe.skipIf(!browserFound)("in JupyterLab", () => {
  beforeAll(async () => {
    folder = new NotebookFolder(root);
    [lab, browser] = [await JupyterLab.start(), await launchBrowser()];
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
    folder?.remove();
  });

  test("a saved notebook that nobody trusts shows its views and figures, and runs nothing", {
    timeout: 240_000,
  }, async () => {
    const map = view({ lh: smoothMap("lh"), rh: smoothMap("rh") }, { title: "<b>map</b>", threshold: 2 });
    const bundle = await map.toMimeBundle();
    const sphere = Float64Array.from({ length: 42 }, (_, v) => v - 20);
    const figure = await plotSurface(sphere, { mesh: icosphere(1) }).toMimeBundle();
    const notebook = folder.write("saved.ipynb", [
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
    const shown = new LiveView(page, page.locator(".blmm-view-output").first());
    await shown.words();
    const colors = await shown.colors();
    expect(colors.red).toBeGreaterThan(0.02);
    expect(colors.blue).toBeGreaterThan(0.02);
    await expectCommitted(await shown.png());
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
    const data = JSON.stringify(folder.file("data"));
    const notebook = folder.write("live.ipynb", [
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

  test("results at the end of a cell show both sides under their summary, and names from files stay text", {
    timeout: 300_000,
  }, async () => {
    const data = folder.file("hostile");
    const sphere = icosphere(2);
    await simulate({ outdir: data, subjects: 60, seed: 3, meshes: { lh: sphere, rh: sphere } });
    for (const side of ["lh", "rh"]) {
      const yml = path.join(data, `${side}_des1.yml`);
      const text = readFileSync(yml, "utf8").replace("name: Sex", `name: '${HOSTILE}'`);
      writeFileSync(yml, text.replace(/(f1:\n\s+name: )\S+/, `$1'${HOSTILE}'`));
    }
    const notebook = folder.write("results.ipynb", [
      {
        source: `import { fit, openStudy } from "blmm";
const study = (side: string) => openStudy(${JSON.stringify(data)} + "/" + side + "_des1.yml");
const results = await fit({ lh: await study("lh"), rh: await study("rh") });
results`,
      },
      { source: "results.lh.passing(2)" },
    ]);
    const opened = await NotebookPage.open(lab, browser, notebook);
    const { page } = opened;
    await opened.runToEnd(0);
    const view = opened.view();
    await view.shows("T statistic");
    const summary = page.locator(".blmm-summary");
    expect(await summary.locator("h4").allTextContents()).toEqual(["Left hemisphere", "Right hemisphere"]);
    const words = (await summary.textContent()) ?? "";
    for (const said of [
      "fixed effects",
      "singular fit",
      "fitted in",
      "in the mask",
      "Strongest effects",
      HOSTILE,
    ])
      expect(words).toContain(said);
    await view.press(HOSTILE);
    await view.shows(HOSTILE);
    await view.peak();
    expect((await view.row(HOSTILE)).T).toMatch(/^−?\d/);
    await expect
      .poll(() => page.locator(".bv-chart .main-svg").count(), { timeout: 60_000 })
      .toBeGreaterThan(5);
    await view.type(`2*${HOSTILE}`);
    await page.locator(".bv-notice").waitFor();
    // A table stays a table.
    await opened.runToEnd(1);
    expect(await opened.cell(1).locator("table").count()).toBeGreaterThan(0);
    expect(await opened.cell(1).locator(".bv").count()).toBe(0);
    // Neither in the page nor in what was saved did a name become markup.
    expect(await page.locator("img[src=x]").count()).toBe(0);
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
    await opened.save();
    const saved = JSON.parse(readFileSync(folder.file("results.ipynb"), "utf8"));
    const output = saved.cells[0].outputs.find(
      (one: { output_type: string }) => one.output_type === "execute_result",
    );
    const html = [output.data["text/html"]].flat().join("");
    expect(html).not.toContain("<img src=x");
    expect(html).toContain("&lt;img src=x");
    expect(html).toContain('<img alt="The cortex" src="data:image/webp;base64,');
    expect(output.data["image/png"].length).toBeGreaterThan(1000);
    await opened.close();
  });

  test("a volume: its slices, the card of a voxel, a typed contrast", { timeout: 180_000 }, async () => {
    const place = new Workspace();
    const { directory } = await fit(await openStudy(volumeStudy(place)));
    const notebook = folder.write("volume.ipynb", [
      {
        source: `import { openResults, view } from "blmm";
view(await openResults(${JSON.stringify(directory)}), { contrast: "Group", threshold: 2 })`,
      },
    ]);
    const opened = await NotebookPage.open(lab, browser, notebook);
    await opened.runToEnd(0);
    const slices = opened.view();
    await slices.shows("T statistic");
    await slices.peak();
    expect((await slices.row("Group")).T).toMatch(/^−?\d/);
    await slices.type("Intercept - 2*Group");
    await slices.shows("Intercept - 2*Group — T statistic");
    await opened.close();
    place.remove();
  });

  test("no error was thrown in the page meanwhile", () => {
    expect(errors).toEqual([]);
  });
});

/** The picture is the committed one, but for a few pixels: fonts and drivers differ a little. */
async function expectCommitted(png: Uint8Array): Promise<void> {
  if (process.env.UPDATE_PICTURES === "1") writeFileSync(committed, png);
  const [now, then] = [await pixelsOf(png), await pixelsOf(readFileSync(committed))];
  expect([now.width, now.height]).toEqual([then.width, then.height]);
  let over = 0;
  for (let y = 0; y < now.height; y++)
    for (let x = 0; x < now.width; x++) if (differenceAt(now, then, x, y) > 24) over++;
  expect(over).toBeLessThan(0.02 * now.width * now.height);
}
