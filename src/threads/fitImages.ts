import { availableParallelism } from "node:os";
import type { KernelUse } from "../backends/backend.js";
import type { ChooseProducts } from "../backends/chooseProducts.js";
import { InputError } from "../errors.js";
import { BLOCK_VERTICES } from "../images/blocks.js";
import type { ImageSet } from "../images/image.js";
import type { Model } from "../model/model.js";
import { groupModel } from "../model/plan.js";
import { formatCount } from "../print/number.js";
import { type Estimates, joinEstimates, selectRows } from "../solver/estimates.js";
import { defaultStarts } from "../solver/fitVertices.js";
import { Status } from "../solver/status.js";
import { describeLanes } from "./laneDesign.js";
import type { DroppedVertices, MissingnessRules } from "./missing.js";
import { PartFit } from "./partFit.js";
import { WorkerPool } from "./pool.js";

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

/** What to fit and how. */
export interface FitImagesOptions {
  readonly model: Model;
  readonly images: ImageSet;
  /** uint8, V; undefined for everywhere. */
  readonly analysisMask: Uint8Array | undefined;
  readonly rules: MissingnessRules;
  /** Bytes for images in memory at a time. */
  readonly maxMemory: number;
  readonly maxIterations: number;
  readonly information: "observed" | "expected";
  /** Use the lane kernel where it applies. */
  readonly useKernel: boolean;
  /** Chooses what makes the sums that the kernel begins with; the kernel itself when left out. */
  readonly choose?: ChooseProducts | undefined;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((stage: "plan" | "read" | "fit", done: number) => void) | undefined;
}

/** The estimates of a study, and how they came about. */
export interface FittedImages {
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
}

/** The shares of the work by which progress is reckoned; reading is quick beside fitting. */
const READ_SHARE = 0.15;

/**
 * Fits the model at every vertex of a set of images, over worker threads; each image is read once a part of
 * the vertices, and there is one part unless the images exceed half the memory budget.
 *
 * @throws InputError when the memory budget does not hold 64 vertices.
 * @throws AbortedError when the signal fires.
 */
export async function fitImages(options: FitImagesOptions): Promise<FittedImages> {
  const { model, images } = options;
  const V = images.vertices;
  options.onProgress?.("plan", 0);
  const grouped = groupModel(model);
  const lanes = options.useKernel ? describeLanes(grouped) : { design: undefined, why: undefined };
  const threads = Math.max(1, options.threads ?? availableParallelism());
  const solver = {
    maxIterations: options.maxIterations,
    information: options.information,
    starts: defaultStarts(model.q),
  };
  const width = verticesInMemory(options.maxMemory, model.n, V);
  const parts = Math.ceil(V / width);
  const pool = new WorkerPool(threads, { model, images, options: solver, lanes: lanes.design });
  const fit = new PartFit(options, grouped, lanes.design, pool);
  try {
    const estimates: Estimates[] = [];
    for (let part = 0; part < parts; part++) {
      const first = part * width;
      const advance = (stage: "read" | "fit", share: number) => {
        const within = stage === "read" ? READ_SHARE * share : READ_SHARE + (1 - READ_SHARE) * share;
        options.onProgress?.(stage, (part + within) / parts);
      };
      const fitted = await fit.run(first, Math.min(width, V - first), advance);
      estimates.push(keepFitted(fitted, fit.dropped));
    }
    const { dropped, inner, ringPatterns } = fit;
    return {
      estimates: estimates.length === 1 ? estimates[0] : joinEstimates(estimates),
      dropped,
      inner,
      ringPatterns,
      threads,
      blocks: parts,
      searchedAgain: fit.repeated[0],
      foundBetter: fit.repeated[1],
      kernel: { vertices: fit.inLanes, others: fit.oneByOne, why: lanes.why, ...fit.sums.use },
    };
  } finally {
    await Promise.all([pool.close(), fit.sums.close()]);
  }
}

/** Vertices whose images fit into half the memory budget, in whole blocks. */
function verticesInMemory(maxMemory: number, n: number, vertices: number): number {
  const block = 4 * n * BLOCK_VERTICES;
  const blocks = Math.floor(maxMemory / 2 / block);
  if (blocks < 1) {
    throw new InputError({
      key: "MAXMEM",
      found: `${formatCount(Math.floor(maxMemory))} bytes`,
      expected: `at least ${formatCount(2 * block)}: ${formatCount(n)} images at ${BLOCK_VERTICES} vertices, twice`,
    });
  }
  return Math.min(vertices, blocks * BLOCK_VERTICES);
}

/** Leaves out vertices at which nothing could be estimated: the residuals of their images vanish. */
function keepFitted(estimates: Estimates, dropped: DroppedVertices): Estimates {
  const rows = estimates.vertices.length;
  let kept = 0;
  for (let row = 0; row < rows; row++) if (estimates.status[row] !== Status.outside) kept++;
  dropped.constant += rows - kept;
  if (kept === rows) return estimates;
  const keep = new Int32Array(kept);
  for (let row = 0, k = 0; row < rows; row++) if (estimates.status[row] !== Status.outside) keep[k++] = row;
  return selectRows(estimates, keep);
}
