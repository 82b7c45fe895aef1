import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStudy } from "../../src/design/index.js";
import { fit } from "../../src/fit.js";
import type { Results } from "../../src/results/results.js";
import { VertexMap } from "../../src/results/vertexMap.js";
import { simulatedStudy, Workspace } from "../workspace.js";

const place = new Workspace();
let results: Results;
beforeAll(async () => {
  await simulatedStudy(place, 60, 1);
  place.edit("lh_des1.yml", (text) => text.replace("OutputCovB: false", "OutputCovB: true"));
  results = await fit(await openStudy(place.file("lh_des1.yml")), { outdir: false });
});
afterAll(() => place.remove());

describe("a map", () => {
  test("is a Float64Array as before", () => {
    const T = results.T("Sex");
    expect(T).toBeInstanceOf(Float64Array);
    expect(T).toHaveLength(42);
    expect(T[results.mask.indexOf(0)]).toBeNaN();
    const inside = T.filter((value) => !Number.isNaN(value));
    expect(inside).toHaveLength(results.verticesInMask);
    expect(T.map((value) => 2 * value)[results.mask.indexOf(1)]).toBe(2 * T[results.mask.indexOf(1)]);
    expect(T.subarray(3, 5)).toHaveLength(2);
    expect(structuredClone(T)).toEqual(Float64Array.from(T));
    expect(new Float64Array(T.buffer, T.byteOffset, T.length)[7]).toBe(T[7]);
  });

  test("prints as a description, not as its numbers", () => {
    const values = VertexMap.titled([Number.NaN, 1, -4, 2, 3], "T statistics, Sex");
    expect(inspect(values)).toMatchInlineSnapshot(`
      "T statistics, Sex: 4 of 5 vertices
        mean     SD  lowest  median  highest  strongest  at vertex
      ────────────────────────────────────────────────────────────
      0.5000  3.109      −4   1.500        3         −4  2"
    `);
    expect(inspect(values.map(Math.abs))).toMatch(/^4 of 5 values\n.*at index/);
    expect(values.toMimeBundle()["text/html"]).toMatch(/^<table>.*T statistics, Sex: 4 of 5 vertices/);
    expect(inspect(VertexMap.titled([Number.NaN, Number.NaN], "σ²"))).toContain("σ²: 0 of 2 vertices");
    for (const name of results.maps) {
      const text = inspect(results.map(name).volume());
      expect(text.split("\n").length).toBeLessThanOrEqual(4);
      expect(text).toContain("strongest");
    }
  });

  test("of several volumes prints one row a volume", () => {
    const text = inspect(results.map("conT"));
    expect(text).toMatch(
      /^conT: T statistics\nvolume +vertices +mean +SD +lowest +median +highest +strongest +at vertex/,
    );
    for (const label of results.map("conT").labels) expect(text).toContain(label);
    expect(text).toContain(`${results.map("conT").range("Sex").at}`);
    expect(inspect(results.map("cov"))).toContain("the first 64 of 529 volumes");
  });

  test("says whether a p is one- or two-sided", () => {
    expect(inspect(results.map("conTlp").volume("Sex"))).toMatch(/−log10 p, one-sided \(upper tail\), Sex/);
    expect(inspect(results.map("conTlp2").volume("Sex"))).toMatch(/−log10 p, two-sided, Sex/);
    expect(`${results.vertex(results.mask.indexOf(1))}`).toMatch(/−log10 p \(two-sided\)/);
  });

  test("without a vertex inside the mask has no range, as numbers", () => {
    expect(VertexMap.titled([Number.NaN], "").describe().rows).toEqual([]);
    const empty = Object.create(results.map("conT"), { volume: { value: () => new VertexMap(0) } });
    expect(empty.range()).toEqual({ min: Number.NaN, max: Number.NaN, at: -1, largest: Number.NaN });
  });
});

test("vertices that reach a threshold are counted on both sides", () => {
  const T = results.T("Sex");
  const row = results.passing(1).rows.find(([label]) => label === "Sex");
  expect(row?.slice(2, 4)).toEqual([
    T.filter((value) => value >= 1).length,
    T.filter((value) => value <= -1).length,
  ]);
  expect(() => results.passing(-1)).toThrow(/threshold: -1; expected a number ≥ 0/);
});
