import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fit, icosphere, openResults, openStudy, simulate, writePage } from "../../../src/index.js";
import { browserFound, launchBrowser } from "../../browser.js";
import { openPage } from "../../page/openPage.js";
import { Workspace } from "../../workspace.js";
import { JupyterLab } from "./jupyterLab.js";
import { LiveView, NotebookFolder, NotebookPage } from "./notebookPage.js";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..", "..");
const published = path.join(root, "..", "shared", "abcd-demo");
/** The contrasts of the simulated designs. */
const LABELS = ["Intercept", "Sex", "CrossSectionalAge", "LongitudinalTime", "NIHScore"];
/** Those of the published ones, which have no names in their directories. */
const CONTRASTS = ["Intercept", "Sex", "Age", "Time", "NIHScore"];

const place = new Workspace();
let folder: NotebookFolder;
let lab: JupyterLab;
let browser: Browser;

/** What a results directory's own file says at a vertex: read as bytes, past the library. */
function valueIn(directory: string, map: string, vertex: number, volume: number, vertices = 10_242): number {
  const bytes = readFileSync(path.join(directory, `blmm_vox_${map}.dat`));
  const volumes = bytes.length / 4 / vertices;
  return bytes.readFloatLE(4 * (vertex * volumes + volume));
}

/** The numbers of one contrast on screen are those of the files. */
async function expectNumbers(
  view: LiveView,
  directory: string,
  contrast: string,
  volume: number,
  vertex: number,
) {
  const row = await view.row(contrast);
  const shown = (column: string) => Number(row[column].replace("−", "-").replaceAll(",", ""));
  const of = (map: string) => valueIn(directory, map, vertex, volume);
  expect(row.T.replace("−", "-")).toBe(of("conT").toFixed(2));
  expect(shown("Lβ")).toBeCloseTo(of("con"), 3 - Math.ceil(Math.log10(Math.abs(of("con")))));
  expect(shown("SE")).toBeCloseTo(of("conSE"), 3 - Math.ceil(Math.log10(of("conSE"))));
  expect(shown("df")).toBe(Math.round(of("conT_swedf")));
}

/** A vertex inside the mask of a results directory. */
function insideOf(directory: string): number {
  const mask = readFileSync(path.join(directory, "blmm_vox_mask.dat"));
  for (let v = 5000; ; v++) if (mask.readInt32LE(4 * v) !== 0) return v;
}

const directoryOf = (side: string, design: string) => place.file(`results_${side}_${design}`);
const opened = (at: (side: string) => string, options = "") =>
  `{ lh: await openResults(${JSON.stringify(at("lh"))}${options}), rh: await openResults(${JSON.stringify(at("rh"))}${options}) }`;

beforeAll(async () => {
  if (!browserFound) return;
  folder = new NotebookFolder(root);
  const mesh = icosphere(5);
  await simulate({ outdir: place.folder, subjects: 40, seed: 5, meshes: { lh: mesh, rh: mesh } });
  for (const design of ["des1", "des1r"])
    for (const side of ["lh", "rh"]) await fit(await openStudy(place.file(`${side}_${design}.yml`)));
  [lab, browser] = [await JupyterLab.start(), await launchBrowser()];
}, 600_000);
afterAll(async () => {
  await browser?.close();
  await lab?.stop();
  folder?.remove();
  place.remove();
});

