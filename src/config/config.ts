/** One random-effects factor of the model: which level each image belongs to, and its design. */
export interface FactorConfig {
  /** The label used in tables and messages: `name` in the yml, else `f1`, `f2`, … */
  readonly name: string;
  /** Absolute path of the file with the n labels. */
  readonly factor: string;
  /** Absolute path of the n × q random-effects design. */
  readonly design: string;
}

/** One hypothesis about the fixed effects. */
export interface ContrastConfig {
  readonly name: string;
  /** r rows of p weights; one row is a T contrast unless written as a matrix. */
  readonly vector: readonly (readonly number[])[];
  /** "T" when the yml has a list of numbers, "F" when it has a list of lists. */
  readonly kind: "T" | "F";
}

/** What blmm_inputs.yml says, checked, with every path absolute and every default filled in. */
export interface Config {
  /** Absolute path of the yml file. */
  readonly file: string;
  /** The yml file as it was read, byte for byte; a copy goes into the results directory. */
  readonly text: string;
  /** `Y_files`: the text file that lists the images. */
  readonly yFiles: string;
  readonly X: string;
  /** Empty for a linear model without random effects. */
  readonly Z: readonly FactorConfig[];
  readonly contrasts: readonly ContrastConfig[];
  readonly outdir: string;
  readonly analysisMask: string | undefined;
  /** `data_mask_files`: the text file that lists one mask an image. */
  readonly dataMaskFiles: string | undefined;
  /** `data_mask_thresh`: a value whose mask is under it is missing. */
  readonly dataMaskThreshold: number | undefined;
  /** Keep a vertex with at least this share (0–1) and this number of the images; 0 where there is no such rule. */
  readonly missingness: { readonly minPercent: number; readonly minN: number };
  /** `MAXMEM`, in bytes. */
  readonly maxMemory: number;
  readonly outputCovB: boolean;
  readonly resms: boolean;
  readonly minlog: number;
  readonly method: "pSFS" | "SFS" | "pFS" | "FS";
  readonly tol: number;
  readonly maxnit: number;
  readonly voxelBatching: boolean;
  readonly maxnvb: number;
  readonly clusterType: string;
  readonly safeMode: boolean;
  /** Satterthwaite df from the observed REML information (as lmerTest) or the expected ML one (as pyblmm). */
  readonly swedf: "observed" | "expected";
  /** What is odd but not wrong, such as an unknown key; one sentence each. */
  readonly warnings: readonly string[];
  /** The 1-based line of the yml at which a key stands, e.g. `["contrasts", 0, "vector"]`; undefined if absent. */
  lineOf(...path: readonly (string | number)[]): number | undefined;
}
