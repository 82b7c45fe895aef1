import { createCanvas } from "@napi-rs/canvas";
import { expect, test } from "vitest";
import { view } from "../../src/index.js";
import { smallPng } from "../../src/plots/smallPng.js";
import { smoothMap } from "../page/smoothMap.js";
import { differenceAt, pixelsOf } from "../picture.js";

test("a small PNG is the picture, each channel at most 4 of 255 away, and white is white", async () => {
  const canvas = createCanvas(257, 3);
  const ctx = canvas.getContext("2d");
  ctx.fillStyle = "#ffffff";
  ctx.fillRect(0, 0, 257, 3);
  for (let k = 0; k < 256; k++) {
    ctx.fillStyle = `rgb(${k}, ${255 - k}, ${(7 * k) % 256})`;
    ctx.fillRect(k, 1, 1, 1);
  }
  const [drawn, whole] = [
    await pixelsOf(await smallPng(canvas)),
    await pixelsOf(canvas.toBuffer("image/png")),
  ];
  expect([drawn.width, drawn.height]).toEqual([257, 3]);
  for (let x = 0; x < 257; x++) {
    expect(differenceAt(drawn, whole, x, 1)).toBeLessThanOrEqual(4);
    expect(differenceAt(drawn, whole, x, 0)).toBe(0);
    expect(drawn.data[4 * x + 3]).toBe(255);
  }
});

test("a view's small PNG has less than half the bytes of the whole one", async () => {
  const shown = view({ lh: smoothMap("lh"), rh: smoothMap("rh") }, { threshold: 2 });
  const small = Buffer.from(String((await shown.toMimeBundle())["image/png"]), "base64");
  expect(small.length).toBeLessThan((await shown.png()).length / 2);
});
