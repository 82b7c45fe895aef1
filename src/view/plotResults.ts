import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DesignResults } from "../document/openDesigns.js";
import type { PictureOptions } from "../plots/drawPicture.js";
import type { PictureFormat } from "../plots/pictureFile.js";
import { Report } from "../print/report.js";
import { pictures } from "./pictures.js";
import { type View, view } from "./view.js";
import type { ViewOptions } from "./viewOptions.js";

/** How the pictures are drawn. */
export interface PlotResultsOptions {
  /** The contrast of the pictures that show one: the second, or the only one, when left out. */
  readonly contrast?: string;
  /** Links of a view, each of which becomes a picture instead of the usual ones. */
  readonly states?: readonly string[];
  readonly unit?: string;
  /** The surface of the maps, and regions to outline, as those of a view. */
  readonly mesh?: NonNullable<ViewOptions["mesh"]>;
  readonly regions?: NonNullable<ViewOptions["regions"]>;
  /** In SVG and PDF words and lines are vectors, and the cortex is an image. */
  readonly format?: PictureFormat;
  /** Pixels per CSS pixel. */
  readonly ratio?: number;
  readonly theme?: "light" | "dark";
}

const WIDE = { width: 1200, height: 800 };

/**
 * Draws the pictures of a report: T of both hemispheres, four statistics, all contrasts, and the comparison, where
 * there are such maps; without a browser.
 */
export async function plotResults(
  designs: readonly DesignResults[],
  folder: string,
  options: PlotResultsOptions = {},
): Promise<Report> {
  const drawn = new Map<string, Uint8Array>();
  const { states = [], unit, mesh, regions, format = "png", ratio, theme = "light" } = options;
  const look: Partial<PictureOptions> = { theme, ...(ratio === undefined ? {} : { ratio }) };
  const common: ViewOptions = {
    ...(unit === undefined ? {} : { unit }),
    ...(mesh === undefined ? {} : { mesh }),
    ...(regions === undefined ? {} : { regions }),
  };
  const save = (name: string, picture: Uint8Array) => drawn.set(`${name}.${format}`, picture);
  if (states.length > 0) {
    const all = view(
      designs.map(({ results }) => results),
      common,
    );
    for (const [k, state] of states.entries())
      save(
        `state-${k + 1}`,
        await all.picture(format, { ...WIDE, ...look, state: state.replace(/^.*#/, "") }),
      );
    return written(folder, drawn);
  }
  for (const { key, results } of designs) {
    const first = results.lh ?? results.rh;
    if (first === undefined) continue;
    if (first.has("conT")) {
      const contrasts = first.map("conT").labels;
      const contrast = options.contrast ?? contrasts[1] ?? contrasts[0];
      const show = (more: ViewOptions): View => view(results, { ...common, ...more });
      save(`${key}-T`, await show({ statistic: "conT", contrast }).picture(format, { ...WIDE, ...look }));
      const column =
        first.has("beta") && first.map("beta").labels.includes(contrast)
          ? contrast
          : contrasts.indexOf(contrast);
      const p = first.has("conTlp") ? "conTlp" : "conTlp2";
      const panels = [
        { statistic: "beta", contrast: column },
        { statistic: "conT", contrast },
        { statistic: p, contrast },
        { statistic: "sigma2" },
      ].filter(({ statistic }) => first.has(statistic));
      const grid = { columns: 2, width: 600, height: 420, ...look };
      const title = `Four statistics of ${contrast}`;
      save(
        `${key}-statistics`,
        await pictures(
          results,
          panels.map((one) => ({ ...common, ...one })),
          { title },
        ).picture(format, grid),
      );
      const all = contrasts.map((name) => ({
        ...common,
        statistic: "conT",
        contrast: name,
        hemisphere: results.lh === undefined ? ("rh" as const) : ("lh" as const),
      }));
      const volume = show({}).document.geometry.volume !== undefined;
      const side = volume ? "" : `, ${results.lh === undefined ? "right" : "left"} hemisphere`;
      save(
        `${key}-contrasts`,
        await pictures(results, all, { title: `T of every contrast${side}` }).picture(format, grid),
      );
    }
    if (first.has("Chi2lp")) {
      save(
        `${key}-comparison`,
        await view(results, { ...common, statistic: "Chi2lp" }).picture(format, { ...WIDE, ...look }),
      );
    }
  }
  return written(folder, drawn);
}

/** Nothing is written before every picture is drawn: a name that is none leaves no folder behind. */
function written(folder: string, drawn: ReadonlyMap<string, Uint8Array>): Report {
  mkdirSync(folder, { recursive: true });
  for (const [name, picture] of drawn) writeFileSync(path.join(folder, name), picture);
  return new Report(`${drawn.size} pictures in ${folder}`, [...drawn.keys()], []);
}
