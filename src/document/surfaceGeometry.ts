import { InputError } from "../errors.js";
import { type Hemisphere, type Mesh, readMesh } from "../mesh/index.js";
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

/**
 * A surface as a person gives it: a mesh; the file of one; the name of a standard one ("fsaverage6", "fsLR", "ico3"); or
 * a folder with `lh.pial` and others.
 */
export type MeshInput = string | Mesh;

const HEMISPHERES = ["lh", "rh"] as const;

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
