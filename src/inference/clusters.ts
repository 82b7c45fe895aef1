import { InputError } from "../errors.js";
import type { Mesh, Patches } from "../mesh/index.js";
import { formatNumber, plural } from "../print/number.js";
import { Table } from "../print/table.js";
import { Results } from "../results/results.js";

/** A patch of neighboring vertices, all over the threshold and of one sign. */
export interface Cluster {
  /** Vertices. */
  readonly size: number;
  /** In the square of the mesh's unit: mm² on fsaverage5. */
  readonly area: number;
  /** The value that is largest in size, with its sign, and the vertex that has it. */
  readonly peak: number;
  readonly at: number;
}

/** Rows that are shown. */
const SHOWN = 8;

/** The patches of a map, largest first; prints itself, and can be laid over a view. */
export class Clusters extends Table {
  readonly #at: Int32Array;
  readonly #what: string;

  /** @param at int32, V: the cluster of each vertex, 0-based; −1 in none. */
  constructor(
    readonly clusters: readonly Cluster[],
    what: string,
    at: Int32Array,
  ) {
    const shown = clusters.slice(0, SHOWN);
    const more = clusters.length > SHOWN ? `, the ${SHOWN} largest` : "";
    super(
      `${plural(clusters.length, "cluster", "clusters")} of ${what}${more}`,
      ["vertices", "mm²", "peak", "at vertex"],
      shown.map(({ size, area, peak, at }) => [size, Math.round(area), peak, `${at}`]),
    );
    this.#at = at;
    this.#what = what;
  }

  /** For `view(results, { overlay: clusters })`. */
  get patches(): Patches {
    return {
      title: `clusters of ${this.#what}`,
      names: this.clusters.map(
        ({ size, area, peak }, k) =>
          `cluster ${k + 1}: ${plural(size, "vertex", "vertices")}, ${formatNumber(Math.round(area))} mm², peak ${formatNumber(peak)}`,
      ),
      at: this.#at,
    };
  }

  /** Vertices of each, largest first. */
  get sizes(): readonly number[] {
    return this.clusters.map(({ size }) => size);
  }
}

/**
 * Connected patches of vertices at or above a threshold in size, positive and negative ones apart, largest first.
 *
 * @param results results, or bare values, one a vertex; NaN is in no patch.
 * @param mesh the surface of the maps: its edges say which vertices are neighbors.
 * @throws InputError when map and mesh differ in size, or a name is none.
 */
export function clusters(
  results: Results | Float64Array,
  mesh: Mesh,
  options: { readonly contrast?: string | number; readonly statistic?: string; readonly threshold: number },
): Clusters {
  const { contrast = 0, threshold } = options;
  const statistic =
    options.statistic ?? (results instanceof Results && !results.has("conT") ? "conF" : "conT");
  const values = results instanceof Results ? results.map(statistic).volume(contrast) : results;
  const V = mesh.vertices.length / 3;
  if (V !== values.length) {
    const [found, expected] = [values.length, V].map((count) => count.toLocaleString("en-US"));
    throw new InputError({
      key: "mesh",
      found: `a map of ${found} vertices`,
      expected: `${expected}, as the surface has`,
    });
  }
  if (!(threshold > 0)) {
    throw new InputError({ key: "threshold", found: String(threshold), expected: "a number above 0" });
  }
  const { next, areas } = neighborsOf(mesh);
  const over = (v: number) => Math.abs(values[v]) >= threshold;
  const seen = new Uint8Array(V);
  const found: (Cluster & { readonly members: readonly number[] })[] = [];
  for (let start = 0; start < V; start++) {
    if (seen[start] === 1 || !over(start)) continue;
    seen[start] = 1;
    const members = [start];
    for (const v of members) {
      for (const other of next[v]) {
        if (seen[other] === 1 || !over(other) || values[other] > 0 !== values[start] > 0) continue;
        seen[other] = 1;
        members.push(other);
      }
    }
    const at = members.reduce((best, v) => (Math.abs(values[v]) > Math.abs(values[best]) ? v : best));
    const area = members.reduce((sum, v) => sum + areas[v], 0);
    found.push({ size: members.length, area, peak: values[at], at, members });
  }
  found.sort((a, b) => b.size - a.size || b.area - a.area);
  const labels = new Int32Array(V).fill(-1);
  for (const [k, { members }] of found.entries()) for (const v of members) labels[v] = k;
  const name = results instanceof Results ? statistic : "value";
  return new Clusters(
    found.map(({ members: _, ...cluster }) => cluster),
    `|${name}| ≥ ${formatNumber(threshold)}`,
    labels,
  );
}

/** The neighbors of each vertex, and its share of the area: a third of every triangle it is a corner of. */
function neighborsOf({ vertices, faces }: Mesh): { next: Set<number>[]; areas: Float64Array } {
  const V = vertices.length / 3;
  const next = Array.from({ length: V }, () => new Set<number>());
  const areas = new Float64Array(V);
  for (let f = 0; f < faces.length; f += 3) {
    const corners = [faces[f], faces[f + 1], faces[f + 2]];
    const [a, b, c] = corners.map((v) => Array.from(vertices.subarray(3 * v, 3 * v + 3)));
    const [u, w] = [b, c].map((corner) => corner.map((x, k) => x - a[k]));
    const cross = [0, 1, 2].map((k) => u[(k + 1) % 3] * w[(k + 2) % 3] - u[(k + 2) % 3] * w[(k + 1) % 3]);
    for (const v of corners) {
      areas[v] += Math.hypot(...cross) / 6;
      for (const other of corners) if (other !== v) next[v].add(other);
    }
  }
  return { next, areas };
}
