import type { Config } from "../config/index.js";
import { InputError } from "../errors.js";
import type { ImageSet } from "../images/index.js";
import { cellSignal } from "../notebook/cell.js";
import { nearestNames } from "../print/nearest.js";
import { formatCount, formatNumber, plural } from "../print/number.js";
import { Printed } from "../print/printed.js";
import { Report } from "../print/report.js";
import { Table } from "../print/table.js";
import { readBlock } from "../threads/readBlock.js";
import type { DesignMatrix } from "./designMatrix.js";
import type { Factor } from "./factor.js";
import type { Rank } from "./rank.js";
import { visitsOf } from "./visits.js";

/** A contrast of the configuration over the columns of X: L β = 0. */
export interface StudyContrast {
  readonly name: string;
  readonly kind: "T" | "F";
  readonly rows: number;
  /** float64, rows × p, row-major. */
  readonly L: Float64Array;
}

/** What a study is made of. */
export interface StudyParts {
  readonly config: Config;
  readonly images: ImageSet;
  readonly X: DesignMatrix;
  readonly rank: Rank;
  /** One factor, or none for a linear model. */
  readonly factors: readonly Factor[];
  readonly contrasts: readonly StudyContrast[];
  /** uint8, V: 1 where vertices are analyzed; everywhere when the configuration names no mask. */
  readonly analysisMask: Uint8Array;
  readonly warnings: readonly string[];
}

/** Images, design and contrasts of one fit, read and checked. */
export interface Study extends StudyParts {}
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor assigns every property of StudyParts.
export class Study extends Printed {
  constructor(parts: StudyParts) {
    super();
    Object.assign(this, parts);
  }

  /** Images. */
  get n(): number {
    return this.X.n;
  }

  /** Fixed effects. */
  get p(): number {
    return this.X.columns.length;
  }

  /** Random effects a level. */
  get q(): number {
    return this.factors[0]?.Z.columns.length ?? 0;
  }

  /**
   * One column of X by name: float64, n, in the order of the images.
   *
   * @throws InputError naming the columns there are.
   */
  column(name: string): Float64Array {
    const { X, n, p } = this;
    const k = X.columns.indexOf(name);
    if (k < 0) {
      throw new InputError({
        key: "column",
        found: `no column ${JSON.stringify(name)} in X`,
        expected: `one of ${nearestNames(name, X.columns).join(", ")}`,
      });
    }
    return Float64Array.from({ length: n }, (_, i) => X.values[i * p + k]);
  }

  /**
   * The response at one vertex, read from every image as a fit reads it: float64, n, in the order of the images, in
   * their unit; NaN where an image has no value there, or its mask leaves it out.
   *
   * @throws InputError when there is no such vertex.
   * @throws AbortedError when the notebook's cell is interrupted.
   */
  async valuesAt(vertex: number): Promise<Float64Array> {
    const { images } = this;
    if (!Number.isInteger(vertex) || vertex < 0 || vertex >= images.vertices) {
      throw new InputError({
        key: `vertex ${vertex}`,
        found: "no such vertex",
        expected: `a whole number from 0 to ${images.vertices - 1}`,
      });
    }
    const Y = await readBlock(images, vertex, 1, { signal: cellSignal() });
    return Float64Array.from(Y, (value) => (value === 0 ? Number.NaN : value));
  }

  /** X as a table, one row an image; the first rows are shown. */
  get design(): Table {
    const { X, n, p } = this;
    const shown = Math.min(n, 8);
    const rows = Array.from({ length: shown }, (_, i) => [`${i}`, ...X.values.subarray(i * p, (i + 1) * p)]);
    return new Table(`X: ${formatCount(n)} × ${p}, the first ${shown} rows`, ["image", ...X.columns], rows);
  }

  /** Sizes, visits, rank and conditioning of the design. */
  get summary(): Report {
    const { images, X, rank, n, p, q } = this;
    const unit = images.space.kind === "volume" ? "voxels" : "vertices";
    const lines = [
      `${plural(n, "image", "images")} of ${formatCount(images.vertices)} ${unit} (${images.format})`,
      `X: ${formatCount(n)} × ${p}, rank ${rank.rank}, condition number ${formatNumber(rank.condition)} with columns of unit length`,
    ];
    const factor = this.factors[0];
    if (factor === undefined) lines.push("no random effects: a linear model");
    else {
      const visits = visitsOf(factor)
        .map((count, k) => (count === 0 ? "" : `${formatCount(count)} with ${k + 1}`))
        .filter((text) => text !== "");
      lines.push(
        `${factor.name}: ${plural(factor.levels.length, "level", "levels")} (${visits.length > 6 ? `${visits.slice(0, 6).join(", ")}, …` : visits.join(", ")} images)`,
        `Z: ${plural(q, "random effect", "random effects")} a level: ${factor.Z.columns.join(", ")}`,
      );
    }
    if (this.config.analysisMask !== undefined) {
      const inside = this.analysisMask.reduce((sum, value) => sum + value, 0);
      lines.push(`analysis mask: ${formatCount(inside)} of ${formatCount(images.vertices)} ${unit}`);
    }
    for (const warning of this.warnings) lines.push(`note: ${warning}`);
    const columns = X.columns.map((name, j) => {
      const values = Float64Array.from({ length: n }, (_, i) => X.values[i * p + j]);
      const mean = values.reduce((sum, value) => sum + value, 0) / n;
      const spread = Math.sqrt(
        values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, n - 1),
      );
      return [
        name,
        mean,
        spread,
        values.reduce((a, b) => Math.min(a, b)),
        values.reduce((a, b) => Math.max(a, b)),
      ];
    });
    const tests = this.contrasts.map(({ name, kind, rows, L }) => [
      name,
      kind,
      Array.from({ length: rows }, (_, a) => inWords(L.subarray(a * p, (a + 1) * p), X.columns)).join("; "),
    ]);
    return new Report(`Study of ${this.config.file}`, lines, [
      new Table("Columns of X", ["column", "mean", "SD", "lowest", "highest"], columns),
      new Table("Contrasts", ["name", "kind", "tests"], tests),
    ]);
  }

  toString(): string {
    return this.summary.toString();
  }

  toHTML(): string {
    return this.summary.toHTML();
  }
}

/** `LongitudinalTime − CrossSectionalAge` */
function inWords(row: Float64Array, columns: readonly string[]): string {
  const parts: string[] = [];
  row.forEach((weight, k) => {
    if (weight === 0) return;
    const size = Math.abs(weight) === 1 ? "" : `${formatNumber(Math.abs(weight))}·`;
    const sign = weight < 0 ? (parts.length === 0 ? "−" : " − ") : parts.length === 0 ? "" : " + ";
    parts.push(`${sign}${size}${columns[k]}`);
  });
  return parts.join("");
}

/**
 * One column of X by name: float64, n, in the order of the images; the same as `study.column(name)`.
 *
 * @throws InputError naming the columns there are.
 */
export function column(study: Study, name: string): Float64Array {
  return study.column(name);
}
