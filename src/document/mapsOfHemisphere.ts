import type { ImageSpace } from "../images/image.js";
import { standardMeshOf } from "../mesh/index.js";
import type { Results } from "../results/results.js";
import type { VolumeGrid } from "../viewer/viewDocument.js";
import { twoSidedLog10 } from "../wald/tails.js";

/** One volume of a map: float32 over the vertices of the mask, ascending. */
export interface MaskedVolume {
  readonly label: string;
  readonly values: Float32Array;
}

/** What a view shows of one hemisphere, wherever its numbers come from. */
export interface MapsOfHemisphere {
  /** V. */
  readonly vertices: number;
  /** Where the voxels lie, for maps of a volume. */
  readonly grid?: VolumeGrid | undefined;
  /** uint8, V: 1 where there are numbers. */
  readonly mask: Uint8Array;
  has(statistic: string): boolean;
  /** The volumes of a statistic; undefined where there is none. */
  volumes(statistic: string): readonly MaskedVolume[] | undefined;
}

/** The maps of results; two-sided p is computed where a directory has T and df but not p. */
export class ResultsMaps implements MapsOfHemisphere {
  readonly vertices: number;
  readonly grid: VolumeGrid | undefined;
  readonly mask: Uint8Array;
  private readonly inside: Int32Array;
  private readonly known = new Map<string, readonly MaskedVolume[]>();

  private static readonly made = new WeakMap<Results, ResultsMaps>();

  /** The maps of results, sorted once. */
  static of(results: Results): ResultsMaps {
    const known = ResultsMaps.made.get(results) ?? new ResultsMaps(results);
    ResultsMaps.made.set(results, known);
    return known;
  }

  constructor(readonly results: Results) {
    this.vertices = results.info.vertices;
    this.grid = gridOf(results.info.space, this.vertices);
    this.mask = Uint8Array.from(results.mask);
    this.inside = insideOf(this.mask);
  }

  has(statistic: string): boolean {
    const { results } = this;
    if (statistic === "conTlp2")
      return results.has("conTlp2") || (results.has("conT") && results.has("conT_swedf"));
    return results.has(statistic);
  }

  volumes(statistic: string): readonly MaskedVolume[] | undefined {
    if (!this.has(statistic)) return undefined;
    const known = this.known.get(statistic);
    if (known !== undefined) return known;
    const made = this.read(statistic);
    this.known.set(statistic, made);
    return made;
  }

  private read(statistic: string): readonly MaskedVolume[] {
    const { results, inside } = this;
    if (results.has(statistic)) {
      const { labels, data, volumes } = results.map(statistic);
      return labels.map((label, k) => ({ label, values: float32At(inside, (v) => data[v * volumes + k]) }));
    }
    const [T, df] = [results.map("conT"), results.map("conT_swedf")];
    return T.labels.map((label, k) => ({
      label,
      values: float32At(inside, (v) => {
        const at = v * T.volumes + k;
        return twoSidedLog10(T.data[at], df.data[at], results.info.minlog);
      }),
    }));
  }
}

/** One array of numbers, a number a vertex: NaN is outside the mask. */
export class ArrayMaps implements MapsOfHemisphere {
  readonly vertices: number;
  readonly mask: Uint8Array;
  private readonly volume: MaskedVolume;

  /** @param statistic what the numbers are, where it is known. */
  constructor(
    values: ArrayLike<number>,
    label: string,
    private readonly statistic: string = VALUES,
  ) {
    this.vertices = values.length;
    this.mask = Uint8Array.from(values, (value) => (Number.isFinite(value) ? 1 : 0));
    this.volume = { label, values: float32At(insideOf(this.mask), (v) => values[v]) };
  }

  has(statistic: string): boolean {
    return statistic === this.statistic;
  }

  volumes(statistic: string): readonly MaskedVolume[] | undefined {
    return statistic === this.statistic ? [this.volume] : undefined;
  }
}

/** The statistic of a bare array. */
export const VALUES = "values";

/** The grid of a volume; undefined for a surface, which comes in a file of volumes too: 10242 × 1 × 1, 27307 × 1 × 6. */
export function gridOf(space: ImageSpace, vertices: number): VolumeGrid | undefined {
  if (space.kind !== "volume") return undefined;
  const sides = space.dims.filter((side) => side > 1).length;
  return sides < 2 || (sides < 3 && standardMeshOf(vertices) !== undefined) ? undefined : space;
}

/** As Float32Array.from(inside, of), which takes many times as long. */
function float32At(inside: Int32Array, of: (vertex: number) => number): Float32Array {
  const values = new Float32Array(inside.length);
  for (let k = 0; k < inside.length; k++) values[k] = of(inside[k]);
  return values;
}

function insideOf(mask: Uint8Array): Int32Array {
  let count = 0;
  for (const value of mask) count += value;
  const inside = new Int32Array(count);
  for (let v = 0, k = 0; v < mask.length; v++) if (mask[v] !== 0) inside[k++] = v;
  return inside;
}
