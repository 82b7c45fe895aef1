import { describe, expect, test } from "vitest";
import { coarserMesh } from "../../src/mesh/coarserMesh.js";
import { fsaverage5File, icosphere, readMesh } from "../../src/mesh/index.js";

/** Triangles as text, each from its smallest corner on, in an order of their own. */
const triangles = (faces: Int32Array) =>
  Array.from({ length: faces.length / 3 }, (_, f) => {
    const corners = Array.from(faces.subarray(3 * f, 3 * f + 3));
    const first = corners.indexOf(Math.min(...corners));
    return [0, 1, 2].map((k) => corners[(first + k) % 3]).join(" ");
  }).sort();

describe("an icosphere", () => {
  test.each(["lh", "rh"] as const)("of level 5 is the sphere of fsaverage5, %s", (hemisphere) => {
    const [ours, theirs] = [icosphere(5), readMesh(fsaverage5File("sphere", hemisphere))];
    expect(triangles(ours.faces)).toEqual(triangles(theirs.faces));
    const apart = ours.vertices.map((value, i) => Math.abs(value - theirs.vertices[i]));
    // Their positions have two digits after the point.
    expect(apart.reduce((most, one) => Math.max(most, one))).toBeLessThan(0.011);
  });

  test("is the coarser mesh of the next level", () => {
    for (const level of [1, 3]) {
      const coarse = coarserMesh(icosphere(level + 1));
      expect(triangles(coarse?.faces ?? new Int32Array())).toEqual(triangles(icosphere(level).faces));
      expect(coarse?.vertices).toEqual(icosphere(level).vertices);
    }
  });

  test("the surfaces of fsaverage5 have coarser ones, closed and oriented alike; others have none", () => {
    const pial = readMesh(fsaverage5File("pial", "lh"));
    const fsaverage4 = coarserMesh(pial);
    const fsaverage3 = fsaverage4 === undefined ? undefined : coarserMesh(fsaverage4);
    expect(fsaverage3?.vertices).toEqual(pial.vertices.subarray(0, 3 * 642));
    expect(triangles(fsaverage3?.faces ?? new Int32Array())).toEqual(triangles(icosphere(3).faces));
    const shuffled = {
      vertices: pial.vertices,
      faces: pial.faces.map((v) => pial.vertices.length / 3 - 1 - v),
    };
    expect(coarserMesh(shuffled)).toBeUndefined();
    expect(coarserMesh({ vertices: new Float32Array(9), faces: Int32Array.of(0, 1, 2) })).toBeUndefined();
  });
});
