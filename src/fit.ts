import { availableParallelism } from "node:os";
import path from "node:path";
import { type BackendChoice, backendWarning, checkBackend, describeBackend } from "./backends/backend.js";
import { chooserFor } from "./backends/chooseProducts.js";
import type { Study } from "./design/index.js";
import type { OutputDirectory } from "./directory/outputDirectory.js";
import { fitStopped, InputError } from "./errors.js";
import { contrastMaps } from "./inference/contrastMaps.js";
import { cellBar, cellSignal } from "./notebook/cell.js";
import { isPair, type Pair, sidesOf } from "./pair.js";
import { formatCount, plural } from "./print/number.js";
import { claimFit } from "./results/claimFit.js";
import { estimateMaps } from "./results/estimateMaps.js";
import { type HowFitted, recordOf } from "./results/fitRecord.js";
import { writeOtherFormats } from "./results/otherFormats.js";
import { Results } from "./results/results.js";
import { ResultsPair } from "./results/resultsPair.js";
import { writeResults } from "./results/writeResults.js";
import { type FitProgress, type FittedImages, fitStudies } from "./threads/fitImages.js";
import { firstDifference, type Sharing, shareImages } from "./threads/sharedImages.js";
import { STAGES } from "./threads/stages.js";
import type { StudyToFit } from "./threads/studyFit.js";

/** How a fit is run and where its results go. */
export interface FitOptions {
  /** Hears how far the fit has come, at most ten times a second; in a notebook, a bar does when left out. */
  readonly progress?: (progress: FitProgress) => void;
  /** Stops the fit; nothing is written then. In a notebook, interrupting the cell does when left out. */
  readonly signal?: AbortSignal;
  /**
   * What carries out the products with the images: `wasm` (when left out), `gpu` (GPU.js), `auto` the faster of both on
   * this study, or `reference`, the solver without kernel. The results say which ran, and why not another.
   */
  readonly backend?: "auto" | "wasm" | "gpu" | "reference";
  /** Worker threads; one a core when left out. */
  readonly threads?: number;
  /** The results directory instead of the configuration's; `false` writes nothing. */
  readonly outdir?: string | false;
  /** Refuse studies whose images cannot be read in one pass, instead of reading these study by study. */
  readonly onePass?: boolean;
  /** Write every map as GIFTI (`.func.gii`) too. */
  readonly gifti?: boolean;
}

/**
 * Fits the study's linear mixed model by REML at every vertex, tests its contrasts, and writes the results
 * directory: whole at the end, or not at all.
 *
 * Several studies are fitted by the same threads, and images that they have in common are read once: where all images
 * of one are among those of another. While one is fitted, the one before is written.
 *
 * @param study one study, or both hemispheres as `{ lh, rh }`, or a list of either.
 * @throws InputError when a results directory cannot be written, one is named for several studies, or `onePass` is
 * asked for and images differ.
 * @throws AbortedError when the signal fires.
 */
export async function fit<Studies extends Study | Pair<Study> | readonly (Study | Pair<Study>)[]>(
  study: Studies,
  options: FitOptions = {},
): Promise<FitsOf<Studies>> {
  const asked: readonly (Study | Pair<Study>)[] = isList(study) ? study : [study];
  const results = await fitAll(
    asked.flatMap((one) => sidesOf<Study>(one)),
    options,
  );
  let next = 0;
  const fits = asked.map((one) =>
    isPair<Study>(one) ? new ResultsPair(results[next++], results[next++]) : results[next++],
  );
  return (isList(study) ? fits : fits[0]) as FitsOf<Studies>;
}

type FitOf<One> = One extends Study ? Results : ResultsPair;

type FitsOf<Studies> = Studies extends readonly unknown[]
  ? { -readonly [K in keyof Studies]: FitOf<Studies[K]> }
  : FitOf<Studies>;

function isList<One>(study: One | readonly One[]): study is readonly One[] {
  return Array.isArray(study);
}

/** Fits studies together; every results directory is claimed before the first fit. */
async function fitAll(studies: readonly Study[], options: FitOptions): Promise<Results[]> {
  const outputs: (OutputDirectory | undefined)[] = [];
  const asked = checkBackend(options.backend);
  if (studies.length > 1 && typeof options.outdir === "string") {
    throw new InputError({
      key: "outdir",
      found: `${options.outdir} for ${studies.length} studies`,
      expected: "one study",
      hint: "Leave it out: each study has the results directory that its yml names.",
    });
  }
  const sharing = shareImages(studies.map(({ images }) => images));
  if (options.onePass === true) checkOnePass(studies, sharing);
  try {
    for (const study of studies) {
      const outdir = options.outdir ?? study.config.outdir;
      outputs.push(outdir === false ? undefined : claimFit(study, outdir));
    }
    const report = reporter(Date.now(), options.progress ?? barOf(studies));
    const { threads, warnings } = threadsFor(options.threads);
    const signal = options.signal ?? cellSignal();
    const fits: Results[] = [];
    let stage: FitProgress["stage"] = "plan";
    const onFitted = (k: number, fitted: FittedImages) => {
      const study = studies[k];
      const output = outputs[k];
      stage = output === undefined ? "infer" : "write";
      const how = {
        seconds: fitted.readSeconds + fitted.seconds,
        backend: describeBackend(asked, fitted.kernel),
        outdir: output?.directory,
        warnings: [...warnings, ...backendWarning(asked, fitted.kernel), ...notesOn(k, studies, sharing)],
      };
      const results = resultsOf(study, fitted, how);
      if (signal?.aborted) throw fitStopped();
      fits[k] = output === undefined ? results : results.in(output.directory);
      if (output === undefined) return;
      writeResults(results, output, fitted.estimates, {
        inputs: study.config.text,
        also: (folder) => writeOtherFormats(folder, results, options.gifti === true),
      });
    };
    await fitStudies(
      studies.map((study) => toFit(study, asked)),
      sharing.groups,
      {
        threads,
        signal,
        useKernel: asked !== "reference",
        onProgress: (now, done) => report(now, 0.97 * done),
        onFitted,
      },
    );
    report(stage, 1);
    return fits;
  } finally {
    for (const output of outputs) output?.release();
  }
}

