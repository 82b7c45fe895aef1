/**
 * The viewer's times and sizes: pages, pictures without a browser, and the live view in Chromium with software GL.
 * `npm run bench -- viewer`. Figures are of this machine and of what else runs on it.
 */
import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { loadavg } from "node:os";
import path from "node:path";
import {
  compare,
  fit,
  fsaverage5File,
  icosphere,
  type Mesh,
  openResults,
  openStudy,
  type Results,
  readMesh,
  simulate,
  Table,
  view,
  writePage,
} from "blmm";
import type { Browser, Page } from "playwright-core";
import type { Viewer } from "../src/viewer/browser/viewer.js";
import { launchBrowser } from "../tests/browser.js";
import { openPage } from "../tests/page/openPage.js";

declare const blmmViewer: Viewer;
type Pair = { lh: Results; rh: Results };
type Row = [what: string, asked: string, measured: string];

const folder = path.resolve(".cache", "bench-viewer");
const file = (name: string) => path.join(folder, name);
const rows: Row[] = [];
const row = (...cells: Row) => {
  rows.push(cells);
  process.stdout.write(`${cells[0]}: ${cells[2]}\n`);
};
const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Both hemispheres of Design 1, Design 2 and their comparison, on fsaverage5; fitted once. */
async function designs(): Promise<{ des1: Pair; des2: Pair; lrt: Pair }> {
  if (!existsSync(file("rh_des2.yml"))) {
    mkdirSync(folder, { recursive: true });
    const mesh = (side: "lh" | "rh") => readMesh(fsaverage5File("pial", side));
    await simulate({ outdir: folder, subjects: 120, meshes: { lh: mesh("lh"), rh: mesh("rh") } });
  }
  const fitted = async (name: string) => {
    const directory = file(`results_${name}`);
    return existsSync(directory) ? openResults(directory) : fit(await openStudy(file(`${name}.yml`)));
  };
  const pair = async (design: string): Promise<Pair> => ({
    lh: await fitted(`lh_${design}`),
    rh: await fitted(`rh_${design}`),
  });
  const [des1, des1r, des2] = [await pair("des1"), await pair("des1r"), await pair("des2")];
  return { des1, des2, lrt: { lh: compare(des1r.lh, des2.lh), rh: compare(des1r.rh, des2.rh) } };
}

const megabytes = (name: string) => `${(statSync(file(name)).size / 1e6).toFixed(1)} MB`;

async function pages({ des1, des2, lrt }: Awaited<ReturnType<typeof designs>>): Promise<void> {
  await writePage(file("one.html"), des1, { contrast: "Intercept" });
  row("page of one design, five contrasts, every statistic", "< 7 MB", megabytes("one.html"));
  await writePage(file("three.html"), [des1, des2, lrt], { contrast: "Intercept" });
  row("page of designs 1, 2 and comparison", "< 12 MB", megabytes("three.html"));
}

async function pictures({ des1 }: { des1: Pair }): Promise<void> {
  const times: number[] = [];
  for (const contrast of ["Intercept", "Sex", "NIHScore", "Intercept", "Sex"]) {
    const started = performance.now();
    await view(des1, { contrast }).png({ width: 1200, height: 800 });
    times.push(performance.now() - started);
  }
  row("PNG of 1200 × 800 without a browser, the first", "600 ms", ms(times[0]));
  row("PNG, later ones, median", "600 ms", ms(median(times.slice(1))));
}

/** Changes the state of the view and waits until its pixels can be read: median and best of nine. */
async function changes(page: Page, patches: readonly object[]): Promise<{ drawn: string; script: number }> {
  const found = await page.evaluate(async (all) => {
    const element = document.querySelector(".bv");
    const canvas = document.querySelector<HTMLCanvasElement>(".bv-picture canvas");
    const drawn: number[] = [];
    const script: number[] = [];
    for (let k = 0; k < 9; k++) {
      const done = new Promise((resolve) => element?.addEventListener("blmm-drawn", resolve, { once: true }));
      const started = performance.now();
      blmmViewer.set(all[k % all.length]);
      await done;
      canvas?.getContext("2d")?.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1);
      drawn.push(performance.now() - started);
      script.push(blmmViewer.drawing.timings.script);
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    return { drawn, script };
  }, patches);
  return {
    drawn: `${ms(median(found.drawn))} (best ${ms(Math.min(...found.drawn))})`,
    script: median(found.script),
  };
}

