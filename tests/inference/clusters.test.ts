import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { clusters } from "../../src/inference/clusters";
import { icosphere } from "../../src/mesh/index";
import { resultsOf } from "./resultsOf";

const fixture: {
  threshold: number;
  vertices: number[];
  faces: number[];
  values: (number | null)[];
  clusters: { size: number; area: number; peak: number; at: number }[];
} = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, "../fixtures/many-tests/clusters.json"), "utf8"),
);
const mesh = { vertices: Float32Array.from(fixture.vertices), faces: Int32Array.from(fixture.faces) };
const values = Float64Array.from(fixture.values, (value) => value ?? Number.NaN);

test("clusters are those that scipy finds on the same values", () => {
  const found = clusters(values, mesh, { threshold: fixture.threshold });
  expect(found.sizes).toEqual(fixture.clusters.map(({ size }) => size));
  for (const [k, { area, peak, at }] of fixture.clusters.entries()) {
    expect(found.clusters[k].area).toBeCloseTo(area, 5);
    expect([found.clusters[k].peak, found.clusters[k].at]).toEqual([peak, at]);
  }
  expect(String(found)).toMatch(/^18 clusters of \|value\| ≥ 1.*, the 8 largest/);
});

test("of results, by contrast and statistic; signs are kept apart", () => {
  const sphere = icosphere(0);
  const T = [3, -3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const found = clusters(resultsOf({ conT: T }), sphere, { contrast: "Sex", threshold: 2 });
  expect(found.sizes.reduce((a, b) => a + b)).toBe(3);
  expect(found.clusters.every(({ peak, size }) => size === 1 || peak > 0)).toBe(true);
  const none = clusters(resultsOf({ conT: T }), sphere, { threshold: 4 });
  expect([none.sizes, String(none).split("\n")[0]]).toEqual([[], "0 clusters of |conT| ≥ 4"]);
});

test("a map that does not match the surface, and a threshold that is none, are refused", () => {
  expect(() => clusters(values, icosphere(1), { threshold: 2 })).toThrow(
    "a map of 396 vertices; expected 42, as the surface has",
  );
  expect(() => clusters(values, mesh, { threshold: 0 })).toThrow("threshold: 0; expected a number above 0");
});
