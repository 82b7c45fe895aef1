import path from "node:path";
import type { ImageSpace } from "../images/image.js";
import type { Hemisphere } from "../mesh/hemisphere.js";
import { type Hypothesis, rankOfHypothesis } from "../wald/hypothesis.js";

/** A contrast as a results directory remembers it. */
export interface ContrastInfo {
  readonly name: string;
  readonly kind: "T" | "F";
  /** One row of weights a row of L; empty where a directory does not say. */
  readonly L: readonly (readonly number[])[];
  /** Rank of L, the numerator degrees of freedom of F; 0 where a directory does not say. */
  readonly rank: number;
}

/**
 * What is known of results beside the maps: everything about a fit that is not one number a vertex. Undefined is only
 * what a kind of results has not, or nothing says: what a directory of another program leaves out is empty, 0 or NaN.
 */
export interface ResultsInfo {
  /** "fit": a model. "contrast": new contrasts of a fit. "compare": a likelihood-ratio test. */
  readonly kind: "fit" | "contrast" | "compare";
  /** What made it, e.g. "BLMM in TypeScript 0.1.0"; "another program" where a directory does not say. */
  readonly software: string;
  /** Which hemisphere, by the names of the images, of the configuration or of the directory; undefined where none says. */
  readonly hemisphere: Hemisphere | undefined;
  /** What the design is called, such as "des1"; "" where nothing says so. */
  readonly design: string;
  /** What was fitted, by its configuration; undefined where a directory does not say. */
  readonly configuration: ConfigurationInfo | undefined;
  /** V: vertices (or voxels) of the images, inside the mask or not. */
  readonly vertices: number;
  readonly space: ImageSpace;
  /** Images; the largest n of all vertices where a directory does not say. */
  readonly n: number;
  /** Names of the columns of X. */
  readonly columns: readonly string[];
  readonly contrasts: readonly ContrastInfo[];
  /** The grouping factor; without levels for a linear model, and where a directory does not say. */
  readonly factor: FactorInfo;
  readonly minlog: number;
  /** How the fit went; `unknownFit` for a comparison and for a directory of another program. */
  readonly fit: FitInfo;
  /** What was compared; undefined for a fit. `results.comparison` is never undefined. */
  readonly comparison: ComparisonInfo | undefined;
  /** What is odd but not wrong. */
  readonly warnings: readonly string[];
}

/** Where the configuration of a fit lay. */
export interface ConfigurationInfo {
  /** Absolute path; its relative paths hold in its folder. */
  readonly file: string;
  /** The same from the results directory, which holds after both have moved together; "" while nothing is written. */
  readonly relative: string;
  /** Byte for byte, while nothing is written: a results directory has it as `inputs.yml`. */
  readonly text?: string;
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
  /** X = Q R: R row by row, p × p, upper triangular. The estimates are stored in the basis Q. Empty when unknown. */
  readonly R: readonly number[];
  /** What the images contained at the vertices of the mask, as a fingerprint; by vertex it is among the estimates. */
  readonly imagesDigest: string;
  /** Where the images lay and in which order: a note, for the same images may lie elsewhere. */
  readonly pathsDigest: string;
  /** The values of X. */
  readonly designDigest: string;
  /** Which images share a level of the factor, whatever the levels are called; empty without a factor. */
  readonly groupingDigest: string;
  /** 32 fixed random combinations of the rows of Z, 32 × q: what its columns span. */
  readonly zSketch: readonly number[];
  /** Settings of the configuration, also those that change nothing here. */
  readonly settings: SettingsInfo;
  /** Vertices at which every image is present. */
  readonly inner: number;
  /** Distinct sets of missing images among the other vertices. */
  readonly ringPatterns: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** Evaluations of the likelihood, over all vertices. */
  readonly evaluations: number;
  /** Vertices searched from more than one start, and those of them at which another start ended higher. */
  readonly searchedAgain: number;
  readonly foundBetter: number;
  readonly seconds: number;
  readonly threads: number;
  /** Parts of the vertices for which the images were read. */
  readonly blocks: number;
  /** Bytes of image values read; none where the reading for a study fitted with this one gave them. */
  readonly bytesRead: number;
  readonly backend: string;
}

/** Settings of the configuration by its keys; a threshold of NaN is none. */
export interface SettingsInfo {
  readonly method: string;
  readonly tol: number;
  readonly maxnit: number;
  readonly voxelBatching: boolean;
  readonly maxnvb: number;
  readonly clusterType: string;
  readonly safeMode: boolean;
  /** `data_mask_thresh`: values whose mask is under it are missing. */
  readonly threshold: number;
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

/** A model without random effects, or a factor that nothing is known of. */
export const noFactor: FactorInfo = { name: "", levels: 0, columns: [], visits: [] };

/** How a fit went of which nothing is known. */
export const unknownFit: FitInfo = {
  swedf: "observed",
  R: [],
  imagesDigest: "",
  pathsDigest: "",
  designDigest: "",
  groupingDigest: "",
  zSketch: [],
  settings: {
    method: "",
    tol: Number.NaN,
    maxnit: Number.NaN,
    voxelBatching: false,
    maxnvb: Number.NaN,
    clusterType: "",
    safeMode: true,
    threshold: Number.NaN,
  },
  inner: Number.NaN,
  ringPatterns: Number.NaN,
  dropped: {},
  evaluations: Number.NaN,
  searchedAgain: Number.NaN,
  foundBetter: Number.NaN,
  seconds: Number.NaN,
  threads: 0,
  blocks: 0,
  bytesRead: Number.NaN,
  backend: "unknown",
};

/** Whether it is known how the fit went. */
export function isKnown(fit: FitInfo): boolean {
  return fit.R.length > 0;
}

/** A hypothesis as results remember it. */
export function contrastInfo(hypothesis: Hypothesis): ContrastInfo {
  const { name, kind, rows, L } = hypothesis;
  const p = L.length / rows;
  return {
    name,
    kind,
    L: Array.from({ length: rows }, (_, a) => Array.from(L.subarray(a * p, (a + 1) * p))),
    rank: rankOfHypothesis(hypothesis),
  };
}

/**
 * The text of `blmm_fit.json`. What is unknown is left out, for JSON has no NaN.
 *
 * @param directory where it will stand, from which the configuration is found again.
 */
export function infoToJson(info: ResultsInfo, directory: string): string {
  const file = info.configuration?.file;
  const configuration = file && { file, relative: path.relative(directory, file) };
  const known = { ...info, configuration, ...(isKnown(info.fit) ? {} : { fit: undefined }) };
  const said = (_: string, value: unknown) => (Number.isNaN(value) ? undefined : value);
  return `${JSON.stringify(known, said, 1)}\n`;
}

/** What `blmm_fit.json` says, completed by what it leaves out. */
export function infoFromJson(text: string): ResultsInfo {
  const said = JSON.parse(text) as ResultsInfo & { fit?: FitInfo; factor?: FactorInfo; design?: string };
  const settings = { ...unknownFit.settings, ...said.fit?.settings };
  return {
    ...said,
    design: said.design ?? "",
    fit: { ...unknownFit, ...said.fit, settings },
    factor: said.factor ?? noFactor,
  };
}
