import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { Hemisphere } from "./hemisphere.js";
import type { StandardMesh } from "./standardMesh.js";

/** The files of one shape, a hemisphere each. */
export type ShapeFiles = { readonly [H in Hemisphere]?: string };

/** What a folder has of a mesh. */
export interface SurfaceFolder {
  readonly folder: string;
  /** From folded to round, in the order in which a view morphs. */
  readonly shapes: readonly { readonly name: string; readonly files: ShapeFiles }[];
  /** Where FreeSurfer's `sulc` is. */
  readonly sulc: ShapeFiles;
}

/** What shapes are called in names of files, from folded to round. */
const SHAPES: readonly (readonly [name: string, words: readonly string[]])[] = [
  ["white", ["white"]],
  ["pial", ["pial"]],
  // The second and third are how brainspace calls it.
  ["midthickness", ["midthickness", "32k lh gii", "32k rh gii"]],
  ["inflated", ["inflated", "infl"]],
  ["very inflated", ["veryinflated", "very inflated"]],
  ["sphere", ["sphere"]],
];
const SIDES = { lh: ["lh", "left", "l", "hemi l"], rh: ["rh", "right", "r", "hemi r"] } as const;

/**
 * What is there of a mesh in a folder: FreeSurfer's (`lh.pial`), nilearn's (`pial_left.gii.gz`), the Human Connectome
 * Project's (`S1200.L.pial_MSMAll.32k_fs_LR.surf.gii`) and template files (`tpl-fsLR_den-32k_hemi-L_inflated.surf.gii`).
 *
 * @param mesh whose files are meant, where the folder may hold several.
 */
export function surfaceFolder(folder: string, mesh?: StandardMesh): SurfaceFolder {
  const names = existsSync(folder) ? readdirSync(folder).sort((a, b) => a.length - b.length) : [];
  const files = names.filter((name) => mesh === undefined || fits(name, mesh));
  const find = (words: readonly string[], accepts: (name: string) => boolean): ShapeFiles => {
    const of = (side: Hemisphere) =>
      files.find(
        (name) =>
          accepts(name) && words.some((word) => says(name, word)) && SIDES[side].some((s) => says(name, s)),
      );
    const [lh, rh] = [of("lh"), of("rh")];
    return {
      ...(lh === undefined ? {} : { lh: path.join(folder, lh) }),
      ...(rh === undefined ? {} : { rh: path.join(folder, rh) }),
    };
  };
  const isSurface = (name: string) =>
    !/\.(annot|label|csv|mgh|mgz|png|txt|reg)\b|(func|shape|label)\.gii/.test(name);
  const shapes = SHAPES.map(([name, words]) => ({
    name,
    // `very_inflated` says inflated too.
    files: find(words, (file) => isSurface(file) && (name !== "inflated" || !/very_?inflated/i.test(file))),
  })).filter(({ files: found }) => found.lh !== undefined || found.rh !== undefined);
  return { folder, shapes, sulc: find(["sulc"], (name) => !/label/.test(name)) };
}

/** Whether the words of a file's name hold this word: "lh.pial", "pial_left.gii.gz" and "hemi-L_pial" say pial. */
function says(name: string, word: string): boolean {
  return ` ${name.toLowerCase().split(/[._-]/).join(" ")} `.includes(` ${word} `);
}

/** A template's file says its space and density; others are taken for what their folder is. */
function fits(name: string, mesh: StandardMesh): boolean {
  const { template } = mesh;
  const space = /(?:^|_)tpl-([A-Za-z]+)/.exec(name)?.[1];
  const density = /_den-(\w+?)_/.exec(name)?.[1];
  if (space !== undefined && space !== template.space) return false;
  if (density !== undefined && density !== template.density) return false;
  // brainspace keeps a surface of fsaverage5 beside those of fsLR.
  const coarse = /^fsa(\d)\b/.exec(name)?.[1];
  if (coarse !== undefined && mesh.name !== `fsaverage${coarse}`) return false;
  const hcp = /\.(\d+k)_fs_LR\b/.exec(name)?.[1];
  return hcp === undefined || (template.space === "fsLR" && hcp === template.density);
}