/** What the threads have to know of a study. */
function toFit({ config, images, X, factors, analysisMask }: Study, asked: BackendChoice): StudyToFit {
  const factor = factors.at(0);
  return {
    design: { X, factor },
    images,
    grouping: {
      q: factor?.Z.columns.length ?? 0,
      levels: factor?.levels.length ?? 0,
      level: factor?.level ?? new Int32Array(0),
    },
    analysisMask,
    rules: {
      minimum: Math.max(Math.ceil(config.missingness.minPercent * X.n - 1e-9), config.missingness.minN),
      safeMode: config.safeMode,
    },
    maxMemory: config.maxMemory,
    maxIterations: config.maxnit,
    information: config.swedf,
    choose: chooserFor(asked),
  };
}

/**
 * Refuses studies whose images cannot be read in one pass.
 *
 * @throws InputError naming the first image that one has and the other has not.
 */
function checkOnePass(studies: readonly Study[], { groups }: Sharing): void {
  if (groups.length < 2) return;
  const most = [...groups].sort((a, b) => b.rows.length - a.rows.length);
  const [large, small] = most.map(({ studies: [first] }) => studies[first]);
  const { image, isMask } = firstDifference(small.images, large.images);
  throw new InputError({
    file: small.config.yFiles,
    key: `image ${image + 1}`,
    found: differs(small, large, image, isMask),
    expected: "images that one of the studies has all of",
    hint: "Without `onePass`, they are read study by study.",
  });
}

/** What kept a study whose images are partly those of another from being read with it. */
function notesOn(k: number, studies: readonly Study[], { differences }: Sharing): string[] {
  return differences
    .filter(({ study }) => study === k)
    .map(({ study, other, image, isMask }) => {
      const what = differs(studies[study], studies[other], image, isMask);
      return `its images were read on their own, not with those of ${nameOf(studies[other])}: ${what}`;
    });
}

function differs(one: Study, other: Study, image: number, isMask: boolean): string {
  if (one.images.vertices !== other.images.vertices)
    return `${plural(one.images.vertices, "vertex", "vertices")}, and ${formatCount(other.images.vertices)} in ${nameOf(other)}`;
  const { path: file, frame } = one.images.images[image];
  const which = frame === 0 ? file : `${file}, frame ${frame + 1}`;
  return isMask ? `${which} has another mask there` : `${which} is not among them`;
}

function nameOf(study: Study): string {
  return path.basename(study.config.file, ".yml");
}

/** One thread a core, or as many as asked for: more than cores only take memory. */
function threadsFor(asked: number | undefined): { threads: number; warnings: readonly string[] } {
  const cores = availableParallelism();
  if (asked === undefined || asked <= cores) return { threads: asked ?? cores, warnings: [] };
  return {
    threads: cores,
    warnings: [`${plural(asked, "thread", "threads")} asked for, ${formatCount(cores)} used: one a core`],
  };
}

/** A bar in the output of the notebook's cell. */
function barOf(studies: readonly Study[]): FitOptions["progress"] {
  const bar = cellBar(`Fit of ${studies.map(nameOf).join(", ")}`);
  if (bar === undefined) return undefined;
  return ({ stage, done, secondsLeft }) => bar.update({ stage: STAGES[stage], done, secondsLeft });
}

function reporter(started: number, progress: FitOptions["progress"]) {
  let last = Number.NEGATIVE_INFINITY;
  return (stage: FitProgress["stage"], done: number) => {
    const now = Date.now();
    if (progress === undefined || (now - last < 100 && done < 1)) return;
    last = now;
    const seconds = (now - started) / 1000;
    const secondsLeft = done > 0.02 && seconds > 1 ? (seconds * (1 - done)) / done : undefined;
    progress({ stage, done, seconds, secondsLeft });
  };
}

/** The maps of a fit, computed from its estimates when they are asked for. */
function resultsOf(study: Study, fitted: FittedImages, how: HowFitted): Results {
  const { config, images, contrasts } = study;
  const { estimates, model } = fitted;
  const V = images.vertices;
  const maps = new Map<string, () => Float64Array | Int32Array>([
    ...estimateMaps(estimates, model.inverseR, V, { cov: config.outputCovB, resms: config.resms }),
    ...contrastMaps(estimates, model.inverseR, contrasts, V, config.minlog),
  ]);
  return new Results(
    recordOf(study, fitted, how),
    {
      names: [...maps.keys()],
      read: (name) => maps.get(name)?.() ?? new Float64Array(0),
      estimates: () => estimates,
    },
    undefined,
  );
}
