import path from "node:path";
import type { Config } from "../config/index.js";
import type { ImageSet } from "../images/index.js";
import type { Hemisphere } from "../mesh/hemisphere.js";

/** What a study is called by those who named its files. */
export interface StudyName {
  /** Which hemisphere the images are of; undefined where no name says so. */
  readonly hemisphere: Hemisphere | undefined;
  /** Such as "des1"; "" where no name says so. */
  readonly design: string;
}

/** Words of file names that mean a side: FreeSurfer's lh and rh, BIDS' hemi-L and hemi-R, HCP's .L. and .R. */
const SIDES: Readonly<Record<string, Hemisphere>> = {
  lh: "lh",
  LH: "lh",
  L: "lh",
  left: "lh",
  Left: "lh",
  rh: "rh",
  RH: "rh",
  R: "rh",
  right: "rh",
  Right: "rh",
};

/** Names that say nothing of a design. */
const PLAIN = new Set(["", "blmm_inputs", "inputs", "config", "blmm", "results", "output", "out"]);

/** Which hemisphere a file or folder is of by its name; undefined where it names none, or both. */
export function sideOfName(name: string): Hemisphere | undefined {
  const sides = new Set(
    name
      .split(/[^A-Za-z0-9]+/)
      .map((word) => SIDES[word])
      .filter((side) => side !== undefined),
  );
  return sides.size === 1 ? [...sides][0] : undefined;
}

/** "des1" of `results_lh_des1` and of `lh_des1`; "" where the name says nothing. */
export function designOfName(name: string): string {
  const bare = name.replace(/^results[_.-]?/, "").replace(/(^|[_.-])[lr]h(?=[_.-]|$)[_.-]?/, "$1");
  const trimmed = bare.replace(/^[_.-]+|[_.-]+$/g, "");
  return PLAIN.has(trimmed) ? "" : trimmed;
}

/**
 * What the names of a study's files say: of its images, all of which must agree, then of its configuration and
 * results directory.
 *
 * @param outdir the results directory, where it is another than the configuration's.
 */
export function nameOfStudy(config: Config, images: ImageSet, outdir = config.outdir): StudyName {
  const yml = path.basename(config.file).replace(/\.ya?ml$/, "");
  const directory = path.basename(outdir);
  return {
    hemisphere:
      sideOfImages(images) ??
      sideOfName(yml) ??
      sideOfName(directory) ??
      sideOfName(path.basename(config.yFiles)),
    design: designOfName(directory) || designOfName(yml),
  };
}

/** By their own names, else by the folders they lie in. */
function sideOfImages({ images }: ImageSet): Hemisphere | undefined {
  for (const nameOf of [path.basename, (file: string) => path.basename(path.dirname(file))]) {
    const sides = new Set(images.map((image) => sideOfName(nameOf(image.path))));
    const [side] = sides;
    if (sides.size === 1 && side !== undefined) return side;
    if (sides.size > 1) return undefined;
  }
  return undefined;
}