/** Frames a second while the brain turns, as by a drag. */
function turning(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const element = document.querySelector(".bv");
    const canvas = document.querySelector<HTMLCanvasElement>(".bv-picture canvas");
    const started = performance.now();
    let frames = 0;
    for (; performance.now() - started < 4000; frames++) {
      const done = new Promise((resolve) => element?.addEventListener("blmm-drawn", resolve, { once: true }));
      const turn = [frames * 4, 0] as const;
      blmmViewer.drawing.keepMoving();
      blmmViewer.set({
        turns: { "lh-lateral": turn, "lh-medial": turn, "rh-lateral": turn, "rh-medial": turn },
      });
      await done;
      canvas?.getContext("2d")?.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1);
    }
    return (1000 * frames) / (performance.now() - started);
  });
}

async function opened(
  browser: Browser,
  name: string,
): Promise<{ page: Page; seconds: number; start: number }> {
  // Picture of 1200 × 800, the controls beside it.
  const page = await openPage(browser, file(name), [], { viewport: { width: 1492, height: 800 } });
  const [seconds, start] = await page.evaluate(() => [
    blmmViewer.drawing.firstAt / 1000,
    blmmViewer.drawing.timings.firstPicture,
  ]);
  return { page, seconds, start };
}

async function live(browser: Browser): Promise<void> {
  const { page, seconds, start } = await opened(browser, "three.html");
  row("page of three designs: navigation to first picture", "1 s", `${seconds.toFixed(2)} s`);
  row("of it the viewer", "–", ms(start));
  const threshold = await changes(page, [{ threshold: 2.5 }, { threshold: 3 }]);
  row("threshold: script", "5 ms", ms(threshold.script));
  row("threshold: drawn", "250 ms", threshold.drawn);
  row("contrast: drawn", "300 ms", (await changes(page, [{ volume: "Sex" }, { volume: "NIHScore" }])).drawn);
  row(
    "statistic: drawn",
    "300 ms",
    (await changes(page, [{ statistic: "beta" }, { statistic: "sigma2" }])).drawn,
  );
  row("design: drawn", "300 ms", (await changes(page, [{ design: "des2" }, { design: "des1" }])).drawn);
  await page.emulateMedia({ reducedMotion: "reduce" });
  row("surface: drawn", "300 ms", (await changes(page, [{ surface: 1 }, { surface: 2 }])).drawn);
  row("turning", "–", `${(await turning(page)).toFixed(1)} frames/s`);
  await page.context().close();
}

/** An icosphere of level 7, as many vertices as fsaverage7, with folds. */
function folded(): Mesh {
  const { vertices, faces } = icosphere(7);
  const out = new Float32Array(vertices.length);
  for (let i = 0; i < vertices.length; i += 3) {
    const [x, y, z] = [vertices[i], vertices[i + 1], vertices[i + 2]];
    const depth = 0.6 + 0.05 * Math.sin(x / 5) * Math.sin(y / 6) * Math.cos(z / 5);
    out.set([x * depth * 0.6, y * depth, z * depth * 0.8], i);
  }
  return { vertices: out, faces };
}

async function large(browser: Browser): Promise<void> {
  const mesh = folded();
  const values = Float64Array.from(
    { length: mesh.vertices.length / 3 },
    (_, v) => 4 * Math.sin(mesh.vertices[3 * v + 1] / 9) * Math.cos(mesh.vertices[3 * v + 2] / 8),
  );
  const started = performance.now();
  await writePage(
    file("large.html"),
    { lh: values, rh: values },
    { mesh: { lh: mesh, rh: mesh }, threshold: 2 },
  );
  row(
    "page of 327,684 vertices: written",
    "–",
    `${ms(performance.now() - started)}, ${megabytes("large.html")}`,
  );
  const { page, seconds } = await opened(browser, "large.html");
  row("page of 327,684 vertices: navigation to first picture", "10 s", `${seconds.toFixed(2)} s`);
  row("327,684 vertices: turning", "> 5 frames/s", `${(await turning(page)).toFixed(1)} frames/s`);
  row(
    "327,684 vertices: threshold drawn",
    "–",
    (await changes(page, [{ threshold: 1 }, { threshold: 3 }])).drawn,
  );
  await page.context().close();
}

const all = await designs();
await pages(all);
await pictures(all);
const browser = await launchBrowser();
await live(browser);
await large(browser);
await browser.close();
for (const name of ["one.html", "three.html", "large.html"]) rmSync(file(name));
process.stdout.write(
  `\n${new Table(`load ${loadavg()[0].toFixed(1)}`, ["what", "asked", "measured"], rows)}\n`,
);
