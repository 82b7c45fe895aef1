import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { icosphere, plotBrainSurface } from "../../src/index.js";
import { Workspace } from "../workspace.js";

const place = new Workspace();
afterAll(() => place.remove());
const mesh = icosphere(1);

/** 42 vertices × 3 volumes, vertex-major; the first three vertices are zero: outside. */
function writeMap(name: string): string {
  const values = Float32Array.from({ length: 42 * 3 }, (_, i) =>
    i < 9 ? 0 : (i % 3) * 100 + Math.floor(i / 3),
  );
  return place.write(name, new Uint8Array(values.buffer));
}

describe("plotBrainSurface", () => {
  test("plots the volume that was asked for", () => {
    const text = plotBrainSurface(writeMap("map.dat"), mesh, { volume: 1 }).toString();
    expect(text).toContain("map.dat, volume 1");
    expect(text).toMatch(/left +103 +141 +41/);
  });

  test("knows what a BLMM map is called, its threshold, its mask and its side", () => {
    const file = writeMap("results_rh_des1/blmm_vox_conT.dat");
    const mask = Int32Array.from({ length: 42 }, (_, v) => (v < 10 ? 0 : 1));
    place.write("results_rh_des1/blmm_vox_mask.dat", new Uint8Array(Float32Array.from(mask).buffer));
    const text = plotBrainSurface(file, mesh).toString();
    expect(text).toContain("T statistic");
    expect(text).toMatch(/right +10 +41 +41 +32 of 32/);
    expect(text).toContain("|T| ≥ 2");
  });

  test("reads the surface from a FreeSurfer file", () => {
    const head = Buffer.concat([Buffer.from([0xff, 0xff, 0xfe]), Buffer.from("made by a test\n\n")]);
    const numbers = Buffer.alloc(8 + 4 * (mesh.vertices.length + mesh.faces.length));
    numbers.writeInt32BE(42, 0);
    numbers.writeInt32BE(mesh.faces.length / 3, 4);
    for (const [i, value] of mesh.vertices.entries()) numbers.writeFloatBE(value, 8 + 4 * i);
    for (const [i, value] of mesh.faces.entries())
      numbers.writeInt32BE(value, 8 + 4 * (mesh.vertices.length + i));
    const surface = place.file("rh.pial");
    writeFileSync(surface, Buffer.concat([head, numbers]));
    expect(plotBrainSurface(writeMap("map.dat"), surface).toString()).toMatch(/right +3 +41 +41/);
  });

  test("a map of another mesh, and a volume that is not there, are said in words", () => {
    const file = writeMap("map.dat");
    expect(() => plotBrainSurface(file, icosphere(2))).toThrow(/126 numbers; expected 162 a volume/);
    expect(() => plotBrainSurface(file, mesh, { volume: 3 })).toThrow(
      /volume: no volume 3; expected a whole number from 0 to 2/,
    );
    expect(() => plotBrainSurface(place.file("none.dat"), mesh)).toThrow(/none\.dat/);
  });
});
