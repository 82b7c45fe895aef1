import type { MeshInput } from "../document/surfaceGeometry.js";
import { InputError } from "../errors.js";
import type { Regions } from "../mesh/readRegions.js";
import { nearestNames } from "../print/nearest.js";
import { colorMaps } from "../viewer/colorMaps.js";
import { VIEWS } from "../viewer/panels.js";
import type { Hemisphere, StatisticDocument, ViewDocument } from "../viewer/viewDocument.js";
import { firstState, settled, type ViewState } from "../viewer/viewState.js";
import type { OverlayInput } from "./overlays.js";
import type { Hemispheres } from "./viewInput.js";

/** How a view begins; everything can be changed in it afterwards. */
export interface ViewOptions {
  /** A map such as "conT", "beta" or "sigma2"; the first that there is of conT, conF, Chi2lp and beta when left out. */
  readonly statistic?: string;
  /** A contrast or a column of X, by name or 0-based number; a map with one volume ignores it. */
  readonly contrast?: string | number;
  /** Smaller sizes are gray. */
  readonly threshold?: number;
  /** The values at the ends of the color bar; one number for both ends of a signed map. */
  readonly range?: number | readonly [low: number, high: number];
  readonly surface?: "white" | "pial" | "inflated" | "sphere" | (string & {});
  readonly hemisphere?: "both" | "lh" | "rh";
  readonly view?: "overview" | "lateral" | "medial" | "dorsal" | "ventral" | "anterior" | "posterior";
  /** The color map, such as "blue-orange" (safe for the color-blind); one that fits the statistic when left out. */
  readonly colors?: string;
  /** Stands over the picture. */
  readonly title?: string;
  /** Of the response, such as "% BOLD". */
  readonly unit?: string;
  /**
   * The surface of the maps, where their number of vertices does not say it: "fsaverage6", "fsLR", "ico3" (a sphere), a
   * folder with `lh.pial` and others, or files or meshes of one hemisphere or both.
   */
  readonly mesh?: MeshInput | Hemispheres<MeshInput>;
  /** Label files (`.annot`, `.label.gii`) or what `readRegions` read of them: names and outlines. */
  readonly regions?: Hemispheres<string | Regions>;
  /** What a test found, outlined over the map and named at each vertex: `clusters(…)`, `fdr(…)`, `bonferroni(…)`. */
  readonly overlay?: OverlayInput;
  /** What a saved notebook keeps: the map that is shown, or every map. Others come from the kernel. */
  readonly keep?: "shown" | "all";
}

/** Of what a view begins with where it does not say: the first that there is. */
const USUAL = ["conT", "conF", "Chi2lp", "beta"];

/**
 * The state by which a view begins.
 *
 * @throws InputError naming what there is, for a name that there is not.
 */
export function startState(options: ViewOptions, view: ViewDocument): ViewState {
  const [design] = view.designs;
  const usual = USUAL.map((key) => design.statistics.find((one) => one.key === key)).find(
    (one) => one !== undefined,
  );
  const statistic =
    options.statistic === undefined
      ? (usual ?? design.statistics[0])
      : known(design.statistics, options.statistic);
  const first = firstState(view);
  const range = options.range;
  const [low, high] =
    range === undefined ? [undefined, undefined] : typeof range === "number" ? [undefined, range] : range;
  if (high !== undefined && !(high > (low ?? 0) || (low === undefined && high > 0))) {
    throw new InputError({
      key: "range",
      found: `${JSON.stringify(range)}`,
      expected: "a low and a higher number",
    });
  }
  return settled(
    {
      ...first,
      statistic: statistic.key,
      volume: volumeOf(statistic, options.contrast),
      threshold: numberOf("threshold", options.threshold),
      // A signed map's ends are as far from zero as one another.
      low: statistic.signed ? undefined : low,
      high: high !== undefined && statistic.signed ? Math.max(Math.abs(low ?? 0), Math.abs(high)) : high,
      colorMap: colorsOf(options.colors, statistic.signed),
      surface: surfaceOf(options.surface, view) ?? first.surface,
      side: sideOf(options.hemisphere, view) ?? first.side,
      view: viewOf(options.view) ?? first.view,
    },
    view,
  );
}

function known(statistics: readonly StatisticDocument[], name: string): StatisticDocument {
  const short = name.replace(/^blmm_vox_/, "").replace(/\.dat$/, "");
  const found = statistics.find(({ key }) => key === short);
  if (found !== undefined) return found;
  throw wrongName(
    "statistic",
    name,
    statistics.map(({ key }) => key),
  );
}

function volumeOf({ volumes }: StatisticDocument, contrast: string | number | undefined): string {
  // A map with one volume has no contrast to choose.
  if (contrast === undefined || volumes.length === 1) return volumes[0].label;
  if (typeof contrast === "number") {
    const volume = volumes[contrast];
    if (volume !== undefined) return volume.label;
    throw new InputError({
      key: "contrast",
      found: `no volume ${contrast}`,
      expected: `a whole number from 0 to ${volumes.length - 1}`,
    });
  }
  const labels = volumes.map(({ label }) => label);
  if (labels.includes(contrast)) return contrast;
  throw wrongName("contrast", contrast, labels);
}

function surfaceOf(name: string | undefined, { geometry }: ViewDocument): number | undefined {
  if (name === undefined) return undefined;
  const names = geometry.surfaces.map((surface) => surface.name);
  const at = names.indexOf(name);
  if (at >= 0) return at;
  // A sphere has one shape only: asking for the inflated one is no mistake there.
  if (names.length === 1) return 0;
  throw wrongName("surface", name, names);
}

function sideOf(side: string | undefined, view: ViewDocument): "both" | Hemisphere | undefined {
  if (side === undefined) return undefined;
  const names = ["both", "lh", "rh"] as const;
  const found = names.find((name) => name === side);
  if (found === undefined) throw wrongName("hemisphere", side, names);
  if (found !== "both" && !view.hemispheres.includes(found)) {
    throw new InputError({
      key: "hemisphere",
      found: `no ${found} among these results`,
      expected: view.hemispheres.join(", "),
    });
  }
  return found;
}

function viewOf(name: string | undefined): ViewState["view"] | undefined {
  if (name === undefined) return undefined;
  const found = VIEWS.find((one) => one === name);
  if (found === undefined) throw wrongName("view", name, VIEWS);
  return found;
}

function colorsOf(name: string | undefined, signed: boolean): string | undefined {
  if (name === undefined) return undefined;
  const names = colorMaps.filter((map) => map.signed === signed).map(({ key }) => key);
  if (!names.includes(name)) throw wrongName("colors", name, names);
  return name;
}

function numberOf(key: string, value: number | undefined): number | undefined {
  if (value === undefined || Number.isFinite(value)) return value;
  throw new InputError({ key, found: `${value}`, expected: "a number" });
}

function wrongName(key: string, name: string, names: readonly string[]): InputError {
  return new InputError({
    key,
    found: `no ${key} ${JSON.stringify(name)}`,
    expected: `one of ${nearestNames(name, names).join(", ")}`,
  });
}
