import type { ImageSpace } from "../images/image.js";

/** A contrast as a results directory remembers it. */
export interface ContrastInfo {
  readonly name: string;
  readonly kind: "T" | "F";
  /** One row of weights a row of L; undefined where a directory does not say. */
  readonly L: readonly (readonly number[])[] | undefined;
}

/** What `blmm_fit.json` says beside the maps: everything about a fit that is not one number a vertex. */
export interface ResultsInfo {
  /** "fit": a model. "contrast": new contrasts of a fit. "compare": a likelihood-ratio test. */
  readonly kind: "fit" | "contrast" | "compare";
  /** What made it, e.g. "BLMM in TypeScript 0.1.0"; undefined for a directory of another program. */
  readonly software: string | undefined;
  /** V: vertices (or voxels) of the images, inside the mask or not. */
  readonly vertices: number;
  readonly space: ImageSpace;
  /** Images; undefined where a directory does not say. */
  readonly n: number | undefined;
  /** Names of the columns of X. */
  readonly columns: readonly string[];
  readonly contrasts: readonly ContrastInfo[];
  readonly factor: FactorInfo | undefined;
  readonly minlog: number;
  readonly fit: FitInfo | undefined;
  readonly comparison: ComparisonInfo | undefined;
  /** What is odd but not wrong. */
  readonly warnings: readonly string[];
}

/** The grouping factor of a fit. */
export interface FactorInfo {
  readonly name: string;
  readonly levels: number;
  /** Names of the columns of Z. */
  readonly columns: readonly string[];
  /** visits[k − 1]: levels with k images. */
  readonly visits: readonly number[];
}

/** How a fit went, and what exact tests of new contrasts need. */
export interface FitInfo {
  readonly swedf: "observed" | "expected";
  /** X = Q R: R row by row, p × p, upper triangular. The estimates are stored in the basis Q. */
  readonly R: readonly number[];
  /** Fingerprints by which compare knows whether two fits saw the same data. */
  readonly imagesDigest: string;
  readonly designDigest: string;
  readonly inner: number;
  readonly ringPatterns: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly evaluations: number;
  readonly seconds: number;
  readonly threads: number;
  readonly blocks: number;
  readonly backend: string;
}

/** What was compared. */
export interface ComparisonInfo {
  readonly reduced: string;
  readonly full: string;
  /** Random effects a level in each model. */
  readonly reducedQ: number;
  readonly fullQ: number;
  /** The χ² distributions of the mixture and their weights. */
  readonly mixture: readonly { readonly df: number; readonly weight: number }[];
  /** Vertices in both masks, and those of them at which the full fit is singular. */
  readonly compared: number;
  readonly singular: number;
}
