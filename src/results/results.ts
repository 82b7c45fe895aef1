import { InputError } from "../errors.js";
import { ResultMaps } from "./resultMaps.js";
import type { ComparisonInfo } from "./resultsInfo.js";
import { Summary } from "./summary.js";
import { VertexSummary } from "./vertexSummary.js";

/** The maps of a fit, of new contrasts or of a comparison: in memory or in a results directory. */
export class Results extends ResultMaps {
  /** The same results, now also in a directory. */
  in(directory: string): Results {
    return new Results(this.info, this.source, directory);
  }

  /** Images; the largest n of all vertices where a directory does not say. */
  get n(): number {
    return this.info.n;
  }

  /** How long the fit took; NaN where it is not known. */
  get seconds(): number {
    return this.info.fit.seconds;
  }

  /** What did the arithmetic of the fit; "unknown" where a directory does not say. */
  get backend(): string {
    return this.info.fit.backend;
  }

  /**
   * What was compared.
   *
   * @throws InputError when these are the results of a fit.
   */
  get comparison(): ComparisonInfo {
    const { comparison } = this.info;
    if (comparison !== undefined) return comparison;
    throw new InputError({
      ...(this.directory === undefined ? {} : { file: this.directory }),
      found: "the results of a fit",
      expected: "those of `compare`",
    });
  }

  /** Everything known of one vertex: β, contrasts, σ², D. */
  vertex(vertex: number): VertexSummary {
    if (!Number.isInteger(vertex) || vertex < 0 || vertex >= this.info.vertices) {
      throw new InputError({
        found: `vertex ${vertex}`,
        expected: `a whole number from 0 to ${this.info.vertices - 1}`,
      });
    }
    return new VertexSummary(this, vertex);
  }

  /** What there is, as tables: maps, ranges, strongest effects, singular fits. */
  get summary(): Summary {
    return new Summary(this);
  }

  override toString(): string {
    return this.summary.toString();
  }

  toHTML(): string {
    return this.summary.toHTML();
  }

  toMimeBundle(): Record<string, string> {
    return this.summary.toMimeBundle();
  }

  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return this.toMimeBundle();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