describe.skipIf(!browserFound)("a reader in JupyterLab", () => {
  test("switches design, statistic, contrast, threshold and surface, picks vertices, types contrasts", {
    timeout: 400_000,
  }, async () => {
    const pairs = ["des1", "des1r"].map(
      (design) => `const ${design} = ${opened((side) => directoryOf(side, design))};`,
    );
    const notebook = folder.write("drive.ipynb", [
      { source: `import { openResults, view } from "blmm";\n${pairs.join("\n")}` },
      { source: `view([des1, des1r], { contrast: "Sex", threshold: 2 })` },
      { source: "const until = Date.now() + 15_000;\nwhile (Date.now() < until) {}" },
    ]);
    const page = await NotebookPage.open(lab, browser, notebook);
    await page.runToEnd(0);
    await page.runToEnd(1);
    const view = page.view();
    await view.shows(/Sex — T statistic, des1: random Intercept/);
    const first = await view.colors();
    expect(first.drawn).toBeGreaterThan(0.25);
    expect(Math.min(first.red, first.blue)).toBeGreaterThan(0.002);

    await view.choose("Design", "des1r: random Intercept by subject");
    await view.shows("des1r: random Intercept");
    await view.press("NIHScore");
    await view.shows("NIHScore — T statistic");
    await view.choose("Statistic", "Residual variance σ²");
    await view.shows("residual variance σ²");
    await view.choose("Statistic", "T statistic");
    await view.press("Sex");
    await view.shows("Sex — T statistic");
    // Nothing of a simulated map passes this: only gray is left.
    await view.threshold(40);
    await expect.poll(async () => (await view.colors()).red, { timeout: 30_000 }).toBeLessThan(0.0005);
    await view.threshold(2);
    await view.press("Pial");
    await view.pressed("Pial");
    await expect.poll(async () => (await view.colors()).red, { timeout: 30_000 }).toBeGreaterThan(0.001);

    await view.peak();
    const directory = directoryOf("lh", "des1r");
    const vertex = insideOf(directory);
    await view.pick(vertex, "lh");
    const { labels } = (await openResults(directory)).map("conT");
    for (const contrast of ["Sex", "NIHScore"])
      await expectNumbers(view, directory, contrast, labels.indexOf(contrast), vertex);
    await expect
      .poll(() => view.root.locator(".bv-chart .main-svg").count(), { timeout: 60_000 })
      .toBeGreaterThan(5);

    // A typed contrast that the fit has too is its map: T on screen is T in the file.
    await view.type("1*Sex");
    await view.shows("1*Sex — T statistic");
    await expect
      .poll(async () => (await view.row("1*Sex")).T, { timeout: 30_000 })
      .toBe((await view.row("Sex")).T);

    // The loop of a cell holds up nothing that a view asks.
    await page.run(2);
    await page.cell(2).locator(".jp-InputPrompt").filter({ hasText: "[*]" }).waitFor();
    await view.type("0.5*Sex + NIHScore");
    await view.shows("0.5*Sex + NIHScore — T statistic", 12);
    await view.pick(vertex + 1, "lh");
    await view.choose("Design", "des1: random Intercept by subject");
    await view.shows("des1: random Intercept", 12);
    expect(await page.cell(2).locator(".jp-InputPrompt").textContent()).toContain("*");
    await page.ended(2);

    // One context for all views; a lost one comes back.
    expect(await page.contexts()).toBe(1);
    await page.loseContext();
    await view.press("Inflated");
    await expect.poll(async () => (await view.colors()).drawn, { timeout: 30_000 }).toBeGreaterThan(0.25);

    // The runner dies: that is said, the picture stays, and the cell run again is live.
    const wordsBefore = await view.words();
    await page.type(2, "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});");
    await page.run(2);
    await view.root.locator(".bv-offline:not([hidden])").waitFor();
    expect(await view.words()).toBe(wordsBefore);
    expect((await view.colors()).drawn).toBeGreaterThan(0.25);
    await page.runToEnd(0);
    await page.runToEnd(1);
    await page.view().root.locator(".bv-ask input").waitFor();
    await page.view().type("2*Sex");
    await page.view().shows("2*Sex — T statistic");
    expect(await page.view().root.locator(".bv-offline:not([hidden])").count()).toBe(0);
    expect(page.errors).toEqual([]);
    await page.close();
  });

  test("sees thirty views of one notebook, and all of them stay drawn", { timeout: 400_000 }, async () => {
    const notebook = folder.write("thirty.ipynb", [
      {
        source: `import { openResults, view } from "blmm";\nconst des1 = ${opened((side) => directoryOf(side, "des1"))};`,
      },
      ...Array.from({ length: 30 }, (_, k) => ({
        source: `view(des1, { contrast: ${k % 5}, threshold: ${(k % 3) + 1} })`,
      })),
    ]);
    const page = await NotebookPage.open(lab, browser, notebook, 1400);
    await page.runAll();
    await page.page
      .locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
      .waitFor({ state: "attached" });
    const seen = async (k: number) => {
      const view = await page.scrollTo(k + 1);
      await expect.poll(async () => (await view.colors()).drawn, { timeout: 60_000 }).toBeGreaterThan(0.2);
      return (await view.words()).includes(`${LABELS[k % 5]} — T statistic, des1`);
    };
    for (let k = 0; k < 30; k++) expect(await seen(k)).toBe(true);
    // Back again: what has been out of sight is still drawn.
    for (const k of [20, 10, 0]) expect(await seen(k)).toBe(true);
    expect(await page.contexts()).toBe(1);
    expect(page.errors).toEqual([]);
    await page.close();
  });
});

