import { existsSync, readFileSync, renameSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { openStudy } from "../design/index.js";
import { InputError } from "../errors.js";
import { fit } from "../fit.js";
import { fsaverage5File, icosphere, type Mesh, readMesh } from "../mesh/index.js";
import { nearestNames } from "../print/nearest.js";
import { formatCount } from "../print/number.js";
import { Report } from "../print/report.js";
import { openResults } from "../results/openResults.js";
import type { Results } from "../results/results.js";
import { ResultsPair } from "../results/resultsPair.js";
import { software, version } from "../version.js";
import { writeParticipants } from "./participants.js";
import { type Preset, SEED } from "./preset.js";
import { TutorialTruth } from "./truth.js";

const DESIGNS = ["des1", "des1r", "des2"];
const HEMISPHERES = ["lh", "rh"];

/** The tutorial's data: configurations, results, surfaces, truth. It prints itself. */
export class Tutorial extends Report {
  /** Of the simulation. */
  readonly seed = SEED;

  constructor(
    readonly preset: Preset,
    /** Absolute path of the study. */
    readonly folder: string,
    made: string,
  ) {
    super(
      `BLMM tutorial, preset ${preset}`,
      [
        `blmm ${version}, Node.js ${process.versions.node}, ${availableParallelism()} cores`,
        sizesOf(folder),
        `data in ${path.relative(process.cwd(), folder) || "."}, simulated from seed ${SEED}: ${made}`,
      ],
      [],
    );
  }

  /**
   * The path of a design's blmm_inputs.yml.
   *
   * @throws InputError for a design or hemisphere that is none.
   */
  yml(design: "des1" | "des1r" | "des2", hemisphere: "lh" | "rh" = "lh"): string {
    known("design", design, DESIGNS);
    known("hemisphere", hemisphere, HEMISPHERES);
    return path.join(this.folder, `${hemisphere}_${design}.yml`);
  }

  /** The path of a design's results directory, whether it is there yet or not. */
  results(design: "des1" | "des1r" | "des2", hemisphere: "lh" | "rh" = "lh"): string {
    known("design", design, DESIGNS);
    known("hemisphere", hemisphere, HEMISPHERES);
    return path.join(this.folder, `results_${hemisphere}_${design}`);
  }

  /** The surface on which the images are: fsaverage5, or the sphere of fsaverage3 in the tiny preset. */
  mesh(hemisphere: "lh" | "rh" = "lh"): Mesh {
    known("hemisphere", hemisphere, HEMISPHERES);
    return this.preset === "tiny" ? icosphere(3) : readMesh(fsaverage5File("pial", hemisphere));
  }

  /**
   * The fit of a design: opened, or made first where there is none yet. Results of another version are moved
   * aside.
   *
   * @param hemisphere one of the two; both, as `{ lh, rh }`, when left out.
   */
  async fitted<Side extends "lh" | "rh" | undefined = undefined>(
    design: "des1" | "des1r" | "des2",
    hemisphere?: Side,
  ): Promise<Side extends "lh" | "rh" ? Results : ResultsPair> {
    const results =
      hemisphere === undefined
        ? new ResultsPair(await this.fittedOne(design, "lh"), await this.fittedOne(design, "rh"))
        : await this.fittedOne(design, hemisphere);
    return results as Side extends "lh" | "rh" ? Results : ResultsPair;
  }

  private async fittedOne(design: "des1" | "des1r" | "des2", hemisphere: "lh" | "rh"): Promise<Results> {
    const directory = this.results(design, hemisphere);
    if (existsSync(directory)) {
      const results = await opened(directory);
      if (results?.info.software === software) return results;
      const aside = setAside(directory);
      console.log(
        `${path.basename(directory)}: of another version or changed; moved to ${path.basename(aside)}.`,
      );
    }
    return fit(await openStudy(this.yml(design, hemisphere)));
  }

  /** What the images were drawn from. */
  truth(hemisphere: "lh" | "rh" = "lh"): TutorialTruth {
    known("hemisphere", hemisphere, HEMISPHERES);
    return new TutorialTruth(this.folder, hemisphere);
  }

  /**
   * A participants table as labs have it, made from X: one row an image, words for categories.
   *
   * @returns its path.
   */
  async participants(hemisphere: "lh" | "rh" = "lh"): Promise<string> {
    const file = path.join(this.folder, `${hemisphere}_participants.tsv`);
    writeParticipants(file, await openStudy(this.yml("des1", hemisphere)));
    return file;
  }
}

/** Results as they are, or undefined where they are damaged or of an older format: they can be made again. */
async function opened(directory: string): Promise<Results | undefined> {
  try {
    return await openResults(directory);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** Moves a directory to a free name beside it: a fit does not replace what it does not know. */
function setAside(directory: string): string {
  for (let k = 1; ; k++) {
    const aside = `${directory}_earlier${k === 1 ? "" : k}`;
    if (existsSync(aside)) continue;
    renameSync(directory, aside);
    return aside;
  }
}

function known(key: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  throw new InputError({
    key,
    found: JSON.stringify(name),
    expected: `one of ${nearestNames(name, names).join(", ")}`,
  });
}

function sizesOf(folder: string): string {
  const [, ...rows] = readFileSync(path.join(folder, "des1", "subjects.csv"), "utf8")
    .trim()
    .split("\n");
  const vertices = statSync(path.join(folder, "lh_mask.dat")).size / 4;
  return `${formatCount(new Set(rows).size)} children, ${formatCount(rows.length)} images a hemisphere of ${formatCount(vertices)} vertices`;
}
