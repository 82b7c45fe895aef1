import { mkdirSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { geometryNamed, sphereGeometry } from "../../src/document/standardGeometry.js";
import type { SurfaceGeometry } from "../../src/document/surfaceGeometry.js";
import { InputError } from "../../src/errors.js";
import { fsaverage5File, icosphere, type Mesh, readMesh, view } from "../../src/index.js";
import { surfaceFolder } from "../../src/mesh/index.js";
import { Workspace } from "../workspace.js";

const place = new Workspace();
afterAll(() => place.remove());
afterEach(() => vi.unstubAllEnvs());

const namesOf = (geometry: SurfaceGeometry | undefined) => geometry?.surfaces.map(({ name }) => name);
const maps = (V: number) => Float64Array.from({ length: V }, (_, v) => Math.sin(v));
const spaceOf = (V: number, options: Parameters<typeof view>[1] = {}) =>
  view(maps(V), options).document.geometry.space;

/** A FreeSurfer triangle surface. */
function surfaceBytes({ vertices, faces }: Mesh): Uint8Array {
  const head = Buffer.from("\xff\xff\xfemade for a test\n\n", "latin1");
  const body = Buffer.alloc(8 + 4 * (vertices.length + faces.length));
  body.writeInt32BE(vertices.length / 3, 0);
  body.writeInt32BE(faces.length / 3, 4);
  vertices.forEach((value, k) => {
    body.writeFloatBE(value, 8 + 4 * k);
  });
  faces.forEach((value, k) => {
    body.writeInt32BE(value, 8 + 4 * (vertices.length + k));
  });
  return Buffer.concat([head, body]);
}

/** FreeSurfer's subjects with one mesh of one's own size. */
function subjects(folder: string, level: number): void {
  const bytes = surfaceBytes(icosphere(level));
  for (const side of ["lh", "rh"])
    for (const kind of ["pial", "white", "inflated", "sphere"])
      place.write(`subjects/${folder}/surf/${side}.${kind}`, bytes);
  place.write(`subjects/${folder}/surf/lh.pial.T1`, "something else");
}

describe("the surface of maps", () => {
  test.each([
    [42, "a sphere of 42 vertices"],
    [642, "fsaverage3"],
    [2562, "fsaverage4"],
    [10_242, "fsaverage5"],
    [32_492, "fsLR"],
  ])("of %i vertices is told from their number: %s", (V, space) => {
    expect(spaceOf(V)).toBe(space);
  });

  test("fsaverage4 and 3 are the first vertices of fsaverage5, in all its shapes and folds", () => {
    const coarse = geometryNamed("fsaverage3", ["lh", "rh"]);
    expect(namesOf(coarse)).toEqual(["white", "pial", "inflated", "sphere"]);
    const pial = readMesh(fsaverage5File("pial", "rh"));
    expect(coarse?.surfaces[1].mesh.rh?.vertices).toEqual(pial.vertices.subarray(0, 3 * 642));
    expect(coarse?.folding.lh).toHaveLength(642);
    expect(Math.max(...(coarse?.folding.lh ?? []))).toBeGreaterThan(1);
  });

  test("fsLR is that of brainspace: midthickness and sphere of both hemispheres", () => {
    const { geometry } = view({ lh: maps(32_492), rh: maps(32_492) }).document;
    expect(geometry.space).toBe("fsLR");
    expect(geometry.surfaces.map(({ name }) => name)).toEqual(["midthickness", "sphere"]);
    expect(geometry.vertices).toEqual({ lh: 32_492, rh: 32_492 });
    expect(spaceOf(32_492, { mesh: "fs_LR_32k" })).toBe("fsLR");
  });

  test("fsaverage6 is found where FreeSurfer has it, fsaverage7 as fsaverage", () => {
    subjects("fsaverage6", 6);
    vi.stubEnv("SUBJECTS_DIR", place.file("subjects"));
    const { geometry } = view(maps(40_962)).document;
    expect([geometry.space, geometry.vertices.lh, geometry.vertices.rh]).toEqual([
      "fsaverage6",
      40_962,
      undefined,
    ]);
    expect(geometry.surfaces.map(({ name }) => name)).toEqual(["white", "pial", "inflated", "sphere"]);
    vi.stubEnv("SUBJECTS_DIR", "");
    vi.stubEnv("FREESURFER_HOME", place.folder);
    expect(spaceOf(40_962)).toBe("fsaverage6");
  });

  test("that is not found is asked for in words: what was looked for, where, how to give it", () => {
    vi.stubEnv("SUBJECTS_DIR", "/nowhere");
    vi.stubEnv("FREESURFER_HOME", "");
    vi.stubEnv("HOME", place.folder);
    const look = () => view(maps(163_842));
    expect(look).toThrow(InputError);
    expect(look).toThrow(/no surfaces of fsaverage7 \(163,842 vertices a hemisphere\)/);
    expect(look).toThrow(
      /looked in \$SUBJECTS_DIR\/fsaverage\/surf, \$FREESURFER_HOME\/subjects\/fsaverage\/surf \(not set\), nilearn_data\/fsaverage/,
    );
    expect(look).toThrow(/\{ mesh: "FOLDER" \} in a cell, --mesh FOLDER/);
  });

  test("can be named: a folder, a sphere, a standard mesh; another name is answered with those there are", () => {
    subjects("mine", 1);
    expect(spaceOf(42, { mesh: place.file("subjects/mine") })).toBe("mine");
    expect(spaceOf(642, { mesh: "ico3" })).toBe("a sphere of 642 vertices");
    expect(spaceOf(10_242, { mesh: "fsaverage5" })).toBe("fsaverage5");
    expect(() => spaceOf(642, { mesh: "fsaverage9" })).toThrow(
      /no surface "fsaverage9"; expected fsaverage3, fsaverage4, .* ico0 to ico7/,
    );
    expect(() => spaceOf(642, { mesh: "fsaverage5" })).toThrow(/maps of 642 vertices; expected 10,242/);
    mkdirSync(place.file("empty"), { recursive: true });
    expect(() => spaceOf(642, { mesh: place.file("empty") })).toThrow(
      /no surfaces; expected files such as lh\.pial/,
    );
    expect(() => spaceOf(642, { mesh: "./nowhere.gii" })).toThrow(/nowhere\.gii/);
  });

  test("of a round mesh has no folds", () => {
    expect(sphereGeometry(2).folding.lh?.every((value) => value === 0)).toBe(true);
  });
});

test("a folder's files are told apart by their names, as FreeSurfer, nilearn, HCP and templates have them", () => {
  const names = [
    "lh.pial",
    "rh.pial",
    "lh.sulc",
    "lh.pial.annot",
    "infl_left.gii.gz",
    "infl_right.gii.gz",
    "S1200.L.very_inflated_MSMAll.32k_fs_LR.surf.gii",
    "S1200.R.very_inflated_MSMAll.32k_fs_LR.surf.gii",
    "tpl-fsLR_den-32k_hemi-L_midthickness.surf.gii",
    "tpl-fsLR_den-32k_hemi-R_midthickness.surf.gii",
    "tpl-fsLR_den-4k_hemi-R_sphere.surf.gii",
  ];
  for (const name of names) place.write(`many/${name}`, "");
  const found = surfaceFolder(place.file("many"));
  expect(
    found.shapes.map(({ name, files }) => [
      name,
      files.lh && path.basename(files.lh),
      files.rh && path.basename(files.rh),
    ]),
  ).toEqual([
    ["pial", "lh.pial", "rh.pial"],
    ["midthickness", names[8], names[9]],
    ["inflated", "infl_left.gii.gz", "infl_right.gii.gz"],
    ["very inflated", names[6], names[7]],
    ["sphere", undefined, names[10]],
  ]);
  expect(found.sulc.lh).toBe(place.file("many/lh.sulc"));
});
