import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DesignResults } from "../document/openDesigns.js";
import type { PictureOptions } from "../plots/drawPicture.js";
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
  /** Pixels per CSS pixel. */
  readonly ratio?: number;
  readonly theme?: "light" | "dark";
}

const WIDE = { width: 1200, height: 800 };

/**
 * Draws the pictures of a report: T of both hemispheres, four statistics, all contrasts, and the comparison, where
 * there are such maps; as PNG, without a browser.
 */
export async function plotResults(
  designs: readonly DesignResults[],
  folder: string,
  options: PlotResultsOptions = {},
): Promise<Report> {
  mkdirSync(folder, { recursive: true });
  const written: string[] = [];
  const { states = [], unit, ratio = 1, theme = "light" } = options;
  const look: Partial<PictureOptions> = { ratio, theme };
  const common: ViewOptions = unit === undefined ? {} : { unit };
  const save = (name: string, png: Uint8Array) => {
    const file = path.join(folder, name);
    writeFileSync(file, png);
    written.push(file);
  };
  if (states.length > 0) {
    const all = view(
      designs.map(({ results }) => results),
      common,
    );
    for (const [k, state] of states.entries())
      save(`state-${k + 1}.png`, await all.png({ ...WIDE, ...look, state: state.replace(/^.*#/, "") }));
    return new Report(`${written.length} pictures in ${folder}`, written, []);
  }
  for (const { key, results } of designs) {
    const first = results.lh ?? results.rh;
    if (first === undefined) continue;
    if (first.has("conT")) {
      const contrasts = first.map("conT").labels;
      const contrast = options.contrast ?? contrasts[1] ?? contrasts[0];
      const show = (more: ViewOptions): View => view(results, { ...common, ...more });
      save(`${key}-T.png`, await show({ statistic: "conT", contrast }).png({ ...WIDE, ...look }));
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
        `${key}-statistics.png`,
        await pictures(
          results,
          panels.map((one) => ({ ...common, ...one })),
          { title },
        ).png(grid),
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
        `${key}-contrasts.png`,
        await pictures(results, all, { title: `T of every contrast${side}` }).png(grid),
      );
    }
    if (first.has("Chi2lp")) {
      save(
        `${key}-comparison.png`,
        await view(results, { ...common, statistic: "Chi2lp" }).png({ ...WIDE, ...look }),
      );
    }
  }
  return new Report(
    `${written.length} pictures in ${folder}`,
    written.map((file) => path.basename(file)),
    [],
  );
}
