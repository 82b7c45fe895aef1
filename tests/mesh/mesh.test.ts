import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { icosphere, type Mesh, readMesh } from "../../src/mesh/index.js";
import { Workspace } from "../workspace.js";

const place = new Workspace();
afterAll(() => place.remove());
const demo = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  "..",
  "..",
  "..",
  "shared",
  "abcd-demo",
);

/** V − E + F: 2 for a closed surface without handles. */
function euler({ vertices, faces }: Mesh): number {
  const edges = new Set<string>();
  for (let f = 0; f < faces.length; f += 3) {
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [2, 0],
    ]) {
      const [i, j] = [faces[f + a], faces[f + b]].sort((x, y) => x - y);
      edges.add(`${i} ${j}`);
    }
  }
  return vertices.length / 3 - edges.size + faces.length / 3;
}

describe("surfaces", () => {
  test.each([
    [3, 642],
    [5, 10242],
  ])("an icosphere of level %i has %i vertices, all on the sphere", (level, vertices) => {
    const mesh = icosphere(level);
    expect(mesh.vertices).toHaveLength(3 * vertices);
    expect(euler(mesh)).toBe(2);
    for (let v = 0; v < vertices; v++) {
      expect(Math.hypot(...mesh.vertices.subarray(3 * v, 3 * v + 3))).toBeCloseTo(100, 3);
    }
  });

  test("a FreeSurfer surface is read", () => {
    const header = Buffer.concat([Buffer.from([0xff, 0xff, 0xfe]), Buffer.from("created by hand\n\n")]);
    const body = Buffer.alloc(8 + 4 * 9 + 4 * 3);
    body.writeInt32BE(3, 0);
    body.writeInt32BE(1, 4);
    for (let k = 0; k < 9; k++) body.writeFloatBE(k / 2, 8 + 4 * k);
    [0, 2, 1].forEach((v, k) => {
      body.writeInt32BE(v, 44 + 4 * k);
    });
    const mesh = readMesh(place.write("lh.white", Buffer.concat([header, body])));
    expect([...mesh.vertices]).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]);
    expect([...mesh.faces]).toEqual([0, 2, 1]);
    const short = place.write("lh.short", Buffer.concat([header, body.subarray(0, 30)]));
    expect(() => readMesh(short)).toThrow(/lh\.short: 30|lh\.short: \d+ bytes for 3 vertices and 1 faces/);
    expect(() => readMesh(place.write("lh.text", "no surface"))).toThrow(/no surface header/);
  });

  test.skipIf(!existsSync(demo))("the published pial surface is a closed surface", () => {
    const mesh = readMesh(path.join(demo, "geom", "lh.pial"));
    expect(mesh.vertices).toHaveLength(3 * 10242);
    expect(euler(mesh)).toBe(2);
  });
});
