import { cpSync, readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compare } from "../../src/compare.js";
import { openStudy } from "../../src/design/index.js";
import { outsideSpan, sketchOf } from "../../src/design/sketch.js";
import { fit } from "../../src/fit.js";
import { openResults } from "../../src/results/openResults.js";
import type { Results } from "../../src/results/results.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
let full: Results;
let reduced: Results;
beforeAll(async () => {
  await simulatedStudy(place, 60, 1);
  full = await fitted("lh_des2.yml");
  reduced = await fitted("lh_des1r.yml");
});
afterAll(() => place.remove());

const fitted = async (yml: string) => fit(await openStudy(place.file(yml)), { outdir: false });
const text = (name: string) => readFileSync(place.file(name), "utf8");
/** The reduced model with something changed in its yml. */
const variant = (name: string, change: (yml: string) => string) => {
  place.write(name, change(text("lh_des1r.yml")));
  return fitted(name);
};

describe("what decides whether fits are comparable", () => {
  test("not the path of the images: the same ones elsewhere are, with a note", async () => {
    cpSync(place.file("lh"), place.file("elsewhere"), { recursive: true });
    place.write("elsewhere.txt", text("lh_des1r_images.txt").replaceAll(/^(.*)lh\//gm, "$1elsewhere/"));
    const moved = await variant("elsewhere.yml", (yml) =>
      yml.replace("lh_des1r_images.txt", "elsewhere.txt"),
    );
    expect(compare(moved, full).map("Chi2").data).toEqual(compare(reduced, full).map("Chi2").data);
    expect(compare(moved, full).info.warnings).toEqual([
      "The images were read from other places; what they contained is the same.",
    ]);
    expect(compare(reduced, full).info.warnings).toEqual([]);
  });

  test("but what the images contained: one changed value is found, and where", async () => {
    const [line] = text("lh_des1r_images.txt").split("\n");
    const file = place.file(line.trim());
    const before = readFileSync(file);
    const v = full.mask.findIndex((inside, vertex) => inside === 1 && before.readFloatLE(4 * vertex) !== 0);
    const after = Buffer.from(before);
    after.writeFloatLE(Math.fround(before.readFloatLE(4 * v) * 1.0001), 4 * v);
    place.write(line.trim(), after);
    try {
      const changed = await fitted("lh_des1r.yml");
      expect(() => compare(changed, full)).toThrow(
        `images with other values at 1 vertex (the first is ${v}); expected fits of the same images`,
      );
      expect(changed.info.fit.pathsDigest).toBe(reduced.info.fit.pathsDigest);
      expect(changed.info.fit.imagesDigest).not.toBe(reduced.info.fit.imagesDigest);
    } finally {
      place.write(line.trim(), before);
    }
  });

  test("and their order, in which X meets them", async () => {
    const lines = text("lh_des1r_images.txt").trim().split("\n");
    place.write("swapped.txt", [lines[1], lines[0], ...lines.slice(2)].join("\n"));
    const swapped = await variant("swapped.yml", (yml) => yml.replace("lh_des1r_images.txt", "swapped.txt"));
    expect(() => compare(swapped, full)).toThrow(/images with other values at \d+ vertices/);
  });

  test("another factor is refused, the same groups under other labels are not", async () => {
    const [head, ...labels] = text("des1r/subjects.csv").trim().split("\n");
    const renamed = labels.map((label) => `child_${label}`);
    place.write("des1r/renamed.csv", [head, ...renamed].join("\n"));
    const same = await variant("renamed.yml", (yml) =>
      yml.replace("des1r/subjects.csv", "des1r/renamed.csv"),
    );
    expect(compare(same, full).info.warnings).toEqual([]);
    const levels = [...new Set(labels)];
    const sites = labels.map((label) => `site${levels.indexOf(label) % 7}`);
    place.write("des1r/sites.csv", [head, ...sites].join("\n"));
    const other = await variant("sites.yml", (yml) => yml.replace("des1r/subjects.csv", "des1r/sites.csv"));
    expect(() => compare(other, full)).toThrow(
      /different groups of images .*7 levels.*expected the same factor/,
    );
  });

  test("a reduced Z outside the span of the full one is refused, one inside it is not", async () => {
    const rows = text("des2/Z.csv").trim().split("\n").slice(1);
    const column = (of: (time: number, row: number) => number) =>
      ["z", ...rows.map((row, i) => of(Number(row.split(",").at(-1)), i))].join("\n");
    place.write(
      "des1r/inside.csv",
      column((time) => 3 - 0.5 * time),
    );
    const inside = await variant("inside.yml", (yml) => yml.replace("des1r/Z.csv", "des1r/inside.csv"));
    expect(compare(inside, full).info.warnings).toEqual([]);
    place.write(
      "des1r/outside.csv",
      column((time, row) => 1 + time + 0.001 * (row % 3)),
    );
    const outside = await variant("outside.yml", (yml) => yml.replace("des1r/Z.csv", "des1r/outside.csv"));
    expect(() => compare(outside, full)).toThrow(
      /random effects of .* that .* does not contain: z; expected a reduced Z in the span of the full one/,
    );
  });

  test("another X of the same size is refused", async () => {
    const [head, first, ...rest] = text("des1r/X.csv").trim().split("\n");
    const cells = first.split(",");
    cells[2] = `${Number(cells[2]) + 0.5}`;
    place.write("des1r/otherX.csv", [head, cells.join(","), ...rest].join("\n"));
    const other = await variant("otherX.yml", (yml) => yml.replace("des1r/X.csv", "des1r/otherX.csv"));
    expect(() => compare(other, full)).toThrow(/different X; expected the same X/);
  });

  test("a directory without a record is compared by n alone, and says so", async () => {
    await fit(await openStudy(place.file("lh_des1r.yml")), { outdir: place.file("bare") });
    rmSync(place.file("bare/blmm_fit.json"));
    const bare = await openResults(place.file("bare"));
    expect(compare(bare, full).info.warnings).toEqual([
      "What the images contained, X and Z are not recorded for bare: only n at each vertex and the sizes of the models were compared.",
    ]);
  });

  test("the record is that of the directory", async () => {
    await fit(await openStudy(place.file("lh_des1r.yml")), { outdir: place.file("written") });
    const opened = await openResults(place.file("written"));
    expect(opened.info.fit).toEqual({ ...reduced.info.fit, seconds: opened.seconds });
    expect(opened.estimates().imagesDigest).toEqual(reduced.estimates().imagesDigest);
    expect(compare(opened, full).info.warnings).toEqual([]);
  });
});

describe("a sketch of Z", () => {
  const n = 500;
  const matrix = (...columns: ((i: number) => number)[]) => ({
    file: "",
    columns: columns.map((_, k) => `z${k}`),
    values: Float64Array.from({ length: n * columns.length }, (_, k) =>
      columns[k % columns.length](Math.floor(k / columns.length)),
    ),
    n,
  });
  const time = (i: number) => (i % 3) + 0.1 * Math.sin(i);
  const outer = sketchOf(matrix(() => 1, time));

  test.each([
    ["a combination", (i: number) => 2000 - 1e-3 * time(i), []],
    ["a large one", (i: number) => 1e9 * time(i), []],
    ["another column", (i: number) => time(i) ** 2, [0]],
    ["one image that differs", (i: number) => (i === 77 ? 1.001 : 1), [0]],
  ])("knows %s", (_, column, outside) => {
    expect(outsideSpan(sketchOf(matrix(column)), outer)).toEqual(outside);
  });

  test("of a calendar year keeps years apart", () => {
    const years = sketchOf(
      matrix(
        () => 1,
        (i) => 2020 + time(i),
      ),
    );
    expect(outsideSpan(sketchOf(matrix(time)), years)).toEqual([]);
    expect(outsideSpan(years, outer)).toEqual([]);
    expect(
      outsideSpan(
        years,
        sketchOf(
          matrix(
            () => 1,
            (i) => time(i) ** 2,
          ),
        ),
      ),
    ).toEqual([1]);
  });
});