describe.skipIf(!browserFound)("a reader of the exported page", () => {
  test("finds the numbers of the files", { timeout: 240_000 }, async () => {
    const file = place.file("page.html");
    const directory = directoryOf("lh", "des1");
    await writePage(file, [
      { lh: await openResults(directory), rh: await openResults(directoryOf("rh", "des1")) },
      {
        lh: await openResults(directoryOf("lh", "des1r")),
        rh: await openResults(directoryOf("rh", "des1r")),
      },
    ]);
    await driveExported(file, directory, "NIHScore", "des1r: random Intercept by subject");
  });
});

if (!existsSync(published)) console.warn(`SKIPPED: the published ABCD maps are not in ${published}.`);
describe.skipIf(!browserFound || !existsSync(published))("on the published ABCD maps", () => {
  const at = (design: string) => (side: string) => path.join(published, `results_${side}_${design}`);
  const names = `, { contrasts: ${JSON.stringify(CONTRASTS)} }`;

  test("JupyterLab shows both designs and the comparison, with the numbers of the files", {
    timeout: 300_000,
  }, async () => {
    const notebook = folder.write("abcd.ipynb", [
      {
        source: `import { openResults, view } from "blmm";
const des1 = ${opened(at("des1"), names)};
const des2 = ${opened(at("des2"), names)};
const compared = ${opened(at("compare"))};`,
      },
      { source: `view([des1, des2, compared], { contrast: "Sex", threshold: 2 })` },
    ]);
    const page = await NotebookPage.open(lab, browser, notebook);
    await page.runToEnd(0);
    await page.runToEnd(1);
    const view = page.view();
    await view.shows("Sex — T statistic");
    const colors = await view.colors();
    expect(Math.min(colors.red, colors.blue)).toBeGreaterThan(0.004);
    await view.peak();
    const directory = at("des1")("lh");
    const vertex = insideOf(directory);
    await view.pick(vertex, "lh");
    await expectNumbers(view, directory, "Sex", 1, vertex);
    // Maps that another program wrote have no estimates, and that is said.
    await view.type("Sex + Age");
    await view.root.locator(".bv-notice").waitFor();
    expect(await view.root.locator(".bv-notice").textContent()).toMatch(/without the estimates/);
    await view.choose("Design", "compare: likelihood-ratio test");
    await view.shows(/likelihood-ratio/);
    expect(page.errors).toEqual([]);
    await page.close();
  });

  test("the exported page has the numbers of the files", { timeout: 240_000 }, async () => {
    const file = place.file("abcd.html");
    const both = async (design: string) => ({
      lh: await openResults(at(design)("lh"), { contrasts: CONTRASTS }),
      rh: await openResults(at(design)("rh"), { contrasts: CONTRASTS }),
    });
    await writePage(file, [await both("des1"), await both("des2"), await both("compare")]);
    await driveExported(file, at("des1")("lh"), "NIHScore", "des2: random intercept and slope");
  });
});

/** Switches contrast, surface and design of a page, and compares the card with the files of its first design. */
async function driveExported(
  file: string,
  directory: string,
  contrast: string,
  other: string,
): Promise<void> {
  const problems: string[] = [];
  const page = await openPage(browser, file, problems);
  const view = new LiveView(page, page.locator("body"));
  await view.words();
  await view.press(contrast);
  await view.shows(`${contrast} — T statistic`);
  await view.peak();
  const vertex = insideOf(directory);
  await view.pick(vertex, "lh");
  const volume = directory.startsWith(published)
    ? CONTRASTS.indexOf(contrast)
    : (await openResults(directory)).map("conT").labels.indexOf(contrast);
  await expectNumbers(view, directory, contrast, volume, vertex);
  await view.press("White");
  await view.pressed("White");
  expect((await view.colors()).drawn).toBeGreaterThan(0.2);
  await view.choose("Design", other);
  await view.shows(other);
  expect(problems.filter((problem) => !/favicon/.test(problem))).toEqual([]);
  await page.close();
}
