import { createCanvas, loadImage } from "@napi-rs/canvas";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.js";
import { fit } from "../../src/fit.js";
import { openStudy, pictures, plotSurface, type Results, view } from "../../src/index.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
let pair: { lh: Results; rh: Results };

beforeAll(async () => {
  await simulatedStudy(place, 60, 1);
  const fitted = async (side: string) => fit(await openStudy(place.file(`${side}_des1.yml`)));
  pair = { lh: await fitted("lh"), rh: await fitted("rh") };
});
afterAll(() => place.remove());

/** Colors of a PNG: how many pixels are of each. */
async function colorsOf(png: Uint8Array): Promise<Map<string, number>> {
  const image = await loadImage(Buffer.from(png));
  const canvas = createCanvas(image.width, image.height);
  const ctx = canvas.getContext("2d");
  ctx.drawImage(image, 0, 0);
  const { data } = ctx.getImageData(0, 0, image.width, image.height);
  const colors = new Map<string, number>();
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
    const kind = r - b > 40 ? "red" : b - r > 40 ? "blue" : r === 255 && g === 255 ? "paper" : "gray";
    colors.set(kind, (colors.get(kind) ?? 0) + 1);
  }
  return colors;
}

describe("view", () => {
  test("says in words what it shows: lowest, highest, where, how much passes", () => {
    const T = pair.lh.T("Sex");
    const inside = T.filter((value) => !Number.isNaN(value));
    const passing = inside.filter((value) => Math.abs(Math.fround(value)) >= 1).length;
    const text = view(pair, { statistic: "conT", contrast: "Sex", threshold: 1 }).toString();
    expect(text).toContain("Sex — T statistic");
    expect(text).toContain("|T| ≥ 1");
    expect(text).toMatch(new RegExp(`left .* ${passing} of ${inside.length}`));
    expect(text).toMatch(/\nright /);
  });

  test("takes one hemisphere, a list, a contrast by number, and bare numbers", () => {
    expect(view(pair.rh).toString()).not.toMatch(/\nleft /);
    expect(view([pair.lh, pair.rh], { contrast: 1 }).toString()).toContain("Sex — T statistic");
    expect(view(pair, { statistic: "sigma2", contrast: "Sex" }).toString()).toContain("residual variance");
    const values = Float64Array.from({ length: 42 }, (_, v) => (v < 4 ? Number.NaN : v));
    const text = view(values, { title: "vertices", threshold: 40 }).toString();
    expect(text).toContain("Cortex: vertices");
    expect(text).toMatch(/left +4 +41 +41 +2 of 38/);
  });

  test("draws red above zero and blue under it, and nothing under a threshold that nothing passes", async () => {
    const signs = Float64Array.from(pair.lh.T("Sex"), (value, v) =>
      Number.isNaN(value) ? value : v % 2 === 0 ? 5 : -5,
    );
    const colored = await colorsOf(await view(signs, { hemisphere: "lh" }).png());
    expect(colored.get("red")).toBeGreaterThan(1000);
    expect(colored.get("blue")).toBeGreaterThan(1000);
    const gray = await colorsOf(
      await view(signs, { threshold: 6, range: 10 }).png({ width: 400, height: 300 }),
    );
    // The color bar keeps its colors; the cortex has none.
    expect(gray.get("gray")).toBeGreaterThan(10 * ((gray.get("red") ?? 0) + (gray.get("blue") ?? 0)));
  });

  test("gives a notebook the view with the map that it shows, a picture and words", async () => {
    const bundle = await view(pair, { contrast: "Sex" }).toMimeBundle();
    const document = bundle["application/vnd.blmm.view+json"] as { blocks: object; start: string };
    expect(Object.keys(document.blocks).filter((id) => id.includes(".conT."))).toEqual([
      "des1.lh.conT.1",
      "des1.rh.conT.1",
    ]);
    expect(document.start).toContain("contrast=Sex");
    expect(Buffer.from(`${bundle["image/png"]}`, "base64").length).toBeGreaterThan(2000);
    expect(bundle["text/plain"]).toContain("T statistic");
  });

  test.each([
    ["statistic", { statistic: "conX" }, /no statistic "conX"; expected one of .*con/],
    ["contrast", { contrast: "Sexx" }, /no contrast "Sexx"; expected one of .*Sex/],
    ["volume", { contrast: 9 }, /no volume 9; expected a whole number from 0 to 4/],
    ["hemisphere", { hemisphere: "left" as "lh" }, /no hemisphere "left"; expected one of lh, both, rh/],
    ["range", { range: [2, 1] as const }, /expected a low and a higher number/],
    ["mesh", { mesh: { lh: "nowhere.pial" } }, /nowhere\.pial/],
  ])("a wrong %s is answered with what there is", (_, options, words) => {
    expect(() => view(pair, options)).toThrow(InputError);
    expect(() => view(pair, options)).toThrow(words);
  });

  test("numbers that fit no surface, and what is no map, are refused in words", () => {
    expect(() => view(new Float64Array(77))).toThrow(/maps of 77 vertices and no surface/);
    expect(() => view(new Float64Array(42).fill(Number.NaN))).toThrow(/no vertex in the mask/);
    expect(() => view(Promise.resolve() as never)).toThrow(/put `await` before it/);
  });

  test("names from files stay text", () => {
    const hostile = "<img src=x onerror=alert(1)>";
    const map = view(new Float64Array(42).fill(1), { title: hostile });
    expect(map.document.designs[0].statistics[0].volumes[0].label).toBe(hostile);
  });
});

test("pictures draw a grid, each panel by its own options", async () => {
  const grid = pictures(pair, [{ statistic: "beta", contrast: "Sex" }, { statistic: "sigma2" }], {
    title: "Two",
  });
  const image = await loadImage(Buffer.from(await grid.png({ width: 300, height: 200 })));
  expect([image.width, image.height]).toEqual([600, 248]);
  expect(grid.toString()).toContain("Sex — fixed effect β");
  expect(() => pictures(pair, [])).toThrow(/no panels/);
});

test("plotSurface gives plotly one mesh a hemisphere, with every vertex's number and color", async () => {
  const figure = await plotSurface(pair, { contrast: "Sex", threshold: 2 }).figure();
  const meshes = figure.data.filter((trace) => "vertexcolor" in trace) as {
    name: string;
    customdata: { dtype: string; bdata: string };
    vertexcolor: string[];
  }[];
  expect(meshes.map(({ name }) => name)).toEqual(["left", "right"]);
  const bytes = Buffer.from(meshes[0].customdata.bdata, "base64");
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  expect(values).toEqual(Float32Array.from(pair.lh.T("Sex")));
  values.forEach((value, v) => {
    const [r, , b] = [1, 3, 5].map((at) => Number.parseInt(meshes[0].vertexcolor[v].slice(at, at + 2), 16));
    if (value >= 2) expect(r).toBeGreaterThan(b + 20);
    else if (value <= -2) expect(b).toBeGreaterThan(r + 20);
    else expect(Math.abs(r - b)).toBeLessThan(20);
  });
});
