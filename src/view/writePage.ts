import { statSync } from "node:fs";
import path from "node:path";
import type { MeshInput } from "../document/surfaceGeometry.js";
import { InputError } from "../errors.js";
import { writePageFiles } from "../page/pageFiles.js";
import { Report } from "../print/report.js";
import { view } from "./view.js";
import type { Hemispheres, ViewInput } from "./viewInput.js";
import type { ViewOptions } from "./viewOptions.js";

/** What a page begins with. */
export interface PageOptions extends Omit<ViewOptions, "keep"> {
  /** As `mesh`. */
  readonly meshes?: MeshInput | Hemispheres<MeshInput>;
}

/**
 * Writes the viewer with all maps as a page that opens without a network: one file where the name ends with `.html`,
 * else a folder with `index.html`, `view.json` and one file a map, for a web server.
 *
 * @param out the file or the folder; a page that is there is replaced, another folder is not.
 * @throws InputError when the folder holds something else, or maps do not match the surface.
 */
export async function writePage(out: string, what: ViewInput, options: PageOptions = {}): Promise<Report> {
  const { meshes, ...more } = options;
  const shown = view(what, { ...more, ...(meshes === undefined ? {} : { mesh: meshes }) });
  const file = path.resolve(out);
  const there = statSync(file, { throwIfNoEntry: false });
  const single = /\.html?$/i.test(file);
  if (there !== undefined && (single ? !there.isFile() : !isPageFolder(file))) {
    throw new InputError({
      file: out,
      found: there.isDirectory() ? "a folder with something else in it" : "a file",
      expected: single ? "a file that can be written" : "a new folder, or one with an earlier page",
    });
  }
  writePageFiles(file, shown.page(options.title));
  const size = single ? ` (${(statSync(file).size / 1e6).toFixed(1)} MB)` : "";
  return new Report(
    `Page: ${single ? file : path.join(file, "index.html")}${size}`,
    [shown.report.heading, `drawn on ${shown.document.geometry.space}`],
    [],
  );
}

function isPageFolder(folder: string): boolean {
  return statSync(path.join(folder, "view.json"), { throwIfNoEntry: false })?.isFile() === true;
}
