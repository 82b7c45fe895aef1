import { readFileSync, writeFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { loadImage } from "@napi-rs/canvas";
import { afterAll, expect, test } from "vitest";
import { pictures, view } from "../../src/index.js";
import { differenceAt, median, pixelsOf } from "../picture.js";
import { Workspace } from "../workspace.js";

const place = new Workspace();
afterAll(() => place.remove());
const HOSTILE = "</svg><script>alert(1)</script>";
const values = Float64Array.from({ length: 162 }, (_, v) => Math.sin(v) * 4);
const SIZE = { width: 600, height: 400 };

test("an SVG has the cortex as an image, and words and bar as vectors without fonts or markup", async () => {
  const svg = Buffer.from(await view(values, { title: HOSTILE }).picture("svg", SIZE)).toString();
  expect(svg).toMatch(/^<\?xml[^>]*>\s*<svg[^>]* width="600" height="400"/);
  expect(svg.match(/xlink:href="data:image\/png;base64,/g)).toHaveLength(1);
  expect(svg).not.toMatch(/<text|<script|font-family|https?:\/\/(?!www\.w3\.org)/);
  expect(svg.match(/<path /g)?.length).toBeGreaterThan(8);
  expect(svg).toMatch(/linearGradient/);
});

test("an SVG looks as the PNG does", async () => {
  const shown = view(values, { title: "a map", threshold: 2 });
  const svg = Buffer.from(await shown.picture("svg", { ...SIZE, ratio: 1 }));
  const { createCanvas } = await import("@napi-rs/canvas");
  const canvas = createCanvas(600, 400);
  canvas.getContext("2d").drawImage(await loadImage(svg), 0, 0);
  const [drawn, png] = [await pixelsOf(canvas.toBuffer("image/png")), await pixelsOf(await shown.png(SIZE))];
  const differences: number[] = [];
  for (let y = 0; y < 400; y += 2)
    for (let x = 0; x < 600; x += 2) differences.push(differenceAt(drawn, png, x, y));
  expect(median(differences)).toBeLessThanOrEqual(2);
  expect(differences.filter((one) => one > 60).length / differences.length).toBeLessThan(0.01);
});

test("a PDF has one page of the picture's size, with letters of its own font and an image", async () => {
  const grid = pictures(values, [{ statistic: "values" }, { statistic: "values", threshold: 2 }], {
    title: "Two",
  });
  await grid.save(place.file("grid.pdf"), { width: 300, height: 200 });
  const pdf = readFileSync(place.file("grid.pdf")).toString("latin1");
  expect(pdf.slice(0, 5)).toBe("%PDF-");
  expect(pdf).toMatch(/\/MediaBox \[0 0 600 248\]/);
  expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
  expect(pdf).toMatch(/\/Subtype \/Image/);
  expect(pdf).toMatch(/\/FontFile2|\/FontFile3/);
  // Its drawing is compressed; that it is whole is seen by unpacking it.
  const [, stream] = /\/Filter \/FlateDecode\n\/Length \d+>> stream\n([\s\S]*?)\nendstream/.exec(pdf) ?? [];
  expect(() => inflateSync(Buffer.from(stream ?? "", "latin1"))).not.toThrow();
});

test("the ending of a file says what it becomes; another is answered with those there are", async () => {
  const shown = view(values);
  for (const [name, start] of [
    ["a.png", "\x89PNG"],
    ["a.svg", "<?xml"],
    ["a.PDF", "%PDF"],
  ] as const) {
    await shown.save(place.file(name), { width: 200, height: 200 });
    expect(readFileSync(place.file(name)).toString("latin1").startsWith(start)).toBe(true);
  }
  writeFileSync(place.file("kept.jpg"), "mine");
  await expect(shown.save(place.file("kept.jpg"))).rejects.toThrow(
    /the ending \.jpg; expected \.png, \.svg or \.pdf/,
  );
  expect(readFileSync(place.file("kept.jpg"), "utf8")).toBe("mine");
});
