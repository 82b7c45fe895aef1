import { InputError } from "../errors.js";
import { readImage } from "../images/index.js";
import { fsaverage5File, type Hemisphere, icosphere, type Mesh, readMesh } from "../mesh/index.js";
import type { PerHemisphere } from "../viewer/viewDocument.js";
import { foldingOf } from "./folding.js";

/** What a map is drawn on: one mesh in one or several shapes. */
export interface SurfaceGeometry {
  readonly space: string;
  /** From folded to round, in the order in which a view morphs. */
  readonly surfaces: readonly { readonly name: string; readonly mesh: PerHemisphere<Mesh> }[];
  /** float32, V: above 0 in a sulcus, under 0 on a gyrus. */
  readonly folding: PerHemisphere<Float32Array>;
}

/** A surface as a person gives it: a mesh, or the file of one. */
export type MeshInput = string | Mesh;

const HEMISPHERES = ["lh", "rh"] as const;

const FSAVERAGE5 = [
  { name: "white", file: "white" },
  { name: "pial", file: "pial" },
  { name: "inflated", file: "infl" },
  { name: "sphere", file: "sphere" },
] as const;

/** Vertices of fsaverage5, a hemisphere. */
export const FSAVERAGE5_VERTICES = 10_242;

/**
 * fsaverage5 in all its shapes, from nilearn's files.
 *
 * @throws InputError saying how to get them.
 */
export function fsaverage5Geometry(): SurfaceGeometry {
  const both = <Value>(read: (hemisphere: Hemisphere) => Value): PerHemisphere<Value> =>
    Object.fromEntries(HEMISPHERES.map((hemisphere) => [hemisphere, read(hemisphere)]));
  return {
    space: "fsaverage5",
    surfaces: FSAVERAGE5.map(({ name, file }) => ({
      name,
      mesh: both((hemisphere) => readMesh(fsaverage5File(file, hemisphere))),
    })),
    folding: both((hemisphere) => readImage(fsaverage5File("sulc", hemisphere)).values),
  };
}

/** The sphere that `blmm simulate` uses for a small study; both hemispheres are the same. */
export function sphereGeometry(vertices: number): SurfaceGeometry | undefined {
  const level = Math.log2((vertices - 2) / 10) / 2;
  if (!Number.isInteger(level) || level < 0 || level > 4) return undefined;
  const mesh = icosphere(level);
  const folding = new Float32Array(vertices);
  return {
    space: `a sphere of ${vertices.toLocaleString("en-US")} vertices`,
    surfaces: [{ name: "sphere", mesh: { lh: mesh, rh: mesh } }],
    folding: { lh: folding, rh: folding },
  };
}

/**
 * A surface of the reader's own, one hemisphere or both; how it is folded is told from its shape.
 *
 * @throws InputError where a file is no surface.
 */
export function ownGeometry(meshes: PerHemisphere<MeshInput>, name?: string): SurfaceGeometry {
  const mesh: { [H in Hemisphere]?: Mesh } = {};
  const folding: { [H in Hemisphere]?: Float32Array } = {};
  for (const hemisphere of HEMISPHERES) {
    const given = meshes[hemisphere];
    if (given === undefined) continue;
    const read = typeof given === "string" ? readMesh(given) : given;
    checkMesh(read, typeof given === "string" ? given : undefined);
    mesh[hemisphere] = read;
    folding[hemisphere] = foldingOf(read);
  }
  const [file] = Object.values(meshes).filter((given) => typeof given === "string");
  const called = name ?? (file === undefined ? "surface" : surfaceName(file));
  return { space: file ?? "the surface given", surfaces: [{ name: called, mesh }], folding };
}

/** "pial" of `sub-01/lh.pial`, `lh.pial.surf.gii`, `pial_left.gii.gz`. */
function surfaceName(file: string): string {
  const words = (file.split(/[/\\]/).pop() ?? "").toLowerCase().split(/[._-]/);
  return (
    words.find((word) => /^(white|pial|midthickness|inflated|infl|sphere|smoothwm)$/.test(word)) ?? "surface"
  );
}

function checkMesh({ vertices, faces }: Mesh, file: string | undefined): void {
  const V = vertices.length / 3;
  const where = file === undefined ? { key: "mesh" } : { file };
  if (V === 0 || faces.length === 0) {
    throw new InputError({ ...where, found: "a mesh without triangles", expected: "a surface" });
  }
  const wrong = faces.find((corner) => corner < 0 || corner >= V);
  if (wrong !== undefined) {
    throw new InputError({ ...where, found: `a triangle with vertex ${wrong}`, expected: `0 to ${V - 1}` });
  }
}
