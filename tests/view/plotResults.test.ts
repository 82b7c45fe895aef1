import { readdirSync, readFileSync } from "node:fs";
import { loadImage } from "@napi-rs/canvas";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDesigns } from "../../src/document/openDesigns.js";
import { compare, fit, openStudy } from "../../src/index.js";
import { plotResults } from "../../src/view/plotResults.js";
import { annotation } from "../annotation.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
const directories: string[] = [];

beforeAll(async () => {
  await simulatedStudy(place, 60, 1);
  for (const side of ["lh", "rh"]) {
    const fits = [];
    for (const design of ["des1r", "des2"]) {
      const results = await fit(await openStudy(place.file(`${side}_${design}.yml`)));
      fits.push(results);
      directories.push(results.directory ?? "");
    }
    const comparison = place.file(`results_${side}_compare`);
    compare(fits[0], fits[1], { outdir: comparison });
    directories.push(comparison);
  }
});
afterAll(() => place.remove());

test("directories are paired by hemisphere, and each design gets its pictures", async () => {
  const designs = await openDesigns(directories);
  expect(designs.map(({ key, results }) => [key, Object.keys(results)])).toEqual([
    ["des1r", ["lh", "rh"]],
    ["des2", ["lh", "rh"]],
    ["compare", ["lh", "rh"]],
  ]);
  await plotResults(designs, place.file("pictures"), { contrast: "Sex" });
  expect(readdirSync(place.file("pictures")).sort()).toEqual([
    "compare-comparison.png",
    "des1r-T.png",
    "des1r-contrasts.png",
    "des1r-statistics.png",
    "des2-T.png",
    "des2-contrasts.png",
    "des2-statistics.png",
  ]);
  const image = await loadImage(readFileSync(place.file("pictures/des2-T.png")));
  expect([image.width, image.height]).toEqual([1200, 800]);
});

test("a link of the viewer is drawn as it stands", async () => {
  const designs = await openDesigns(directories.slice(0, 1));
  const links = ["page.html#statistic=beta&contrast=Sex&view=dorsal", "statistic=sigma2"];
  await plotResults(designs, place.file("states"), { states: links, theme: "dark" });
  const [first, second] = ["state-1.png", "state-2.png"].map((name) =>
    readFileSync(place.file(`states/${name}`)),
  );
  expect(first.equals(second)).toBe(false);
});

test("every picture is drawn as SVG or PDF too, and with regions outlined", async () => {
  const designs = await openDesigns(directories.filter((name) => name.includes("des2")));
  const labels = Int32Array.from({ length: 42 }, (_, v) => v % 3);
  place.write("lh.three.annot", annotation(["one", "two", "three"], labels));
  place.write("rh.three.annot", annotation(["one", "two", "three"], labels));
  const regions = { lh: place.file("lh.three.annot"), rh: place.file("rh.three.annot") };
  await plotResults(designs, place.file("vectors"), { contrast: "Sex", format: "svg", regions });
  await plotResults(designs, place.file("vectors"), { states: ["statistic=beta"], format: "pdf" });
  expect(readdirSync(place.file("vectors")).sort()).toEqual([
    "des2-T.svg",
    "des2-contrasts.svg",
    "des2-statistics.svg",
    "state-1.pdf",
  ]);
  await plotResults(designs, place.file("plain"), { contrast: "Sex", format: "svg" });
  const paths = (name: string) => readFileSync(place.file(name), "utf8").length;
  expect(paths("vectors/des2-T.svg")).toBeGreaterThan(paths("plain/des2-T.svg"));
});
