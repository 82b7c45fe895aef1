import { availableParallelism } from "node:os";
import { setImmediate as turn } from "node:timers/promises";
import type { KernelUse } from "../backends/backend.js";
import { fitStopped, InputError } from "../errors.js";
import { BLOCK_VERTICES } from "../images/blocks.js";
import type { Model } from "../model/model.js";
import { formatCount } from "../print/number.js";
import type { Estimates } from "../solver/estimates.js";
import type { DroppedVertices } from "./missing.js";
import { type ImageStore, PartReading, type ReadPart } from "./partReading.js";
import { PlannedDesigns } from "./plannedDesigns.js";
import { WorkerPool } from "./pool.js";
import type { SharedImages } from "./sharedImages.js";
import { StudyFit, type StudyToFit } from "./studyFit.js";

/** How far a fit has come. */
export interface FitProgress {
  /** What is being done now. */
  readonly stage: "plan" | "read" | "fit" | "infer" | "write";
  /** Share of the whole work done, 0–1. */
  readonly done: number;
  /** Seconds since the start, and an estimate of those left (undefined at first). */
  readonly seconds: number;
  readonly secondsLeft: number | undefined;
}

/** The estimates of a study, and how they came about. */
export interface FittedImages {
  readonly model: Model;
  readonly estimates: Estimates;
  readonly dropped: DroppedVertices;
  /** Vertices at which every image is present. */
  readonly inner: number;
  /** Distinct sets of missing images among the others. */
  readonly ringPatterns: number;
  readonly threads: number;
  /** Parts of the vertices for which the images were read, one after the other. */
  readonly blocks: number;
  /** Vertices fitted in the lane kernel and one by one; and why the kernel does not apply to the design. */
  readonly kernel: KernelUse;
  /** Vertices searched from more than one start, and those of them at which another start ended higher. */
  readonly searchedAgain: number;
  readonly foundBetter: number;
  /** Seconds of fitting alone, and of the planning and reading before it. */
  readonly seconds: number;
  readonly readSeconds: number;
  /** Bytes of image values that were read for this study; none where another study's reading gave them. */
  readonly bytesRead: number;
}

/** How several studies are fitted. */
export interface FitStudiesOptions {
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears how far all of it has come. */
  readonly onProgress: (stage: "plan" | "read" | "fit", done: number) => void;
  /** Use the lane kernel where it applies. */
  readonly useKernel: boolean;
  /** Hears of each study that is fitted; threads go on with the next meanwhile. */
  readonly onFitted: (study: number, fitted: FittedImages) => void;
}

/** The share of the work that is reading, by which progress is reckoned; it is quick beside fitting. */
const READ_SHARE = 0.15;

/**
 * Fits studies over worker threads, group by group. Images that studies share are read once, a part of the vertices
 * at a time: there is one part unless the images exceed their share of the memory budget. While the images are read the
 * designs are planned; while one study is fitted, the next is prepared and given to the threads too, and then what follows
 * from the one before is made of it, so that threads that have ended one fit find the next.
 *
 * @throws InputError when the memory budget does not hold 64 vertices.
 * @throws AbortedError when the signal fires.
 */
