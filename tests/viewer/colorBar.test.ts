import { createCanvas } from "@napi-rs/canvas";
import { beforeAll, describe, expect, test } from "vitest";
import { registerFonts } from "../../src/plots/fonts.js";
import { type Context2D, INK } from "../../src/viewer/annotate.js";
import { drawColorBar } from "../../src/viewer/colorBar.js";
import { colorMapFor } from "../../src/viewer/colorMaps.js";
import { tick } from "../../src/viewer/formatNumber.js";

/** A text and where its letters stand. */
interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The boxes of the words that a color bar of that width draws. */
function wordsOf(signed: boolean, low: number, high: number, threshold: number, width: number): Box[] {
  const ctx = createCanvas(900, 80).getContext("2d");
  const boxes: Box[] = [];
  const write = ctx.fillText.bind(ctx);
  ctx.fillText = (text: string, x: number, y: number) => {
    const size = ctx.measureText(text);
    boxes.push({
      text,
      left: x - size.actualBoundingBoxLeft,
      right: x + size.actualBoundingBoxRight,
      top: y - size.actualBoundingBoxAscent,
      bottom: y + size.actualBoundingBoxDescent,
    });
    write(text, x, y);
  };
  const legend = { title: "T statistic", min: 2 * low, max: 2 * high, outside: true };
  const paint = { map: colorMapFor("", signed), low, high, threshold };
  drawColorBar(ctx as Context2D, 450, 8, width, paint, legend, INK.light);
  return boxes;
}

const overlapping = (boxes: readonly Box[]) =>
  boxes.flatMap((a, k) =>
    boxes
      .slice(k + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => `${a.text} | ${b.text}`),
  );

describe("the words of a color bar", () => {
  beforeAll(registerFonts);

  test("the boxes that are compared are those of the letters", () => {
    const [title] = wordsOf(true, 0, 5, 2, 420);
    expect(title.text).toBe("T statistic");
    expect(title.right - title.left).toBeGreaterThan(50);
    expect(title.bottom - title.top).toBeGreaterThan(7);
    expect(overlapping([title, { ...title, left: title.right - 1, right: title.right + 9 }])).toHaveLength(1);
  });

  test.each([140, 252, 420])("of %i pixels never overlap, and always say the threshold", (width) => {
    for (const signed of [true, false]) {
      for (const high of [1e-5, 0.04, 1, 7, 70, 1234.5, 98_765_432]) {
        for (const part of [1e-4, 0.01, 0.03, 0.06, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.97, 0.999]) {
          const boxes = wordsOf(signed, 0, high, part * high, width);
          expect(overlapping(boxes), `range ${high}, threshold ${part * high}`).toEqual([]);
          // Title, then the threshold as one number or two.
          const [, first, second] = boxes.map(({ text }) => text);
          const number = tick(part * high);
          if (!signed) expect(first).toBe(number);
          else if (first !== `±${number}`) expect([first, second]).toEqual([`−${number}`, number]);
        }
      }
    }
  });

  test("one number stands for both sides of a threshold close to zero, two for others", () => {
    const numbers = (threshold: number) =>
      wordsOf(true, 0, 70, threshold, 420)
        .slice(1, -1)
        .map(({ text }) => text);
    expect(numbers(2)).toEqual(["±2", "−70", "70", "−35", "35"]);
    expect(numbers(20)).toEqual(["−20", "20", "−70", "70", "0", "−35", "35"]);
    expect(numbers(Number.NEGATIVE_INFINITY)).toEqual(["−70", "70", "0", "−35", "35"]);
  });
});
