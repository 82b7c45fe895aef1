import { BLOCK_VERTICES } from "../images/blocks.js";
import type { LevelDesign } from "../model/levelDesign.js";
import type { FitJob, LaneJob, ReadJob } from "./messages.js";
import type { VertexGroup } from "./missing.js";

/** The reading of images into blocks, in parts for the threads. */
export function readPieces(rows: number, threads: number): ReadJob["pieces"] {
  // Runs of neighboring images, so that a thread meets the frames of a stacked file together.
  const size = Math.max(1, Math.ceil(rows / (threads * 4)));
  const count = Math.ceil(rows / size);
  return Array.from({ length: count }, (_, k) => ({ from: k * size, to: Math.min(rows, (k + 1) * size) }));
}

/** Vertices a piece: small enough to share the work evenly, large enough to plan once for many. */
const VERTICES_A_PIECE = 128;
const RING_VERTICES_A_PIECE = 32;

/** The row of the estimates of each column that is kept. */
export type RowOf = ReadonlyMap<number, number>;

/** Fits one after the other of the groups of vertices that miss the same images. */
export function fitPieces(groups: readonly VertexGroup[], rowOf: RowOf): FitJob["pieces"] {
  // Ring vertices first: their pieces are the longest, and the short ones even out the end.
  const ordered = [...groups].sort((a, b) => b.missing.length - a.missing.length);
  return ordered.flatMap(({ missing, columns }) =>
    cut(columns, VERTICES_A_PIECE).map((part) => ({ missing, ...vertices(part, rowOf) })),
  );
}

/**
 * Fits in the lane kernel: ring vertices in any mixture, then whole ones by blocks of images.
 *
 * @param direct the terms of X'V⁻¹X do not hold for this design: whole vertices sum it as ring vertices do.
 */
export function lanePieces(groups: readonly VertexGroup[], rowOf: RowOf, direct: boolean): LaneJob["pieces"] {
  const isRing = ({ missing }: VertexGroup) => direct || missing.length > 0;
  const ring = groups.filter(isRing).flatMap(({ columns }) => columns);
  ring.sort((a, b) => a - b);
  const pieces = cut(ring, RING_VERTICES_A_PIECE).map((part) => ({ ring: true, ...vertices(part, rowOf) }));
  for (const { columns } of groups.filter((group) => !isRing(group))) {
    let from = 0;
    while (from < columns.length) {
      let to = from + 1;
      const end = (Math.floor(columns[from] / BLOCK_VERTICES) + 2) * BLOCK_VERTICES;
      while (to < columns.length && columns[to] < end) to++;
      pieces.push({ ring: false, ...vertices(columns.slice(from, to), rowOf) });
      from = to;
    }
  }
  return pieces;
}

function cut(columns: readonly number[], size: number): number[][] {
  const count = Math.ceil(columns.length / size);
  return Array.from({ length: count }, (_, k) => columns.slice(k * size, (k + 1) * size));
}

function vertices(part: readonly number[], rowOf: RowOf) {
  const columns = Int32Array.from(part);
  return { columns, rows: columns.map((v) => rowOf.get(v) ?? -1) };
}

/** Whether A_s of every level stays as it is without the given images: then the lane kernel takes the vertex. */
export function keepsLevels(design: LevelDesign, level: Int32Array, missing: Int32Array): boolean {
  return missing.every((image) => design.outside[level[image]] === 0);
}

/** The groups of the vertices whose rows are given. */
export function groupsOf(
  groups: readonly VertexGroup[],
  rowOf: RowOf,
  rows: ReadonlySet<number>,
): VertexGroup[] {
  return groups
    .map(({ missing, columns }) => ({
      missing,
      columns: columns.filter((v) => rows.has(rowOf.get(v) ?? -1)),
    }))
    .filter(({ columns }) => columns.length > 0);
}
