import { BLOCK_VERTICES, type ImageBlocks, placeOf } from "../images/blocks.js";
import { choleskyInPlace } from "../matrix/cholesky.js";
import { addOuter } from "../model/groups.js";
import type { GroupedModel } from "../model/plan.js";

/** Which vertices are kept: the rules of blmm_inputs.yml on missing images. */
export interface MissingnessRules {
  /** Keep a vertex with at least this many images. */
  readonly minimum: number;
  /** Also drop vertices with no more images than random effects: levels of the factor × columns of Z. */
  readonly safeMode: boolean;
}

/** Why vertices were left out, as counts. */
export interface DroppedVertices {
  /** Outside the analysis mask. */
  outsideMask: number;
  /** No image has a value there. */
  empty: number;
  /** Fewer images than Missingness asks for. */
  tooFewImages: number;
  /** No more images than p + 1. */
  tooFewForModel: number;
  /** No more images than random effects over all levels (safeMode). */
  tooFewForRandomEffects: number;
  /** X loses rank on the images that are left. */
  rankLost: number;
  /** The model explains the images without remainder: no residual variance to estimate. */
  constant: number;
}

/** No vertex left out yet. */
export function noneDropped(): DroppedVertices {
  return {
    outsideMask: 0,
    empty: 0,
    tooFewImages: 0,
    tooFewForModel: 0,
    tooFewForRandomEffects: 0,
    rankLost: 0,
    constant: 0,
  };
}

/** Vertices that miss the same images. */
export interface VertexGroup {
  /** int32, ascending image indices. */
  readonly missing: Int32Array;
  /** Columns of the block, ascending. */
  readonly columns: number[];
}

/**
 * Sorts the vertices of one block by the images they miss and drops those that cannot be fitted.
 *
 * @param blocks the images, zero where missing.
 * @param present int32, width: images present at each vertex.
 * @param inside uint8, width: the analysis mask over the block; undefined for everything.
 */
export function groupByMissing(
  grouped: GroupedModel,
  blocks: ImageBlocks,
  present: Int32Array,
  inside: Uint8Array | undefined,
  rules: MissingnessRules,
  dropped: DroppedVertices,
): VertexGroup[] {
  const { n, p, q, levels } = grouped.model;
  const all: VertexGroup = { missing: new Int32Array(0), columns: [] };
  const ring = new Map<string, VertexGroup>();
  for (let v = 0; v < blocks.width; v++) {
    const count = present[v];
    if (inside !== undefined && inside[v] === 0) dropped.outsideMask++;
    else if (count === 0) dropped.empty++;
    else if (count < rules.minimum) dropped.tooFewImages++;
    else if (count <= p + 1) dropped.tooFewForModel++;
    else if (rules.safeMode && count <= levels * q) dropped.tooFewForRandomEffects++;
    else if (count === n) all.columns.push(v);
    else {
      const missing = missingImages(blocks, v, n - count);
      const key = Buffer.from(missing.buffer).toString("latin1");
      const group = ring.get(key);
      if (group === undefined) ring.set(key, { missing, columns: [v] });
      else group.columns.push(v);
    }
  }
  const groups = all.columns.length > 0 ? [all] : [];
  for (const group of ring.values()) {
    if (!keepsRank(grouped, group.missing)) {
      dropped.rankLost += group.columns.length;
    } else groups.push(group);
  }
  return groups;
}

function missingImages({ n, rows, values, order, at }: ImageBlocks, v: number, count: number): Int32Array {
  const missing = new Int32Array(count);
  const from = placeOf(rows, v);
  for (let i = 0, k = 0; i < n; i++) if (values[from + at[i] * BLOCK_VERTICES] === 0) missing[k++] = order[i];
  return missing.sort();
}

/** Whether X keeps full column rank without the missing images. */
function keepsRank(grouped: GroupedModel, missing: Int32Array): boolean {
  const { p, basis } = grouped.model;
  const XX = grouped.groups.XX.slice();
  for (const i of missing) addOuter(XX, basis, i * p, p, -1);
  const A = new Float64Array(p * p);
  for (let i = 0, k = 0; i < p; i++) for (let j = 0; j <= i; j++) A[i * p + j] = XX[k++];
  return Number.isFinite(choleskyInPlace(A, p, 1e-9));
}
