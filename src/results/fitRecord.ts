import { createHash } from "node:crypto";
import { type Study, visitsOf } from "../design/index.js";
import { nameOfStudy } from "../design/nameOfStudy.js";
import { sketchOf } from "../design/sketch.js";
import type { FittedImages } from "../threads/fitImages.js";
import { software } from "../version.js";
import { beyondFloat32 } from "./beyondFloat32.js";
import { contrastInfo, noFactor, type ResultsInfo } from "./resultsInfo.js";

/** How long a fit took, and what carried it out. */
export interface HowFitted {
  readonly seconds: number;
  readonly backend: string;
  /** The results directory, where something is to be written. */
  readonly outdir: string | undefined;
  /** What else is to be said of how it was run. */
  readonly warnings: readonly string[];
}

/** The record of a fit for `blmm_fit.json`: what was fitted, how it went, and what new contrasts need. */
export function recordOf(
  study: Study,
  fitted: FittedImages,
  { seconds, backend, outdir, warnings }: HowFitted,
): ResultsInfo {
  const { config, images, X, contrasts } = study;
  const factor = study.factors[0];
  return {
    kind: "fit",
    software,
    ...nameOfStudy(config, images, outdir),
    configuration: { file: config.file, relative: "", text: config.text },
    vertices: images.vertices,
    space: images.space,
    n: X.n,
    columns: X.columns,
    contrasts: contrasts.map(contrastInfo),
    factor:
      factor === undefined
        ? noFactor
        : {
            name: factor.name,
            levels: factor.levels.length,
            columns: factor.Z.columns,
            visits: visitsOf(factor),
          },
    minlog: config.minlog,
    fit: {
      swedf: config.swedf,
      R: Array.from(fitted.model.R),
      imagesDigest: digest(fitted.estimates.imagesDigest),
      pathsDigest: digest(images.images.map(({ path, frame }) => `${path}\t${frame}`).join("\n")),
      designDigest: digestOfDesign(study),
      groupingDigest: factor === undefined ? "" : digest(factor.level),
      zSketch: factor === undefined ? [] : sketchOf(factor.Z),
      settings: {
        method: config.method,
        tol: config.tol,
        maxnit: config.maxnit,
        voxelBatching: config.voxelBatching,
        maxnvb: config.maxnvb,
        clusterType: config.clusterType,
        safeMode: config.safeMode,
        threshold: config.dataMaskThreshold ?? Number.NaN,
      },
      inner: fitted.inner,
      ringPatterns: fitted.ringPatterns,
      dropped: { ...fitted.dropped },
      evaluations: fitted.estimates.evaluations.reduce((sum, count) => sum + count, 0),
      searchedAgain: fitted.searchedAgain,
      foundBetter: fitted.foundBetter,
      seconds,
      threads: fitted.threads,
      blocks: fitted.blocks,
      bytesRead: fitted.bytesRead,
      backend,
    },
    comparison: undefined,
    warnings: [...study.warnings, ...warnings, ...beyondFloat32(fitted.estimates, config.outputCovB)],
  };
}

/** A fingerprint of the values of X, by which a study is known to be the one that was fitted. */
export function digestOfDesign({ X }: Study): string {
  return digest(X.values);
}

function digest(content: string | Float64Array | Int32Array): string {
  const bytes =
    typeof content === "string"
      ? content
      : new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}
