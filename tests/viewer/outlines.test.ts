import { describe, expect, test } from "vitest";
import { ArrayMaps } from "../../src/document/mapsOfHemisphere.js";
import { viewDocument } from "../../src/document/viewDocument.js";
import { fsaverage5File, readMesh } from "../../src/index.js";
import type { Context2D } from "../../src/viewer/annotate.js";
import { Geometry } from "../../src/viewer/geometry.js";
import { Maps } from "../../src/viewer/mapValues.js";
import { drawOutlines } from "../../src/viewer/outlines.js";
import { pickAt } from "../../src/viewer/picking.js";
import { loadFor, sceneOf } from "../../src/viewer/sceneOf.js";
import { firstState } from "../../src/viewer/viewState.js";
import { parcels } from "../annotation.js";

/** Keeps the lines that are drawn: the middle of each. */
class Recorder {
  readonly middles: [number, number][] = [];
  private from: [number, number] = [0, 0];
  save() {}
  restore() {}
  beginPath() {}
  rect() {}
  clip() {}
  stroke() {}
  moveTo(x: number, y: number) {
    this.from = [x, y];
  }
  lineTo(x: number, y: number) {
    this.middles.push([(this.from[0] + x) / 2, (this.from[1] + y) / 2]);
  }
}

async function outlined(surface: string) {
  const sphere = readMesh(fsaverage5File("sphere", "lh"));
  const at = parcels(sphere.vertices, 40);
  const values = Float64Array.from(at, (region) => region);
  const names = Array.from({ length: 40 }, (_, k) => `region ${k}`);
  const { document, store } = viewDocument(
    [{ key: "a", name: "", notes: [], maps: { lh: new ArrayMaps(values, "a") } }],
    { title: "", regions: { lh: { names, at } } },
  );
  const source = async (id: string) => store.read(id) ?? new Uint8Array();
  const geometry = Geometry.open(document.geometry, source);
  const maps = new Maps(document, source, (h) => geometry.faces(h));
  const index = document.geometry.surfaces.findIndex(({ name }) => name === surface);
  const state = { ...firstState(document), surface: index, side: "lh" as const };
  const scene = sceneOf(state, document, await loadFor(state, document, geometry, maps), 1200, 800);
  if (scene === undefined) throw new Error("nothing to draw");
  const neighbors = Array.from(at, () => new Set<number>());
  for (let f = 0; f < sphere.faces.length; f += 3) {
    const corners = sphere.faces.subarray(f, f + 3);
    for (const v of corners) for (const other of corners) neighbors[v].add(at[other]);
  }
  const recorder = new Recorder();
  drawOutlines(recorder as unknown as Context2D, scene);
  return { scene, recorder, atBorder: (vertex: number) => neighbors[vertex].size > 1 };
}

describe("outlines of regions on fsaverage5", () => {
  test.each(["white", "pial", "inflated", "sphere"])(
    "%s: a line is drawn where the border is in front, and none shows through from a sulcus behind",
    async (surface) => {
      const { scene, recorder, atBorder } = await outlined(surface);
      let [through, seen] = [0, 0];
      // Every third is enough: each asks which triangle is in front.
      const middles = recorder.middles.filter((_, k) => k % 3 === 0);
      for (const [x, y] of middles) {
        const picked = pickAt(scene, x, y);
        if (picked === undefined) continue;
        seen++;
        // The vertex in front there must itself lie at a border.
        if (!atBorder(picked.vertex)) through++;
      }
      expect(seen).toBeGreaterThan(250);
      expect(through / seen).toBeLessThan(0.01);
      expect((middles.length - seen) / middles.length).toBeLessThan(0.02);
    },
  );

  test.each(["pial", "inflated"])("%s: hardly a border that is in front is left out", async (surface) => {
    const { scene, recorder, atBorder } = await outlined(surface);
    const drawn = new Set(recorder.middles.map(([x, y]) => `${Math.round(x / 6)} ${Math.round(y / 6)}`));
    let [missing, border] = [0, 0];
    for (let y = 60; y < 700; y += 17) {
      for (let x = 20; x < 1180; x += 17) {
        const picked = pickAt(scene, x, y);
        if (picked === undefined || !atBorder(picked.vertex)) continue;
        border++;
        const near = [-2, -1, 0, 1, 2].some((dx) =>
          [-2, -1, 0, 1, 2].some((dy) => drawn.has(`${Math.round(x / 6) + dx} ${Math.round(y / 6) + dy}`)),
        );
        if (!near) missing++;
      }
    }
    expect(border).toBeGreaterThan(60);
    expect(missing / border).toBeLessThan(0.05);
  });
});
