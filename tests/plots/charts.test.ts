import { createCanvas, loadImage } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import { plotBars, plotHistogram, plotLines, plotQQ, plotScatter } from "../../src/index.js";
import type { PackedNumbers } from "../../src/plots/packed.js";

interface Trace {
  readonly type: string;
  readonly mode?: string;
  readonly name: string;
  readonly x: PackedNumbers;
  readonly y: PackedNumbers;
}

function numbers({ dtype, bdata }: PackedNumbers): Float64Array {
  expect(dtype).toBe("f8");
  const bytes = Buffer.from(bdata, "base64");
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

const traces = (chart: { figure: { data: readonly object[] } }) => chart.figure.data as readonly Trace[];

describe("charts", () => {
  test("lines keep their names, leave NaN out, and nothing at or under 0 on a logarithmic axis", () => {
    const chart = plotLines(
      [1, 2, 3, 4],
      { "<b>a</b>": [1, Number.NaN, 0, 8], b: [1, 2, 3, 4] },
      { log: "y", mark: 2.5 },
    );
    const [a, b] = traces(chart);
    expect(a.name).toBe("&lt;b&gt;a&lt;/b&gt;");
    expect(numbers(a.x)).toEqual(Float64Array.of(1, 4));
    expect(numbers(b.y)).toEqual(Float64Array.of(1, 2, 3, 4));
    expect(chart.toString()).toMatch(/<b>a<\/b> +2 +1 +8/);
    expect(chart.toString()).toContain("mark at 2.500");
  });

  test("scatter says the correlation, computed here another way, and draws y = x", () => {
    const x = [1, 2, 3, 4, 5];
    const y = [2, 1, 4, 3, 5];
    const chart = plotScatter(x, y, { line: "y = x" });
    // Ranks without ties: r = 1 − 6 Σd² / (n (n² − 1)) = 1 − 6 · 4 / 120.
    expect(chart.toString()).toContain("correlation 0.8000");
    expect(traces(chart)).toHaveLength(2);
    expect(numbers(traces(chart)[1].x)).toEqual(Float64Array.of(1, 5));
  });

  test("a histogram counts every finite number once, the largest too", () => {
    const values = Float64Array.from({ length: 1000 }, (_, k) => (k === 5 ? Number.NaN : k / 10));
    const [bars] = traces(plotHistogram(values, { bins: 7 }));
    const counts = numbers(bars.y);
    expect(counts).toHaveLength(7);
    expect(counts.reduce((sum, value) => sum + value, 0)).toBe(999);
    const width = 99.9 / 7;
    expect(counts[0]).toBe(values.filter((value) => value < width).length);
    const two = traces(plotHistogram({ lh: values, rh: values.map((value) => value / 2) }));
    expect(two.map(({ name }) => name)).toEqual(["left", "right"]);
  });

  test("Q–Q against the normal lies where the normal's quantiles are", () => {
    // The normal quantiles of (i − ½)/5, from tables: ±1.2816, ±0.5244, 0; times the standard deviation √2.5.
    const [points] = traces(plotQQ([1, 2, 3, 4, 5]));
    const expected = [-1.2815515655, -0.5244005127, 0, 0.5244005127, 1.2815515655].map(
      (z) => 3 + z * Math.sqrt(2.5),
    );
    numbers(points.x).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 8);
    });
    const uniform = numbers(traces(plotQQ([0.9, 0.1], { against: "uniform" }))[0].x);
    expect(uniform).toEqual(Float64Array.of(0.25, 0.75));
  });

  test("bars stand as high as their numbers in the picture", async () => {
    const chart = plotBars(["a", "b"], [1, 2]);
    const image = await loadImage(Buffer.from(chart.png({ width: 400, height: 300 })));
    const ctx = createCanvas(400, 300).getContext("2d");
    ctx.drawImage(image, 0, 0);
    const heights = [130, 300].map((x) => {
      const column = ctx.getImageData(x, 0, 1, 300).data;
      let blue = 0;
      for (let i = 0; i < column.length; i += 4) if (column[i + 2] - column[i] > 60) blue++;
      return blue;
    });
    expect(heights[0]).toBeGreaterThan(50);
    expect(Math.abs(heights[1] - 2 * heights[0])).toBeLessThanOrEqual(2);
  });

  test("a notebook gets a figure, a picture and words", () => {
    const bundle = plotLines([1, 2], [3, 4], { title: "t" }).toMimeBundle();
    expect(Object.keys(bundle)).toEqual(["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
    expect(Buffer.from(`${bundle["image/png"]}`, "base64").length).toBeGreaterThan(2000);
  });

  test("lists of different lengths, nothing finite and an unknown distribution are said in words", () => {
    expect(() => plotLines([1, 2], [1])).toThrow(/2 and 1 entries; expected lists of one length/);
    expect(() => plotHistogram([Number.NaN])).toThrow(/no finite number/);
    expect(() => plotQQ([1], { against: "gamma" as "normal" })).toThrow(/expected one of normal, uniform/);
    expect(() => plotHistogram([1, 2], { bins: 0 })).toThrow(/bins: 0; expected a whole number/);
  });
});
