import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cannotWrite } from "../directory/faults.js";
import { OutputDirectory } from "../directory/outputDirectory.js";
import { AbortedError } from "../errors.js";
import type { Hemisphere, Mesh } from "../mesh/index.js";
import { cellBar, cellSignal } from "../notebook/cell.js";
import { formatCount, plural } from "../print/number.js";
import { Report } from "../print/report.js";
import type { Results } from "../results/results.js";
import { type Cohort, drawCohort } from "./cohort.js";
import { drawImages } from "./hemisphereImages.js";
import { randomStream } from "./random.js";
import { directions, smoothFields } from "./smoothField.js";
import { everyFile, imagePath, writeDesigns, writeTruth } from "./studyFiles.js";
import { drawTruth, truthOf } from "./truth.js";

/** What to simulate, and where to. */
export interface SimulateOptions {
  /** The folder that gets the study; made when it is not there. */
  readonly outdir: string;
  readonly subjects?: number;
  readonly seed?: number;
  /** The surface of each hemisphere. */
  readonly meshes: Readonly<Record<Hemisphere, Mesh>>;
  /** Results whose β, σ² and D are the truth; smooth made-up maps when left out. */
  readonly truth?: Readonly<Record<Hemisphere, Results>>;
  /** Hears the share done, 0–1. */
  readonly progress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

const HEMISPHERES: readonly Hemisphere[] = ["lh", "rh"];

/**
 * Simulates an ABCD-shaped longitudinal study: images of both hemispheres, lists, X, Z, subjects, one yml
 * for each of Design 1, Design 1 on the subjects of Design 2, and Design 2, and the truth. The same seed
 * gives the same bytes. The study is there whole or not at all; an earlier simulation there is replaced, and what
 * else the folder holds stays.
 *
 * @throws AbortedError when the signal fires.
 * @throws InputError when the folder cannot be written, or other files are in the way.
 */
export async function simulate(options: SimulateOptions): Promise<Report> {
  const { meshes, subjects = 240, seed = 1 } = options;
  const signal = options.signal ?? cellSignal();
  const bar = options.progress === undefined ? cellBar("Drawing images") : undefined;
  const progress = options.progress ?? ((share: number) => bar?.update({ done: share }));
  const cohort = drawCohort(subjects, seed);
  const output = OutputDirectory.claim(options.outdir, {
    kind: "simulated study",
    title: `simulation of ${plural(subjects, "subject", "subjects")}`,
    files: everyFile(cohort),
    inputs: HEMISPHERES.flatMap((hemisphere) => options.truth?.[hemisphere].directory ?? []),
    bytes: HEMISPHERES.reduce(
      (sum, hemisphere) => sum + (4 * cohort.visits.length * meshes[hemisphere].vertices.length) / 3,
      0,
    ),
    // The seed gives them again.
    durable: false,
  });
  try {
    const folder = output.staged;
    let done = 0;
    for (const [side, hemisphere] of HEMISPHERES.entries()) {
      const mesh = meshes[hemisphere];
      const random = randomStream(seed, -1000 - side);
      const given = options.truth?.[hemisphere];
      const truth = given === undefined ? drawTruth(mesh, hemisphere, random) : truthOf(given, mesh);
      const fields = smoothFields(directions(mesh), 24, 6, random);
      mkdirSync(path.join(folder, hemisphere), { recursive: true });
      for (const { visit, values } of drawImages(cohort, truth, fields, seed, side)) {
        if (signal?.aborted) throw new AbortedError("The simulation was stopped; nothing was written.");
        writeFileSync(
          path.join(folder, imagePath(hemisphere, cohort.visits[visit])),
          new Uint8Array(values.buffer),
        );
        progress(++done / (2 * cohort.visits.length));
        // Let the event loop turn, so that an interrupt is heard.
        if (done % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      writeTruth(folder, hemisphere, truth);
    }
    writeDesigns(folder, cohort);
    output.place();
    return reportOf(output.directory, cohort, meshes.lh.vertices.length / 3, seed);
  } catch (error) {
    throw cannotWrite(output.directory, error);
  } finally {
    output.release();
  }
}

function reportOf(outdir: string, cohort: Cohort, vertices: number, seed: number): Report {
  const visits = [1, 2, 3].map((k) => cohort.counts.filter((count) => count === k).length);
  return new Report(
    `Simulated study (${outdir})`,
    [
      `${plural(cohort.subjects, "subject", "subjects")} (${visits.map((count, k) => `${formatCount(count)} with ${k + 1}`).join(", ")} visits), ${formatCount(cohort.visits.length)} images a hemisphere of ${formatCount(vertices)} vertices, seed ${seed}`,
      "lh_des1.yml, lh_des1r.yml, lh_des2.yml and the same for rh: give one to `blmm fit`",
      "truth_lh, truth_rh: the β, σ² and D that the images were drawn from",
    ],
    [],
  );
}
