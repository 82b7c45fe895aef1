import { availableParallelism } from "node:os";
import type { ImageSet } from "../images/image.js";
import type { Model } from "../model/model.js";
import { planModel } from "../model/plan.js";
import { allocateEstimates, type Estimates, joinEstimates, selectRows } from "../solver/estimates.js";
import { defaultStart } from "../solver/fitVertices.js";
import { Status } from "../solver/status.js";
import type { FitTask, ReadTask } from "./messages.js";
import {
  type DroppedVertices,
  groupByMissing,
  type MissingnessRules,
  noneDropped,
  type VertexGroup,
} from "./missing.js";
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
  /** Blocks of vertices in which the images were read. */
  readonly blocks: number;
}

/** The shares of the work by which progress is reckoned; reading is quick beside fitting. */
const READ_SHARE = 0.15;

/**
 * Fits the model at every vertex of a set of images, over worker threads; each image is read once a block
 * of vertices, and there is one block unless the images exceed half the memory budget.
 *
 * @throws AbortedError when the signal fires.
 */
export async function fitImages(options: FitImagesOptions): Promise<FittedImages> {
  const { model, images, signal } = options;
  const { n } = model;
  const V = images.vertices;
  options.onProgress?.("plan", 0);
  const plan = planModel(model);
  const threads = Math.max(1, options.threads ?? availableParallelism());
  const solver = {
    maxIterations: options.maxIterations,
    information: options.information,
    start: defaultStart(model.q),
  };
  const pool = new WorkerPool(threads, { plan, images, options: solver });
  try {
    const width = Math.max(1, Math.min(V, Math.floor(options.maxMemory / 2 / (4 * n))));
    const blocks = Math.ceil(V / width);
    const dropped = noneDropped();
    const parts: Estimates[] = [];
    let inner = 0;
    let ringPatterns = 0;
    for (let block = 0; block < blocks; block++) {
      const first = block * width;
      const here = Math.min(width, V - first);
      const advance = (stage: "read" | "fit", share: number) => {
        const within = stage === "read" ? READ_SHARE * share : READ_SHARE + (1 - READ_SHARE) * share;
        options.onProgress?.(stage, (block + within) / blocks);
      };
      const Y = new Float32Array(new SharedArrayBuffer(4 * n * here));
      const present = new Int32Array(new SharedArrayBuffer(4 * here));
      const digest = new Int32Array(new SharedArrayBuffer(4 * here));
      let read = 0;
      const count = (images: number) => {
        read += images;
        advance("read", read / n);
      };
      await pool.run(readTasks(n, threads, { first, width: here, Y, present, digest }), count, signal);
      const inside = options.analysisMask?.subarray(first, first + here);
      const groups = groupByMissing(plan, Y, here, present, inside, options.rules, dropped);
      const columns = Int32Array.from(groups.flatMap((group) => group.columns)).sort();
      const estimates = allocateEstimates(
        columns.map((v) => v + first),
        model.p,
        model.q,
      );
      columns.forEach((v, row) => {
        estimates.imagesDigest[row] = digest[v];
      });
      for (const group of groups) {
        if (group.missing.length === 0) inner += group.columns.length;
        else ringPatterns++;
      }
      let fitted = 0;
      const countFitted = (vertices: number) => {
        fitted += vertices;
        advance("fit", fitted / columns.length);
      };
      await pool.run(fitTasks(groups, columns, here, Y, estimates), countFitted, signal);
      parts.push(keepFitted(estimates, dropped));
    }
    const joined = parts.length === 1 ? parts[0] : joinEstimates(parts);
    return { estimates: joined, dropped, inner, ringPatterns, threads, blocks };
  } finally {
    await pool.close();
  }
}

function* readTasks(
  n: number,
  threads: number,
  block: Omit<ReadTask, "kind" | "from" | "to">,
): Generator<ReadTask> {
  // Runs of neighboring images, so that a thread meets the frames of a stacked file together.
  const size = Math.max(1, Math.ceil(n / (threads * 4)));
  for (let from = 0; from < n; from += size) {
    yield { kind: "read", from, to: Math.min(n, from + size), ...block };
  }
}

/** Vertices a task: small enough to share the work evenly, large enough to plan once for many. */
const VERTICES_A_TASK = 128;

function* fitTasks(
  groups: readonly VertexGroup[],
  kept: Int32Array,
  width: number,
  Y: Float32Array,
  estimates: Estimates,
): Generator<FitTask> {
  const row = new Map<number, number>();
  kept.forEach((v, k) => {
    row.set(v, k);
  });
  // Ring vertices first: their tasks are the longest, and the short ones even out the end.
  const ordered = [...groups].sort((a, b) => b.missing.length - a.missing.length);
  for (const { missing, columns } of ordered) {
    for (let from = 0; from < columns.length; from += VERTICES_A_TASK) {
      const chosen = Int32Array.from(columns.slice(from, from + VERTICES_A_TASK));
      const rows = chosen.map((v) => row.get(v) ?? -1);
      yield { kind: "fit", Y, width, missing, columns: chosen, rows, estimates };
    }
  }
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
