import { BLOCK_VERTICES, type ImageBlocks } from "../images/blocks.js";
import type { LevelDesign } from "../model/levelDesign.js";
import type { Estimates } from "../solver/estimates.js";
import type { GivenSums } from "../solver/lanes/givenSums.js";
import type { FitTask, LaneTask, ReadBlocksTask } from "./messages.js";
import type { VertexGroup } from "./missing.js";

/** The reading of images into blocks, in parts for the threads. */
export function* readTasks(
  n: number,
  threads: number,
  into: Omit<ReadBlocksTask, "kind" | "from" | "to">,
): Generator<ReadBlocksTask> {
  // Runs of neighboring images, so that a thread meets the frames of a stacked file together.
  const size = Math.max(1, Math.ceil(n / (threads * 4)));
  for (let from = 0; from < n; from += size) {
    yield { kind: "readBlocks", from, to: Math.min(n, from + size), ...into };
  }
}

/** Vertices a task: small enough to share the work evenly, large enough to plan once for many. */
const VERTICES_A_TASK = 128;
const RING_VERTICES_A_TASK = 32;

/** The vertices of a block of memory: their images, and where the estimates of each go. */
export interface KeptVertices {
  readonly blocks: ImageBlocks;
  readonly estimates: Estimates;
  /** int32, 2, shared: vertices searched from more than one start, and those at which another start ended higher. */
  readonly repeated: Int32Array;
  /** The row of each column that is kept. */
  readonly rowOf: ReadonlyMap<number, number>;
  /** What another backend made of the whole vertices. */
  readonly given?: GivenSums | undefined;
}

/** Fits one after the other of the groups of vertices that miss the same images. */
export function* fitTasks(
  groups: readonly VertexGroup[],
  { blocks, estimates, repeated, rowOf }: KeptVertices,
): Generator<FitTask> {
  // Ring vertices first: their tasks are the longest, and the short ones even out the end.
  const ordered = [...groups].sort((a, b) => b.missing.length - a.missing.length);
  for (const { missing, columns } of ordered) {
    for (let from = 0; from < columns.length; from += VERTICES_A_TASK) {
      const chosen = Int32Array.from(columns.slice(from, from + VERTICES_A_TASK));
      const rows = chosen.map((v) => rowOf.get(v) ?? -1);
      yield { kind: "fit", blocks, missing, columns: chosen, rows, estimates, repeated };
    }
  }
}

/**
 * Fits in the lane kernel: ring vertices in any mixture, then whole ones by blocks of images.
 *
 * @param direct the terms of X'V⁻¹X do not hold for this design: whole vertices sum it as ring vertices do.
 */
export function* laneTasks(
  groups: readonly VertexGroup[],
  { blocks, estimates, repeated, rowOf, given }: KeptVertices,
  direct: boolean,
): Generator<LaneTask> {
  const task = (ring: boolean, part: readonly number[]): LaneTask => {
    const columns = Int32Array.from(part);
    const rows = columns.map((v) => rowOf.get(v) ?? -1);
    return { kind: "lanes", ring, blocks, columns, rows, estimates, repeated, given };
  };
  const isRing = ({ missing }: VertexGroup) => direct || missing.length > 0;
  const ring = groups.filter(isRing).flatMap(({ columns }) => columns);
  ring.sort((a, b) => a - b);
  for (let from = 0; from < ring.length; from += RING_VERTICES_A_TASK) {
    yield task(true, ring.slice(from, from + RING_VERTICES_A_TASK));
  }
  for (const { columns } of groups.filter((group) => !isRing(group))) {
    let from = 0;
    while (from < columns.length) {
      let to = from + 1;
      const end = (Math.floor(columns[from] / BLOCK_VERTICES) + 2) * BLOCK_VERTICES;
      while (to < columns.length && columns[to] < end) to++;
      yield task(false, columns.slice(from, to));
      from = to;
    }
  }
}

/** Whether A_s of every level stays as it is without the given images: then the lane kernel takes the vertex. */
export function keepsLevels(design: LevelDesign, level: Int32Array, missing: Int32Array): boolean {
  return missing.every((image) => design.outside[level[image]] === 0);
}

/** The groups of the vertices whose rows are given. */
export function groupsOf(
  groups: readonly VertexGroup[],
  { rowOf }: KeptVertices,
  rows: ReadonlySet<number>,
): VertexGroup[] {
  return groups
    .map(({ missing, columns }) => ({
      missing,
      columns: columns.filter((v) => rows.has(rowOf.get(v) ?? -1)),
    }))
    .filter(({ columns }) => columns.length > 0);
}
