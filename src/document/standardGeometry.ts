import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { InputError } from "../errors.js";
import { readImage } from "../images/index.js";
import {
  coarserMesh,
  findSurfaces,
  fsaverage5File,
  type Hemisphere,
  icosphere,
  type Mesh,
  readMesh,
  type ShapeFiles,
  type SurfaceFolder,
  standardMesh,
  standardMeshes,
  surfaceFolder,
} from "../mesh/index.js";
import { formatCount } from "../print/number.js";
import type { PerHemisphere } from "../viewer/viewDocument.js";
import { foldingOf } from "./folding.js";
import type { SurfaceGeometry } from "./surfaceGeometry.js";

const HEMISPHERES = ["lh", "rh"] as const;

const FSAVERAGE5: readonly (readonly [name: string, file: string])[] = [
  ["white", "white"],
  ["pial", "pial"],
  ["inflated", "infl"],
  ["sphere", "sphere"],
];

/**
 * fsaverage5 in all its shapes, from nilearn's files.
 *
 * @throws InputError saying how to get them.
 */
export function fsaverage5Geometry(): SurfaceGeometry {
  const files = (kind: string): ShapeFiles => ({
    lh: fsaverage5File(kind, "lh"),
    rh: fsaverage5File(kind, "rh"),
  });
  const shapes = FSAVERAGE5.map(([name, kind]) => ({ name, files: files(kind) }));
  return geometryOfFiles({ folder: "nilearn", shapes, sulc: files("sulc") }, "fsaverage5");
}

/**
 * The next coarser mesh of fsaverage: fsaverage4 of fsaverage5. Its vertices are the first of the finer mesh.
 *
 * @param name of the coarser one.
 */
export function coarserGeometry({ surfaces, folding }: SurfaceGeometry, name: string): SurfaceGeometry {
  const coarse = new Map<Mesh, Mesh>();
  const coarser = (mesh: Mesh) => {
    const made = coarse.get(mesh) ?? coarserMesh(mesh);
    if (made === undefined) throw new Error(`${name} is no coarser mesh of this one`);
    coarse.set(mesh, made);
    return made;
  };
  const made = surfaces.map((surface) => ({
    name: surface.name,
    mesh: perHemisphere(surface.mesh, coarser),
  }));
  return {
    space: name,
    surfaces: made,
    folding: perHemisphere(folding, (values, h) =>
      values.slice(0, (made[0].mesh[h]?.vertices.length ?? 0) / 3),
    ),
  };
}

/** A sphere as FreeSurfer numbers its vertices; both hemispheres are the same. */
export function sphereGeometry(level: number): SurfaceGeometry {
  const mesh = icosphere(level);
  const vertices = mesh.vertices.length / 3;
  const folding = new Float32Array(vertices);
  return {
    space: `a sphere of ${formatCount(vertices)} vertices`,
    surfaces: [{ name: "sphere", mesh: { lh: mesh, rh: mesh } }],
    folding: { lh: folding, rh: folding },
  };
}

/**
 * The surfaces that a name says: a standard mesh ("fsaverage6", "fsLR"), a sphere ("ico3"), or a folder with
 * `lh.pial` and others; undefined for the name of a file.
 *
 * @param sides the hemispheres that are wanted.
 * @throws InputError where they are not found, or the name is none.
 */
export function geometryNamed(name: string, sides: readonly Hemisphere[]): SurfaceGeometry | undefined {
  const there = statSync(name, { throwIfNoEntry: false });
  if (there?.isFile()) return undefined;
  const sphere = /^ico([0-7])$/.exec(name)?.[1];
  if (sphere !== undefined) return sphereGeometry(Number(sphere));
  const standard = standardMesh(name);
  if (standard !== undefined && !there?.isDirectory()) {
    const level = ["fsaverage5", "fsaverage4", "fsaverage3"].indexOf(standard.name);
    const finer = level < 0 ? undefined : fsaverage5OfNilearn();
    if (finer === undefined) return geometryOfFiles(findSurfaces(standard), standard.name, sides);
    return ["fsaverage4", "fsaverage3"].slice(0, level).reduce(coarserGeometry, finer);
  }
  if (there?.isDirectory()) return geometryOfFolder(name, sides);
  if (/[./\\]/.test(name)) return undefined;
  throw new InputError({
    key: "mesh",
    found: `no surface ${JSON.stringify(name)}`,
    expected: `${standardMeshes.map((mesh) => mesh.name).join(", ")}, ico0 to ico7 (spheres), a surface file or a folder of them`,
  });
}

function fsaverage5OfNilearn(): SurfaceGeometry | undefined {
  try {
    return fsaverage5Geometry();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function geometryOfFolder(folder: string, sides: readonly Hemisphere[]): SurfaceGeometry {
  const surf = path.join(folder, "surf");
  const found = surfaceFolder(existsSync(surf) ? surf : folder);
  const shapes = found.shapes.filter(({ files }) => sides.every((side) => files[side] !== undefined));
  if (shapes.length > 0)
    return geometryOfFiles({ ...found, shapes }, path.basename(path.resolve(folder)), sides);
  const wanted = sides.map((side) => `${side}.pial`).join(" and ");
  throw new InputError({ file: folder, found: "no surfaces", expected: `files such as ${wanted}` });
}

/** Reads all shapes of a mesh; how it is folded is told from the first where there is no `sulc`. */
function geometryOfFiles(
  { shapes, sulc }: SurfaceFolder,
  space: string,
  sides: readonly Hemisphere[] = HEMISPHERES,
): SurfaceGeometry {
  const surfaces = shapes
    .filter(({ files }) => sides.every((side) => files[side] !== undefined))
    .map(({ name, files }) => ({ name, mesh: read(files, sides, readMesh) }));
  const [first] = surfaces;
  const whole = surfaces.filter(({ mesh }) =>
    sides.every((side) => mesh[side]?.vertices.length === first.mesh[side]?.vertices.length),
  );
  const depth = read(sulc, sides, (file) => readImage(file).values);
  return {
    space,
    surfaces: whole,
    folding: perHemisphere(first.mesh, (mesh, h) => {
      const values = depth[h];
      return values?.length === mesh.vertices.length / 3 ? values : foldingOf(mesh);
    }),
  };
}

function read<Value>(
  files: ShapeFiles,
  sides: readonly Hemisphere[],
  one: (file: string) => Value,
): PerHemisphere<Value> {
  const made: { [H in Hemisphere]?: Value } = {};
  for (const side of sides) {
    const file = files[side];
    if (file !== undefined) made[side] = one(file);
  }
  return made;
}

function perHemisphere<From, To>(
  pair: PerHemisphere<From>,
  make: (one: From, hemisphere: Hemisphere) => To,
): PerHemisphere<To> {
  const made: { [H in Hemisphere]?: To } = {};
  for (const hemisphere of HEMISPHERES) {
    const one = pair[hemisphere];
    if (one !== undefined) made[hemisphere] = make(one, hemisphere);
  }
  return made;
}
