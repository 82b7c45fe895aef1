import { spawn } from "node:child_process";
import path from "node:path";
import { openDesigns } from "../document/openDesigns.js";
import type { PictureFormat } from "../plots/pictureFile.js";
import type { Report } from "../print/report.js";
import { plotResults } from "../view/plotResults.js";
import { writePage } from "../view/writePage.js";

/** What `blmm view` and `blmm plot` are told besides the directories. */
export interface ViewCommandOptions {
  readonly out?: string;
  readonly open?: boolean;
  readonly contrasts?: readonly string[];
  readonly columns?: readonly string[];
  readonly title?: string;
  readonly unit?: string;
  readonly mesh?: readonly string[];
  readonly regions?: string;
  readonly contrast?: string;
  readonly state?: readonly string[];
  readonly format?: PictureFormat;
  readonly ratio?: number;
  readonly dark?: boolean;
}

/** Writes a page of the results, and opens it unless told not to. */
export async function viewCommand(
  directories: readonly string[],
  options: ViewCommandOptions,
): Promise<Report> {
  const designs = await openDesigns(directories, namesOf(options));
  const out = path.resolve(options.out ?? "blmm-view.html");
  const { title, unit, mesh, regions } = options;
  const report = await writePage(
    out,
    designs.map(({ results }) => results),
    {
      ...(title === undefined ? {} : { title }),
      ...(unit === undefined ? {} : { unit }),
      ...(mesh === undefined ? {} : { mesh: meshOf(mesh) }),
      ...(regions === undefined ? {} : { regions: sidesOfFiles(regions.split(",")) }),
    },
  );
  // A folder wants a server: browsers read no neighbors of a file.
  if (options.open !== false && out.endsWith(".html")) openInBrowser(out);
  return report;
}

/** Draws pictures of the results. */
export async function plotCommand(
  directories: readonly string[],
  options: ViewCommandOptions,
): Promise<Report> {
  const designs = await openDesigns(directories, namesOf(options));
  const { contrast, state, unit, mesh, regions, format, ratio, dark } = options;
  return plotResults(designs, path.resolve(options.out ?? "blmm-pictures"), {
    ...(contrast === undefined ? {} : { contrast }),
    ...(state === undefined ? {} : { states: state }),
    ...(unit === undefined ? {} : { unit }),
    ...(mesh === undefined ? {} : { mesh: meshOf(mesh) }),
    ...(regions === undefined ? {} : { regions: sidesOfFiles(regions.split(",")) }),
    ...(format === undefined ? {} : { format }),
    ...(ratio === undefined ? {} : { ratio }),
    theme: dark === true ? "dark" : "light",
  });
}

/** Names of contrasts are names of columns too, as far as they go, where a directory has neither. */
function namesOf({ contrasts, columns }: ViewCommandOptions) {
  const named = columns ?? contrasts;
  return {
    ...(contrasts === undefined ? {} : { contrasts }),
    ...(named === undefined ? {} : { columns: named }),
  };
}

/** One name may say surfaces of both hemispheres: fsaverage6, a folder. */
function meshOf(given: readonly string[]): string | { lh?: string; rh?: string } {
  return given.length === 1 ? given[0] : sidesOfFiles(given);
}

/** `lh.pial rh.pial`: the side is in the name, else the left comes first. */
function sidesOfFiles(files: readonly string[]): { lh?: string; rh?: string } {
  const right = (file: string) => /(^|[_.-])(rh|right)([_.-]|$)/i.test(path.basename(file));
  const rh = files.find(right) ?? (files.length > 1 ? files[1] : undefined);
  const lh = files.find((file) => file !== rh);
  return { ...(lh === undefined ? {} : { lh }), ...(rh === undefined ? {} : { rh }) };
}

function openInBrowser(file: string): void {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open"]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", ""]
        : ["xdg-open"];
  // Where there is no browser, the page is there all the same.
  spawn(command, [...args, file], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}
