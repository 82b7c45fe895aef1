import { availableParallelism } from "node:os";
import path from "node:path";
import { backendWarning, checkBackend, describeBackend } from "./backends/backend.js";
import { chooserFor } from "./backends/chooseProducts.js";
import type { Study } from "./design/index.js";
import type { OutputDirectory } from "./directory/outputDirectory.js";
import { AbortedError, InputError } from "./errors.js";
import { contrastMaps } from "./inference/contrastMaps.js";
import { buildModel, type Model } from "./model/model.js";
import { cellBar, cellSignal } from "./notebook/cell.js";
import { isPair, type Pair } from "./pair.js";
import { formatCount, plural } from "./print/number.js";
import { claimFit } from "./results/claimFit.js";
import { estimateMaps } from "./results/estimateMaps.js";
import { type HowFitted, recordOf } from "./results/fitRecord.js";
import { writeOtherFormats } from "./results/otherFormats.js";
import { Results } from "./results/results.js";
import { ResultsPair } from "./results/resultsPair.js";
import { writeResults } from "./results/writeResults.js";
import { type FitProgress, type FittedImages, fitImages } from "./threads/fitImages.js";
import { STAGES } from "./threads/stages.js";

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
  /** Write every map as GIFTI (`.func.gii`) too. */
  readonly gifti?: boolean;
}

/**
 * Fits the study's linear mixed model by REML at every vertex, tests its contrasts, and writes the results
 * directory: whole at the end, or not at all.
 *
 * @param study one study, or both hemispheres as `{ lh, rh }`, or several studies as a list, one after the other.
 * @throws InputError when a results directory cannot be written, or one is named for several studies.
 * @throws AbortedError when the signal fires.
 */
export async function fit<Studies extends Study | Pair<Study> | readonly Study[]>(
  study: Studies,
  options: FitOptions = {},
): Promise<FitsOf<Studies>> {
  if (isList(study)) return (await fitAll(study, options)) as unknown as FitsOf<Studies>;
  if (!isPair<Study>(study)) return (await fitAll([study], options))[0] as FitsOf<Studies>;
  const [lh, rh] = await fitAll([study.lh, study.rh], options);
  return new ResultsPair(lh, rh) as FitsOf<Studies>;
}

type FitsOf<Studies> = Studies extends readonly Study[]
  ? Results[]
  : Studies extends Study
    ? Results
    : ResultsPair;

function isList(study: Study | Pair<Study> | readonly Study[]): study is readonly Study[] {
  return Array.isArray(study);
}

/** Fits one study after the other; every results directory is claimed before the first fit. */
async function fitAll(studies: readonly Study[], options: FitOptions): Promise<Results[]> {
  const outputs: (OutputDirectory | undefined)[] = [];
  checkBackend(options.backend);
  if (studies.length > 1 && typeof options.outdir === "string") {
    throw new InputError({
      key: "outdir",
      found: `${options.outdir} for ${studies.length} studies`,
      expected: "one study",
      hint: "Leave it out: each study has the results directory that its yml names.",
    });
  }
  try {
    for (const study of studies) {
      const outdir = options.outdir ?? study.config.outdir;
      outputs.push(outdir === false ? undefined : claimFit(study, outdir));
    }
    const fits: Results[] = [];
    for (const [k, study] of studies.entries()) fits.push(await fitOne(study, outputs[k], options));
    return fits;
  } finally {
    for (const output of outputs) output?.release();
  }
}

async function fitOne(
  study: Study,
  output: OutputDirectory | undefined,
  options: FitOptions,
): Promise<Results> {
  const report = reporter(Date.now(), options.progress ?? barOf(study));
  const { results, estimates } = await fitStudy(study, options, report, output?.directory);
  if (output !== undefined) {
    report("write", 0.97);
    writeResults(results, output, estimates, {
      inputs: study.config.text,
      also: (folder) => writeOtherFormats(folder, results, options.gifti === true),
    });
  }
  report(output === undefined ? "infer" : "write", 1);
  return output === undefined ? results : results.in(output.directory);
}

/** Fits and tests; nothing is written. */
async function fitStudy(
  study: Study,
  options: FitOptions,
  report: ReturnType<typeof reporter>,
  outdir: string | undefined,
) {
  const { config, images, X } = study;
  const asked = checkBackend(options.backend);
  const started = Date.now();
  const { threads, warnings } = threadsFor(options.threads);
  const signal = options.signal ?? cellSignal();
  const model = buildModel(X, study.factors[0]);
  const fitted = await fitImages({
    model,
    images,
    analysisMask: study.analysisMask,
    rules: {
      minimum: Math.max(Math.ceil(config.missingness.minPercent * X.n - 1e-9), config.missingness.minN),
      safeMode: config.safeMode,
    },
    maxMemory: config.maxMemory,
    maxIterations: config.maxnit,
    information: config.swedf,
    useKernel: asked !== "reference",
    choose: chooserFor(asked),
    threads,
    signal,
    onProgress: (stage, done) => report(stage, 0.95 * done),
  });
  report("infer", 0.95);
  const warning = backendWarning(asked, fitted.kernel);
  const how = {
    seconds: (Date.now() - started) / 1000,
    backend: describeBackend(asked, fitted.kernel),
    outdir,
    warnings: warning === undefined ? warnings : [...warnings, warning],
  };
  const results = resultsOf(study, model, fitted, how);
  if (signal?.aborted) throw new AbortedError("The fit was stopped; nothing was written.");
  return { results, estimates: fitted.estimates };
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
function barOf(study: Study): FitOptions["progress"] {
  const bar = cellBar(`Fit of ${path.basename(study.config.file, ".yml")}`);
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
function resultsOf(study: Study, model: Model, fitted: FittedImages, how: HowFitted): Results {
  const { config, images, contrasts } = study;
  const { estimates } = fitted;
  const V = images.vertices;
  const maps = new Map<string, () => Float64Array | Int32Array>([
    ...estimateMaps(estimates, model.inverseR, V, { cov: config.outputCovB, resms: config.resms }),
    ...contrastMaps(estimates, model.inverseR, contrasts, V, config.minlog),
  ]);
  return new Results(
    recordOf(study, model, fitted, how),
    {
      names: [...maps.keys()],
      read: (name) => maps.get(name)?.() ?? new Float64Array(0),
      estimates: () => estimates,
    },
    undefined,
  );
}
