import { formatCount } from "../print/number.js";
import { Table } from "../print/table.js";

/**
 * One number a vertex, NaN outside the mask: a Float64Array that prints itself as a description (how many there
 * are, their range, the strongest vertex) instead of ten thousand numbers.
 */
export class VertexMap extends Float64Array {
  #title = "";

  /** What the numbers are; empty for what was computed from a map. */
  get title(): string {
    return this.#title;
  }

  /** Numbers with a title, such as "T, Sex"; copied. */
  static titled(values: ArrayLike<number>, title: string): VertexMap {
    const map = new VertexMap(values.length);
    map.set(values);
    map.#title = title;
    return map;
  }

  /** Count, mean, SD, lowest, median, highest and the strongest vertex of the numbers that are there. */
  describe(): Table {
    const { count, ...rest } = descriptionOf(this);
    const title = this.#title === "" ? "" : `${this.#title}: `;
    const of = count === this.length ? "" : ` of ${formatCount(this.length)}`;
    return new Table(
      `${title}${formatCount(count)}${of} ${this.#title === "" ? "values" : "vertices"}`,
      descriptionColumns(this.#title === "" ? "at index" : "at vertex"),
      count === 0 ? [] : [cellsOf({ count, ...rest })],
    );
  }

  toHTML(): string {
    return this.describe().toHTML();
  }

  toMimeBundle(): Record<string, string> {
    return this.describe().toMimeBundle();
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return this.toMimeBundle();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.describe().toString();
  }
}

/** Numbers that are there, in numbers. */
export interface MapDescription {
  /** How many are not NaN. */
  readonly count: number;
  readonly mean: number;
  readonly sd: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** Where the largest in size is, and what it is; −1 and NaN when there is none. */
  readonly at: number;
  readonly largest: number;
}

/** Describes the numbers that are not NaN. */
export function descriptionOf(values: Float64Array): MapDescription {
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  const count = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const middle = Math.floor(count / 2);
  const median = count % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  let at = -1;
  values.forEach((value, v) => {
    if (!Number.isNaN(value) && (at < 0 || Math.abs(value) > Math.abs(values[at]))) at = v;
  });
  return {
    count,
    mean,
    sd: count > 1 ? Math.sqrt(squares / (count - 1)) : Number.NaN,
    min: sorted[0] ?? Number.NaN,
    median: count === 0 ? Number.NaN : median,
    max: sorted[count - 1] ?? Number.NaN,
    at,
    largest: values[at] ?? Number.NaN,
  };
}

/** Headings of the cells of a description. */
export function descriptionColumns(at: string): string[] {
  return ["mean", "SD", "lowest", "median", "highest", "strongest", at];
}

/** A description as cells of a table. */
export function cellsOf({ mean, sd, min, median, max, largest, at }: MapDescription): (number | string)[] {
  return [mean, sd, min, median, max, largest, at < 0 ? "–" : `${at}`];
}
