import path from "node:path";
import type { Config } from "../config/index.js";
import type { Study } from "../design/index.js";
import { designOfName, sideOfName } from "../design/nameOfStudy.js";
import { InputError } from "../errors.js";
import type { Hemisphere } from "../mesh/hemisphere.js";
import type { Table } from "../print/table.js";
import { configurationOf } from "./configurationOf.js";
import { digestOfDesign } from "./fitRecord.js";
import { passing } from "./passing.js";
import { ResultMaps } from "./resultMaps.js";
import type { ComparisonInfo } from "./resultsInfo.js";
import { bundleOfResults } from "./shownResults.js";
import { Summary } from "./summary.js";
import { VertexMap } from "./vertexMap.js";
import { VertexSummary } from "./vertexSummary.js";

/** The maps of a fit, of new contrasts or of a comparison: in memory or in a results directory. */
export class Results extends ResultMaps {
  /** The same results, now also in a directory. */
  in(directory: string): Results {
    return new Results(this.info, this.source, directory);
  }

  /**
   * Which hemisphere: by the names of the images, of the configuration or of the directory; undefined where none says.
   */
  get hemisphere(): Hemisphere | undefined {
    return this.info.hemisphere ?? sideOfName(path.basename(this.directory ?? ""));
  }

  /** What the design is called, such as "des1"; "" where neither the record nor the name of the directory says so. */
  get design(): string {
    return this.info.design || designOfName(path.basename(this.directory ?? ""));
  }

  /**
   * The configuration that was fitted, by which `openStudy(results)` opens the study.
   *
   * @throws InputError when there is none, or what it names is not there: saying where was looked.
   */
  configuration(): Promise<Config> {
    return configurationOf(this);
  }

  /**
   * Whether a study has the design matrix that was fitted.
   *
   * @throws InputError when X has other numbers.
   */
  checkStudy(study: Study): void {
    const { designDigest } = this.info.fit;
    if (designDigest === "" || designDigest === digestOfDesign(study)) return;
    throw new InputError({
      file: study.config.X,
      found: "other numbers than those that these results were fitted to",
      expected: "the same X",
      hint: "Fit again, or put the file back.",
    });
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

  /** −2 restricted log-likelihood + 2 (p + variances and covariances + 1), as lme4 has it; lower is better. */
  get aic(): VertexMap {
    const k = this.parameters;
    return VertexMap.titled(
      this.map("llh")
        .volume()
        .map((llh) => -2 * llh + 2 * k),
      "AIC of the restricted likelihood",
    );
  }

  /** −2 restricted log-likelihood + log n (p + variances and covariances + 1), n the images at the vertex. */
  get bic(): VertexMap {
    const k = this.parameters;
    const n = this.map("n").data;
    return VertexMap.titled(
      this.map("llh")
        .volume()
        .map((llh, v) => -2 * llh + Math.log(n[v]) * k),
      "BIC of the restricted likelihood",
    );
  }

  /** Parameters of the model: fixed effects, vech(D), σ². */
  private get parameters(): number {
    return this.map("beta").volumes + (this.has("D") ? this.map("D").volumes : 0) + 1;
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

  /** Everything known of one vertex: β, SE, T, df and p of every column of X, contrasts, σ², D. */
  vertex(vertex: number): VertexSummary {
    if (!Number.isInteger(vertex) || vertex < 0 || vertex >= this.info.vertices) {
      throw new InputError({
        found: `vertex ${vertex}`,
        expected: `a whole number from 0 to ${this.info.vertices - 1}`,
      });
    }
    return new VertexSummary(this, vertex);
  }

  /**
   * How many vertices of each T, F and χ² map reach a threshold.
   *
   * @throws InputError when the threshold is no number ≥ 0.
   */
  passing(threshold: number): Table {
    if (threshold >= 0) return passing(this, threshold);
    throw new InputError({ key: "threshold", found: `${threshold}`, expected: "a number ≥ 0" });
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

  /** On the cortex, live where the extension is, with the summary; elsewhere the summary and a picture. */
  toMimeBundle(): Promise<Record<string, unknown>> {
    const { summary } = this;
    return bundleOfResults(this, [{ title: "", report: summary }], summary);
  }

  [Symbol.for("Jupyter.display")](): Promise<Record<string, unknown>> {
    return this.toMimeBundle();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
