/**
 * What a reader in JupyterLab waits for, in headless Chromium with software GL: first and second view, a picked vertex,
 * typed contrasts, answers beside a loop. `npm run bench -- lab`. Figures are of this machine and of what else runs on it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { fit, icosphere, openStudy, simulate, Table } from "../src/index";
import { launchBrowser } from "../tests/browser";
import { JupyterLab } from "../tests/kernel-extensions/lab/jupyterLab";
import { NotebookFolder, NotebookPage } from "../tests/kernel-extensions/lab/notebookPage";

const rows: [string, number, number][] = [];

/** Times what a reader waits for, beside the figure to reach, in seconds. */
async function timed(what: string, figure: number, work: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await work();
  const seconds = (performance.now() - started) / 1000;
  rows.push([what, seconds, figure]);
  process.stdout.write(`${what}: ${seconds.toFixed(2)} s\n`);
}

const data = mkdtempSync(path.join(tmpdir(), "blmm-lab-"));
const mesh = icosphere(5);
process.stdout.write("Simulating and fitting two designs on 10,242 vertices a side …\n");
await simulate({ outdir: data, subjects: 60, seed: 5, meshes: { lh: mesh, rh: mesh } });
for (const design of ["des1", "des2"])
  for (const side of ["lh", "rh"]) await fit(await openStudy(path.join(data, `${side}_${design}.yml`)));

const folder = new NotebookFolder(process.cwd());
const pair = (design: string) =>
  `{ ${["lh", "rh"]
    .map(
      (side) => `${side}: await openResults(${JSON.stringify(path.join(data, `results_${side}_${design}`))})`,
    )
    .join(", ")} }`;
const notebook = folder.write("bench.ipynb", [
  {
    source: `import { openResults, view } from "blmm";\nconst des1 = ${pair("des1")};\nconst des2 = ${pair("des2")};`,
  },
  { source: 'view([des1, des2], { contrast: "Sex", threshold: 2 })' },
  { source: 'view([des1, des2], { contrast: "NIHScore", threshold: 3 })' },
  { source: 'view([des1, des2], { contrast: "Sex", threshold: 4 })' },
  { source: "const until = Date.now() + 10_000;\nwhile (Date.now() < until) {}" },
]);
// Without a browser no server is started.
const browser = await launchBrowser();
const lab = await JupyterLab.start();
try {
  const page = await NotebookPage.open(lab, browser, notebook);
  // Looked for every 20 ms: a locator that has waited a while looks every half second.
  const pictured = (view: number) =>
    page.page.waitForFunction(
      (k) =>
        document.querySelectorAll(".blmm-view-output")[k]?.querySelector(".bv-picture canvas[aria-label]"),
      view,
      { polling: 20 },
    );
  const found = (what: string) =>
    page.page.waitForFunction((selector) => document.querySelector(selector), what, { polling: 20 });
  await page.runToEnd(0);
  // The page has made its context ready by then, as it does a moment after a notebook opens.
  await page.page.waitForTimeout(2000);
  await timed("view of two designs to the first picture", 2, async () => {
    await page.run(1);
    await pictured(0);
  });
  await page.ended(1);
  await timed("a second view, at once", 0.8, async () => {
    await page.run(2);
    await pictured(1);
  });
  await page.ended(2);
  // The page is still drawing when the second is asked for; a reader looks first.
  await page.page.waitForTimeout(1500);
  await timed("a third view, a moment later", 0.8, async () => {
    await page.run(3);
    await pictured(2);
  });
  await page.ended(3);
  const view = page.view(0);
  await view.root.locator(".bv-ask input").waitFor();
  await page.page.waitForTimeout(1000);
  await timed("first pick: numbers", 0.3, async () => {
    await view.peak();
    await found(".blmm-view-output .bv-card td");
  });
  await timed("first pick: charts, from there", 1, () =>
    view.root.locator(".bv-chart .main-svg").nth(4).waitFor(),
  );
  await timed("first typed contrast, T, both sides and designs", 0.8, async () => {
    await view.type("0.5*Sex + NIHScore");
    await view.shows("0.5*Sex + NIHScore — T statistic");
  });
  await timed("second typed contrast", 0.5, async () => {
    await view.type("Sex - NIHScore");
    await view.shows("Sex - NIHScore — T statistic");
  });
  await timed("two rows, F", 0.5, async () => {
    await view.type("Sex; NIHScore");
    await view.shows("F statistic");
  });
  await page.run(4);
  await page.page.waitForTimeout(500);
  await timed("typed contrast while a cell is in a loop", 0.5, async () => {
    await view.type("2*Sex");
    await view.shows("2*Sex");
  });
  process.stdout.write(
    `\n${new Table(
      `load ${loadavg()[0].toFixed(1)}; ${await page.contexts()} WebGL context`,
      ["what", "seconds", "figure to reach"],
      rows,
    )}\n`,
  );
} finally {
  await browser.close();
  await lab.stop();
  folder.remove();
  rmSync(data, { recursive: true });
}