export async function fitStudies(
  studies: readonly StudyToFit[],
  groups: readonly SharedImages[],
  options: FitStudiesOptions,
): Promise<void> {
  const threads = Math.max(1, options.threads ?? availableParallelism());
  const widths = groups.map((group) => verticesInMemory(group, studies));
  options.onProgress("plan", 0);
  const pool = new WorkerPool(threads);
  const progress = progressOver(studies, groups, options.onProgress);
  const designs = new PlannedDesigns(options.useKernel);
  const store: ImageStore = { values: undefined };
  /** What is to be made of studies that are fitted. */
  const afterwards: (() => void)[] = [];
  const opened: StudyFit[] = [];
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
    return Promise.all([pool.close(), ...opened.map((fit) => fit.close())]);
  };
  const follow = () => {
    for (const work of afterwards.splice(0)) work();
  };
  try {
    for (const [g, group] of groups.entries()) {
      pool.announce({ kind: "images", rows: group.rows });
      const groupings = group.studies.map((study) => studies[study].grouping);
      const images = new PartReading(group, groupings, widths[g], store);
      const { parts } = images;
      const fits: Promise<StudyFit>[] = [];
      const plan = async (k: number) => {
        const study = group.studies[k];
        const place = group.rowOf[k].map((row) => images.places[row]);
        const design = await designs.of(studies[study].design);
        if (hasEnded) throw fitStopped();
        const fit = new StudyFit(studies[study], study, design, place, pool);
        opened.push(fit);
        return fit;
      };
      // A study is planned while images are read or, where that is over, while the one before it is fitted.
      const planned = (k: number) => {
        fits[k] ??= plan(k);
        return fits[k];
      };
      const read = async (part: number): Promise<ReadPart> => {
        const inMemory = images.start(part, pool, progress.reading(g, parts), options.signal);
        let isRead = false;
        const noted = inMemory.reading.finally(() => {
          isRead = true;
        });
        const planning = (async () => {
          await turn();
          for (let k = 0; k < group.studies.length && (k === 0 || !isRead); k++) await planned(k);
        })();
        // Whoever waits for them hears why they failed; until then they are nobody's.
        noted.catch(() => undefined);
        planning.catch(() => undefined);
        await noted;
        return inMemory;
      };
      for (let part = 0; part < parts; part++) {
        const { memory, first, found } = await read(part);
        /** The fit that the threads are at, which has another one behind it while there are studies. */
        let current: { readonly running: Promise<void>; readonly end: () => void } | undefined;
        const endOfCurrent = async () => {
          await current?.running;
          current?.end();
        };
        for (const [k, study] of group.studies.entries()) {
          const fit = await planned(k);
          const next = fit.prepare(memory, first, found[k]);
          // What another backend makes is timed, and made by this thread: nothing else runs beside it.
          if (studies[study].choose !== undefined) {
            await endOfCurrent();
            current = undefined;
          }
          const onFitted = progress.fitting(study, part, parts);
          const before = current?.running;
          const running = fit.fit(next, { pool, signal: options.signal, onFitted, before });
          running.catch(() => undefined);
          // Threads are given their work first, and the next fit behind the first.
          await turn();
          if (k > 0 || group.studies.length === 1) follow();
          await endOfCurrent();
          const end = () => {
            if (part + 1 < parts) return;
            const { seconds, bytes } = k === 0 ? images : { seconds: 0, bytes: 0 };
            fit.forget(pool);
            afterwards.push(() =>
              options.onFitted(study, fit.finish({ threads, readSeconds: seconds, bytesRead: bytes })),
            );
          };
          current = { running, end };
        }
        follow();
        await endOfCurrent();
      }
    }
  } catch (error) {
    await end();
    throw error;
  }
  store.values = undefined;
  const ended = end();
  try {
    follow();
  } finally {
    await ended;
  }
}

/** Progress over all studies: each counts by what its fit is likely to cost. */
function progressOver(
  studies: readonly StudyToFit[],
  groups: readonly SharedImages[],
  onProgress: FitStudiesOptions["onProgress"],
) {
  const costs = studies.map(({ images, grouping }) => images.images.length * Math.max(1, grouping.q) ** 2);
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const read = groups.map(() => 0);
  const fitted = studies.map(() => 0);
  const tell = (stage: "read" | "fit") => {
    const reading = read.reduce((sum, share) => sum + share, 0) / groups.length;
    const fitting = fitted.reduce((sum, share, k) => sum + (share * costs[k]) / total, 0);
    onProgress(stage, READ_SHARE * reading + (1 - READ_SHARE) * fitting);
  };
  return {
    reading: (g: number, parts: number) => (images: number) => {
      read[g] += images / (parts * groups[g].rows.length);
      tell("read");
    },
    fitting: (study: number, part: number, parts: number) => (share: number) => {
      fitted[study] = (part + share) / parts;
      tell("fit");
    },
  };
}

/** Of the memory budget: the rest is for estimates, designs and threads, which never take less than a whole block. */
const IMAGES_SHARE = 3 / 8;

/** Vertices whose images fit into their share of the memory budget, in whole blocks. */
function verticesInMemory(
  { rows, vertices, studies: members }: SharedImages,
  studies: readonly StudyToFit[],
): number {
  const maxMemory = Math.min(...members.map((study) => studies[study].maxMemory));
  const n = rows.length;
  const block = 4 * n * BLOCK_VERTICES;
  if (maxMemory < 2 * block) {
    throw new InputError({
      key: "MAXMEM",
      found: `${formatCount(Math.floor(maxMemory))} bytes`,
      expected: `at least ${formatCount(2 * block)}: ${formatCount(n)} images at ${BLOCK_VERTICES} vertices, twice`,
    });
  }
  const blocks = Math.max(1, Math.floor((IMAGES_SHARE * maxMemory) / block));
  return Math.min(vertices, blocks * BLOCK_VERTICES);
}
