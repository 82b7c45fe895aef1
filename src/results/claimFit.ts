import type { Study } from "../design/index.js";
import type { OutputDirectory } from "../directory/outputDirectory.js";
import { claimResults } from "./writeResults.js";

/**
 * Claims the results directory of a fit, before the fit.
 *
 * @throws InputError when it cannot be written, holds something else, or is being written by somebody.
 */
export function claimFit(study: Study, directory: string): OutputDirectory {
  const { config, images, p } = study;
  return claimResults(directory, {
    kind: "fit",
    title: `fit of ${config.file}`,
    inputs: inputsOf(study),
    // β and its covariance take most; what else there is depends on the mask.
    bytes: 4 * images.vertices * (p + (config.outputCovB ? p ** 2 : 0)),
  });
}

/** Everything that a fit reads. */
function inputsOf({ config, images }: Study): string[] {
  return [
    config.file,
    config.yFiles,
    config.X,
    ...config.Z.flatMap(({ factor, design }) => [factor, design]),
    ...[config.analysisMask, config.dataMaskFiles].filter((file) => file !== undefined),
    ...new Set([...images.images, ...(images.masks ?? [])].map((image) => image.path)),
  ];
}
