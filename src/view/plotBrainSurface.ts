import { existsSync } from "node:fs";
import path from "node:path";
import { ArrayMaps, VALUES } from "../document/mapsOfHemisphere.js";
import { statisticKind } from "../document/statisticKinds.js";
import { type MeshInput, ownGeometry } from "../document/surfaceGeometry.js";
import { InputError } from "../errors.js";
import { inspectImage, readImage } from "../images/index.js";
import { plural } from "../print/number.js";
import { SurfacePlot, type SurfacePlotOptions } from "./surfacePlot.js";
import { openView } from "./view.js";

/** Which volume of a map's file is plotted, and how. */
export interface BrainSurfaceOptions
  extends Omit<SurfacePlotOptions, "mesh" | "statistic" | "contrast" | "surface"> {
  /** 0-based: the contrast, the column of X or the entry of D. */
  readonly volume?: number;
}

/**
 * Plots one volume of a map's file on a surface: `plotBrainSurface("results_lh_des1/blmm_vox_conT.dat", "lh.pial", {
 * volume: 1 })`. What lies outside the mask of the results directory, or is zero in every volume where there is no
 * mask, is hatched.
 *
 * @param file a map of V × volumes numbers: `.dat`, GIFTI, MGH, NIfTI, FreeSurfer curv.
 * @param geometry the surface of V vertices: a file (`.pial`, `.gii`, …) or a mesh.
 * @throws InputError when the map does not match the surface, or has no such volume.
 */
export function plotBrainSurface(
  file: string,
  geometry: MeshInput,
  options: BrainSurfaceOptions = {},
): SurfacePlot {
  const { volume = 0, ...more } = options;
  const hemisphere =
    more.hemisphere === "rh" || (more.hemisphere !== "lh" && saysRight(file, geometry)) ? "rh" : "lh";
  const [surface] = ownGeometry({ [hemisphere]: geometry }).surfaces;
  const V = (surface.mesh[hemisphere]?.vertices.length ?? 0) / 3;
  const values = readVolume(file, V, volume, typeof geometry === "string" ? geometry : "the surface");
  const name = path
    .basename(file)
    .replace(/\.dat$/, "")
    .replace(/^blmm_vox_/, "");
  const kind = statisticKind(name);
  const title = more.title ?? `${path.basename(file)}, volume ${volume}`;
  const maps = new ArrayMaps(values, title, kind?.key);
  const shown = {
    designs: [{ key: VALUES, name: "", notes: [], maps: { [hemisphere]: maps } }],
    results: [],
  };
  return new SurfacePlot(openView(shown, { ...more, title, hemisphere, mesh: { [hemisphere]: geometry } }));
}

/** float64, V: NaN outside the mask. */
function readVolume(file: string, V: number, volume: number, surface: string): Float64Array {
  const info = inspectImage(file);
  const [framed, volumes] =
    info.vertices === V ? [true, info.frames] : [false, info.frames === 1 ? info.vertices / V : Number.NaN];
  if (!Number.isInteger(volumes)) {
    throw new InputError({
      file,
      found: plural(info.vertices, "number", "numbers"),
      expected: `${V.toLocaleString("en-US")} a volume, one a vertex of ${surface}`,
      hint: "The map and the surface must be of the same mesh.",
    });
  }
  if (!Number.isInteger(volume) || volume < 0 || volume >= volumes) {
    throw new InputError({
      file,
      key: "volume",
      found: `no volume ${volume}`,
      expected: volumes === 1 ? "0, the only one" : `a whole number from 0 to ${volumes - 1}`,
    });
  }
  const { values } = readImage(file, framed ? volume : 0);
  const mask = path.join(path.dirname(file), "blmm_vox_mask.dat");
  const masked =
    path.basename(file).startsWith("blmm_vox_") && existsSync(mask) ? readImage(mask).values : undefined;
  const step = framed ? 1 : volumes;
  const at = framed ? 0 : volume;
  return Float64Array.from({ length: V }, (_, v) => {
    const outside =
      masked?.length === V
        ? masked[v] === 0
        : values.subarray(step * v, step * v + step).every((one) => one === 0);
    return outside ? Number.NaN : values[step * v + at];
  });
}

function saysRight(file: string, geometry: MeshInput): boolean {
  const words = typeof geometry === "string" ? path.basename(geometry) : path.basename(path.dirname(file));
  return /(^|[_.-])(rh|right)([_.-]|$)/.test(words);
}
