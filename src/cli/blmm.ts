import { Command, CommanderError, InvalidArgumentError } from "commander";
import { compare } from "../compare.js";
import { loadConfig } from "../config/index.js";
import { openStudy } from "../design/index.js";
import { AbortedError, BlmmError } from "../errors.js";
import { fit } from "../fit.js";
import { contrast } from "../inference/contrast.js";
import { openResults } from "../results/openResults.js";
import { resultsInto } from "../results/writeResults.js";
import { simulate } from "../simulate/index.js";
import { version } from "../version.js";
import { progressOn } from "./progressBar.js";
import { meshesOf, truthFrom } from "./simulateCommand.js";

const interrupt = new AbortController();
process.on("SIGINT", () => {
  // A second Ctrl-C does not wait for anything.
  if (interrupt.signal.aborted) process.exit(130);
  interrupt.abort();
});

function print(what: { toString(): string }): void {
  process.stdout.write(`${what.toString()}\n`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("Expected a whole number, at least 1.");
  return value;
}

function nonNegative(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0)) throw new InvalidArgumentError("Expected a number ≥ 0.");
  return value;
}

const program = new Command("blmm")
  .description("Big linear mixed models: one model at every vertex of the cortex, for thousands of images.")
  .version(version)
  .option("--verbose", "show where an unexpected error came from")
  .exitOverride()
  .showHelpAfterError("(--help says more)");

program
  .command("fit")
  .description("fit the model of a blmm_inputs.yml at every vertex and write its results directory")
  .argument("<inputs>", "blmm_inputs.yml")
  .option("-o, --outdir <directory>", "results directory instead of the one in the yml")
  .option("-t, --threads <count>", "worker threads (default: one a core)", wholeNumber)
  .option("--gifti", "write every map as .func.gii too")
  .option("-q, --quiet", "no progress and no summary")
  .action(
    async (
      inputs: string,
      options: { outdir?: string; threads?: number; gifti?: boolean; quiet?: boolean },
    ) => {
      const study = await openStudy(await loadConfig(inputs));
      const progress = progressOn(process.stderr, "fit", options.quiet === true);
      try {
        const results = await fit(study, {
          progress: progress.update,
          signal: interrupt.signal,
          ...(options.threads === undefined ? {} : { threads: options.threads }),
          ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
          gifti: options.gifti === true,
        });
        progress.stop();
        if (options.quiet !== true) print(results);
      } finally {
        progress.stop();
      }
    },
  );

program
  .command("compare")
  .description("likelihood-ratio test of two fits that differ by one random effect")
  .argument("<reduced>", "results directory of the smaller model")
  .argument("<full>", "results directory of the larger model")
  .argument("<out>", "results directory to write")
  .option("-q, --quiet", "no summary")
  .action(async (reduced: string, full: string, out: string, options: { quiet?: boolean }) => {
    const results = compare(await openResults(reduced), await openResults(full), { outdir: out });
    if (options.quiet !== true) print(results);
  });

program
  .command("contrast")
  .description("test new contrasts of a fit, without fitting again")
  .argument("<results>", "results directory of a fit")
  .argument("<expressions...>", 'such as "0.5*Sex + NIHScore"; several together are an F contrast')
  .option("-o, --outdir <directory>", "write the maps there (default: only print them)")
  .option("--name <name>", "name of the contrast")
  .action(async (directory: string, expressions: string[], options: { outdir?: string; name?: string }) => {
    const fitted = await openResults(directory);
    const input = expressions.length === 1 ? expressions[0] : expressions;
    const request = { kind: "contrast", title: `contrast of ${directory}`, inputs: [directory] } as const;
    print(
      resultsInto(options.outdir, request, () =>
        contrast(fitted, input, options.name === undefined ? {} : { name: options.name }),
      ),
    );
  });

program
  .command("check")
  .description("say everything that is wrong or odd in a blmm_inputs.yml and what it names; fits nothing")
  .argument("<inputs>", "blmm_inputs.yml")
  .action(async (inputs: string) => {
    const study = await openStudy(await loadConfig(inputs));
    print(study);
    print(`\nNothing is wrong: \`blmm fit ${inputs}\` would write ${study.config.outdir}`);
  });

program
  .command("info")
  .description("what is in a results directory: maps, ranges, masked vertices, singular fits")
  .argument("<results>", "results directory of this or any other BLMM")
  .option("--threshold <value>", "count the vertices whose T, F or χ² reach it", nonNegative)
  .action(async (directory: string, options: { threshold?: number }) => {
    const results = await openResults(directory);
    print(results);
    if (options.threshold !== undefined) print(`\n${results.passing(options.threshold)}`);
  });

program
  .command("simulate")
  .description("make an ABCD-shaped longitudinal study: images, designs, yml files and the truth")
  .argument("<outdir>", "folder for the study")
  .option("--subjects <count>", "subjects", wholeNumber, 240)
  .option("--seed <number>", "the same seed gives the same study", wholeNumber, 1)
  .option(
    "--mesh <mesh>",
    "fsaverage5, ico3 (642 vertices) to ico7, or a surface file with lh in its name",
    "fsaverage5",
  )
  .option("--truth <results>", "results directory (with lh in its name) whose β, σ² and D are the truth")
  .option("-q, --quiet", "no progress and no summary")
  .action(
    async (
      outdir: string,
      options: { subjects: number; seed: number; mesh: string; truth?: string; quiet?: boolean },
    ) => {
      const progress = progressOn(process.stderr, "simulate", options.quiet === true);
      const started = Date.now();
      try {
        const report = await simulate({
          outdir,
          subjects: options.subjects,
          seed: options.seed,
          meshes: meshesOf(options.mesh),
          ...(options.truth === undefined ? {} : { truth: await truthFrom(options.truth) }),
          signal: interrupt.signal,
          progress: (done) => {
            const seconds = (Date.now() - started) / 1000;
            progress.update({ stage: "write", done, seconds, secondsLeft: (seconds * (1 - done)) / done });
          },
        });
        progress.stop();
        if (options.quiet !== true) print(report);
      } finally {
        progress.stop();
      }
    },
  );

/** 0: done. 1: the input is wrong. 2: the command is. 130: interrupted. */
async function main(): Promise<number> {
  try {
    await program.parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const verbose = program.opts<{ verbose?: boolean }>().verbose === true;
    if (error instanceof AbortedError) {
      process.stderr.write(`blmm: ${error.message}\n`);
      return 130;
    }
    if (error instanceof BlmmError && !verbose) process.stderr.write(`blmm: ${error.message}\n`);
    else if (verbose && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    else {
      const message = error instanceof Error ? error.message : String(error);
      process.stderr.write(
        `blmm: unexpected: ${message}\n(run again with \`blmm --verbose …\` to see where)\n`,
      );
    }
    return 1;
  }
}

main().then((code) => {
  process.exitCode = code;
});
