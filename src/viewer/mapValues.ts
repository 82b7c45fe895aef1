import { type BlockSource, readBlock } from "./blocks.js";
import { vertexData } from "./vertexData.js";
import type {
  DesignDocument,
  Hemisphere,
  PerHemisphere,
  RegionsDocument,
  StatisticDocument,
  ViewDocument,
} from "./viewDocument.js";

/** One map, ready to draw and to count. */
export interface MapValues {
  /** float32, V: NaN outside the mask. */
  readonly full: PerHemisphere<Float32Array>;
  /** float32, V × 2: what the shader gets; see `vertexData`. */
  readonly data: PerHemisphere<Float32Array>;
  /** Sizes (signed maps) or values (others) of both hemispheres, ascending. */
  readonly sorted: Float32Array;
}

/** Maps by name, decoded when they are asked for. */
export class Maps {
  private readonly known = new Map<string, Promise<MapValues>>();
  private readonly labels = new Map<string, Promise<Uint16Array>>();
  private readonly masks = new Map<string, Promise<Uint8Array>>();

  constructor(
    private view: ViewDocument,
    private readonly source: BlockSource,
    private readonly faces: (hemisphere: Hemisphere) => Promise<ArrayLike<number>>,
  ) {}

  /** A document with further volumes. */
  follow(view: ViewDocument): void {
    this.view = view;
  }

  /** uint16, V: which region each vertex lies in; see `RegionsDocument`. */
  regions(hemisphere: Hemisphere): Promise<Uint16Array | undefined> {
    return this.read16(this.view.regions?.[hemisphere]);
  }

  /** The same of each overlay that this hemisphere has. */
  async overlays(hemisphere: Hemisphere): Promise<Uint16Array[]> {
    const all = await Promise.all(
      (this.view.overlays ?? []).map(({ sides }) => this.read16(sides[hemisphere])),
    );
    return all.filter((one) => one !== undefined);
  }

  /** The region in which a vertex lies, and what tests found there: where such are given. */
  async namesAt(
    hemisphere: Hemisphere,
    vertex: number,
  ): Promise<{ readonly region: string | undefined; readonly patches: readonly string[] }> {
    const nameOf = async (labels: RegionsDocument | undefined) => {
      const at = (await this.read16(labels))?.[vertex] ?? 0;
      return labels?.names[at - 1];
    };
    const found = await Promise.all(
      (this.view.overlays ?? []).map(async ({ title, sides }) => {
        const name = await nameOf(sides[hemisphere]);
        return name === undefined || name.includes(title) ? name : `${title}: ${name}`;
      }),
    );
    return {
      region: await nameOf(this.view.regions?.[hemisphere]),
      patches: found.filter((name) => name !== undefined),
    };
  }

  private read16(labels: RegionsDocument | undefined): Promise<Uint16Array | undefined> {
    if (labels === undefined) return Promise.resolve(undefined);
    const { values } = labels;
    const known = this.labels.get(values.id) ?? (readBlock(values, this.source) as Promise<Uint16Array>);
    this.labels.set(values.id, known);
    return known;
  }

  get(design: DesignDocument, statistic: StatisticDocument, volume: number): Promise<MapValues> {
    const key = JSON.stringify(statistic.volumes[volume]?.values ?? [design.key, statistic.key, volume]);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const made = this.read(design, statistic, volume);
    this.known.set(key, made);
    made.catch(() => this.known.delete(key));
    return made;
  }

  private async read(
    design: DesignDocument,
    statistic: StatisticDocument,
    volume: number,
  ): Promise<MapValues> {
    const full: { [H in Hemisphere]?: Float32Array } = {};
    const data: { [H in Hemisphere]?: Float32Array } = {};
    const pooled: Float32Array[] = [];
    await Promise.all(
      this.view.hemispheres.map(async (hemisphere) => {
        const block = statistic.volumes[volume]?.values[hemisphere];
        if (block === undefined) return;
        const [values, mask] = await Promise.all([
          readBlock(block, this.source),
          this.mask(design, hemisphere),
        ]);
        const inMask = mask.reduce((sum, inside) => sum + inside, 0);
        if (values.length !== inMask) {
          throw new Error(
            `${statistic.key} of ${design.name}, ${hemisphere}: found ${values.length} values, expected ${inMask}, one a vertex of the mask`,
          );
        }
        const all = new Float32Array(mask.length).fill(Number.NaN);
        for (let v = 0, k = 0; v < mask.length; v++) {
          if (mask[v] === 0) continue;
          all[v] = values[k++];
        }
        full[hemisphere] = all;
        data[hemisphere] = vertexData(all, await this.faces(hemisphere));
        pooled.push(Float32Array.from(values as Float32Array));
      }),
    );
    const sorted = new Float32Array(pooled.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of pooled) {
      sorted.set(part, at);
      at += part.length;
    }
    if (statistic.signed) for (let i = 0; i < sorted.length; i++) sorted[i] = Math.abs(sorted[i]);
    return { full, data, sorted: sorted.sort() };
  }

  private mask(design: DesignDocument, hemisphere: Hemisphere): Promise<Uint8Array> {
    const key = `${design.key} ${hemisphere}`;
    const known = this.masks.get(key);
    if (known !== undefined) return known;
    const block = design.mask[hemisphere];
    const made =
      block === undefined
        ? Promise.resolve(new Uint8Array(this.view.geometry.vertices[hemisphere] ?? 0))
        : (readBlock(block, this.source) as Promise<Uint8Array>);
    this.masks.set(key, made);
    return made;
  }
}

/** How many of ascending numbers are at least as large as the threshold. */
export function countPassing(sorted: Float32Array, threshold: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] >= threshold) high = middle;
    else low = middle + 1;
  }
  return sorted.length - low;
}

/** Where a map is largest (sign 1) or lowest (−1); undefined where it has no numbers. */
export function peakOf(
  values: MapValues,
  hemispheres: readonly Hemisphere[],
  sign: 1 | -1,
): { hemisphere: Hemisphere; vertex: number } | undefined {
  let best: { hemisphere: Hemisphere; vertex: number; value: number } | undefined;
  for (const hemisphere of hemispheres) {
    values.full[hemisphere]?.forEach((value, vertex) => {
      if (!Number.isNaN(value) && (best === undefined || sign * value > sign * best.value))
        best = { hemisphere, vertex, value };
    });
  }
  return best;
}
