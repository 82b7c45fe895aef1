import { homedir } from "node:os";
import path from "node:path";
import { InputError } from "../errors.js";
import { formatCount } from "../print/number.js";
import { pythonPackages } from "./pythonPackages.js";
import type { StandardMesh } from "./standardMesh.js";
import { type SurfaceFolder, surfaceFolder } from "./surfaceFolder.js";

/**
 * The folder that has the surfaces of a standard mesh, of those where FreeSurfer, nilearn, templateflow, neuromaps and
 * brainspace keep them.
 *
 * @throws InputError saying where was looked, and how to name them.
 */
export function findSurfaces(mesh: StandardMesh): SurfaceFolder {
  const places = placesOf(mesh);
  for (const { folder } of places) {
    if (folder === undefined) continue;
    const found = surfaceFolder(folder, mesh);
    if (found.shapes.some(({ files }) => files.lh !== undefined && files.rh !== undefined)) return found;
  }
  const looked = places.map(({ says, folder }) => (folder === undefined ? `${says} (not set)` : says));
  throw new InputError({
    key: "mesh",
    found: `no surfaces of ${mesh.name} (${formatCount(mesh.vertices)} vertices a hemisphere); looked in ${[...new Set(looked)].join(", ")}`,
    expected: `a folder with its files, such as lh.pial and rh.pial`,
    hint: `Name it: { mesh: "FOLDER" } in a cell, --mesh FOLDER for the command; or set ${mesh.name.startsWith("fsaverage") ? "SUBJECTS_DIR" : "TEMPLATEFLOW_HOME"}.`,
  });
}

interface Place {
  readonly says: string;
  readonly folder: string | undefined;
}

function placesOf({ folder, template }: StandardMesh): Place[] {
  const {
    SUBJECTS_DIR,
    FREESURFER_HOME,
    NILEARN_SHARED_DATA,
    NILEARN_DATA,
    TEMPLATEFLOW_HOME,
    NEUROMAPS_DATA,
  } = process.env;
  const home = homedir();
  const under = (base: string | undefined, ...parts: string[]) =>
    base === undefined || base === "" ? undefined : path.join(base, ...parts);
  const fsaverage = template.space === "fsaverage";
  const nilearn = [NILEARN_SHARED_DATA, NILEARN_DATA, path.join(home, "nilearn_data")];
  const templateflow = TEMPLATEFLOW_HOME || path.join(home, ".cache", "templateflow");
  const neuromaps = NEUROMAPS_DATA || path.join(home, "neuromaps-data");
  const places: Place[] = fsaverage
    ? [
        { says: `$SUBJECTS_DIR/${folder}/surf`, folder: under(SUBJECTS_DIR, folder, "surf") },
        {
          says: `$FREESURFER_HOME/subjects/${folder}/surf`,
          folder: under(FREESURFER_HOME, "subjects", folder, "surf"),
        },
        ...nilearn.map((base) => ({ says: `nilearn_data/${folder}`, folder: under(base, folder) })),
      ]
    : pythonPackages().map((packages) => ({
        says: "brainspace's wheel",
        folder: path.join(packages, "brainspace", "datasets", "surfaces"),
      }));
  return [
    ...places,
    {
      says: `${templateflow}/tpl-${template.space}`,
      folder: path.join(templateflow, `tpl-${template.space}`),
    },
    {
      says: `${neuromaps}/atlases/${template.space}`,
      folder: path.join(neuromaps, "atlases", template.space),
    },
  ].filter(
    ({ says, folder: there }, _, all) =>
      there !== undefined || !all.some((other) => other.says === says && other.folder !== undefined),
  );
}
