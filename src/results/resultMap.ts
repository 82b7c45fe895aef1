import { InputError } from "../errors.js";
import { nearestNames } from "../print/nearest.js";
import type { MapKind } from "./mapCatalog.js";

/** One map of a results directory: V × volumes numbers, with names for the volumes. */
export class ResultMap {
  constructor(
    readonly kind: MapKind,
    /** Names of the volumes: contrasts, columns of X, entries of D. */
    readonly labels: readonly string[],
    /** V × volumes, vertex-major; 0 outside the mask. */
    readonly data: Float64Array | Float32Array | Int32Array,
    private readonly mask: Int32Array,
  ) {}

  get name(): string {
    return this.kind.name;
  }

  get volumes(): number {
    return this.labels.length;
  }

  /**
   * One volume: float64, V; NaN outside the mask, because outside is not zero.
   *
   * @param volume its name or 0-based number; the first when left out.
   * @throws InputError naming the volumes there are.
   */
  volume(volume: string | number = 0): Float64Array {
    const k = this.indexOf(volume);
    const { volumes, data, mask } = this;
    const values = new Float64Array(mask.length);
    for (let v = 0; v < mask.length; v++) values[v] = mask[v] === 0 ? Number.NaN : data[v * volumes + k];
    return values;
  }

  /** The 0-based number of a volume. */
  indexOf(volume: string | number): number {
    const k = typeof volume === "number" ? volume : this.labels.indexOf(volume);
    if (Number.isInteger(k) && k >= 0 && k < this.volumes) return k;
    throw new InputError({
      key: this.name,
      found: `no volume ${typeof volume === "number" ? volume : JSON.stringify(volume)}`,
      expected:
        typeof volume === "number"
          ? `a number from 0 to ${this.volumes - 1}`
          : `one of ${nearestNames(volume, this.labels).join(", ")}`,
    });
  }

  /** Smallest and largest value and their vertices over the mask; undefined when the mask is empty. */
  range(volume: string | number = 0): { min: number; max: number; at: number; largest: number } | undefined {
    const values = this.volume(volume);
    let range: { min: number; max: number; at: number; largest: number } | undefined;
    for (let v = 0; v < values.length; v++) {
      const value = values[v];
      if (Number.isNaN(value)) continue;
      if (range === undefined) range = { min: value, max: value, at: v, largest: value };
      else {
        range.min = Math.min(range.min, value);
        range.max = Math.max(range.max, value);
        if (Math.abs(value) > Math.abs(range.largest)) {
          range.at = v;
          range.largest = value;
        }
      }
    }
    return range;
  }
}
