import { InputError } from "../errors.js";
import { nearestNames } from "../print/nearest.js";
import { Printed } from "../print/printed.js";
import { Table } from "../print/table.js";
import type { MapKind } from "./mapCatalog.js";
import { cellsOf, descriptionColumns, descriptionOf, VertexMap } from "./vertexMap.js";

const MOST_SHOWN = 64;

/** Where a map ends; NaN, and −1 as the vertex, when no vertex of the mask has a number. */
export interface MapRange {
  readonly min: number;
  readonly max: number;
  /** The vertex at which the map is largest in size, and its value there. */
  readonly at: number;
  readonly largest: number;
}

/** One map of a results directory: V × volumes numbers, with names for the volumes. */
export class ResultMap extends Printed {
  constructor(
    readonly kind: MapKind,
    /** Names of the volumes: contrasts, columns of X, entries of D. */
    readonly labels: readonly string[],
    /** V × volumes, vertex-major; 0 outside the mask. */
    readonly data: Float64Array | Float32Array | Int32Array,
    private readonly mask: Int32Array,
  ) {
    super();
  }

  get name(): string {
    return this.kind.name;
  }

  get volumes(): number {
    return this.labels.length;
  }

  /** Every volume described: how many vertices, range, strongest vertex. A covariance map's first 64 of p². */
  describe(): Table {
    const shown = this.labels.slice(0, MOST_SHOWN);
    const rows = shown.map((label, k) => {
      const description = descriptionOf(this.volume(k));
      return [label, description.count, ...cellsOf(description)];
    });
    const more = shown.length < this.volumes ? `, the first ${shown.length} of ${this.volumes} volumes` : "";
    return new Table(
      `${this.name}: ${this.kind.description}${more}`,
      ["volume", "vertices", ...descriptionColumns("at vertex")],
      rows,
    );
  }

  toString(): string {
    return this.describe().toString();
  }

  toHTML(): string {
    return this.describe().toHTML();
  }

  /**
   * One volume: float64, V; NaN outside the mask, because outside is not zero.
   *
   * @param volume its name or 0-based number; the first when left out.
   * @throws InputError naming the volumes there are.
   */
  volume(volume: string | number = 0): VertexMap {
    const k = this.indexOf(volume);
    const { volumes, data, mask, kind, labels } = this;
    const values = new Float64Array(mask.length);
    for (let v = 0; v < mask.length; v++) values[v] = mask[v] === 0 ? Number.NaN : data[v * volumes + k];
    return VertexMap.titled(values, volumes === 1 ? kind.description : `${kind.description}, ${labels[k]}`);
  }

  /** The 0-based number of a volume. */
  indexOf(volume: string | number): number {
    const k = typeof volume === "number" ? volume : this.labels.indexOf(volume);
    if (Number.isInteger(k) && k >= 0 && k < this.volumes) return k;
    throw new InputError({
      key: this.name,
      found: `no volume ${typeof volume === "number" ? volume : JSON.stringify(volume)}`,
      expected: this.expected(volume),
    });
  }

  /** The volumes there are: all of a few, the near ones of many. */
  private expected(volume: string | number): string {
    if (typeof volume === "number") return `a number from 0 to ${this.volumes - 1}`;
    return `one of ${nearestNames(volume, this.labels).join(", ")}`;
  }

  /** Smallest and largest value over the mask, and the vertex of the largest in size. */
  range(volume: string | number = 0): MapRange {
    const { min, max, at, largest } = descriptionOf(this.volume(volume));
    return { min, max, at, largest };
  }
}
