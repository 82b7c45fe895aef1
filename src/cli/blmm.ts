import { Command, InvalidArgumentError, Option } from "commander";
import { type BackendChoice, checkBackend } from "../backends/backend.js";
import { compare } from "../compare.js";
import { loadConfig } from "../config/index.js";
import { openStudy, type Study } from "../design/index.js";
import { fit } from "../fit.js";
import { readEvery } from "../images/index.js";
import { contrast } from "../inference/contrast.js";
import { PICTURE_FORMATS } from "../plots/pictureFile.js";
import { claimFit } from "../results/claimFit.js";
import { openResults } from "../results/openResults.js";
import { resultsInto } from "../results/writeResults.js";
import { simulate } from "../simulate/index.js";
import { version } from "../version.js";
import { plainMinus, withExpressions } from "./contrastArguments.js";
import { report } from "./errors.js";
import { addKernelCommands } from "./kernelCommand.js";
import { progressOn } from "./progressBar.js";
import { addRunCommand } from "./runCommand.js";
import { meshesOf, truthFrom } from "./simulateCommand.js";
import { plotCommand, type ViewCommandOptions, viewCommand } from "./viewCommand.js";

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // A second Ctrl-C does not wait for anything.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  });
}

// Whoever reads what is printed may stop early, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
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

/** Before anything is read: a wrong name is answered with the right ones. */
function backendName(text: string): BackendChoice {
  return checkBackend(text as BackendChoice);
}

function nonNegative(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0)) throw new InvalidArgumentError("Expected a number ≥ 0.");
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0)) throw new InvalidArgumentError("Expected a number above 0.");
  return value;
}

const MESH_HELP =
  "surfaces of the maps, where their size does not say them: fsaverage6, fsLR, a folder, or lh.pial rh.pial";

const program = new Command("blmm")
  .description("Big linear mixed models: one model at every vertex of the cortex, for thousands of images.")
  .version(version)
  .option("--verbose", "show where in the program an error came from")
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "blmm: ")) })
  .exitOverride()
  .showHelpAfterError("(--help says more)");

program
  .command("fit")
  .description("fit the model of a blmm_inputs.yml at every vertex and write its results directory")
  .argument("<inputs...>", "blmm_inputs.yml; several read the images that they share once")
  .option("-o, --outdir <directory>", "results directory instead of the one in the yml, for one study")
  .option("-t, --threads <count>", "worker threads (default: one a core)", wholeNumber)
  .option(
    "--backend <name>",
    "what multiplies the images: wasm (default), gpu, auto or reference",
    backendName,
  )
  .option("--one-pass", "refuse studies whose images cannot be read in one pass")
  .option("--gifti", "write every map as .func.gii too")
  .option("-q, --quiet", "no progress and no summary")
  .action(
    async (
      inputs: readonly string[],
      options: {
        outdir?: string;
        threads?: number;
        backend?: BackendChoice;
        onePass?: boolean;
        gifti?: boolean;
        quiet?: boolean;
      },
    ) => {
      const studies: Study[] = [];
      for (const file of inputs) studies.push(await openStudy(await loadConfig(file)));
      const progress = progressOn(process.stderr, "fit", options.quiet === true);
      try {
        const fits = await fit(studies, {
          progress: progress.update,
          signal: interrupt.signal,
          ...(options.threads === undefined ? {} : { threads: options.threads }),
          ...(options.backend === undefined ? {} : { backend: options.backend }),
          ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
          onePass: options.onePass === true,
          gifti: options.gifti === true,
        });
        progress.stop();
        if (options.quiet !== true) for (const results of fits) print(results);
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
  .argument("<expressions...>", 'such as "0.5*Sex + NIHScore" or "-Age"; several together are an F contrast')
  .option("-o, --outdir <directory>", "write the maps there (default: only print them)")
  .option("--name <name>", "name of the contrast")
  .action(async (directory: string, expressions: string[], options: { outdir?: string; name?: string }) => {
    const fitted = await openResults(directory);
    const written = expressions.map(plainMinus);
    const input = written.length === 1 ? written[0] : written;
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
    // The place of the results is part of what can be wrong.
    claimFit(study, study.config.outdir).release();
    const progress = progressOn(process.stderr, "check", !process.stderr.isTTY);
    const started = Date.now();
    try {
      const notes = await readEvery(study.images, {
        signal: interrupt.signal,
        progress: (done) => {
          const seconds = (Date.now() - started) / 1000;
          progress.update({ stage: "read", done, seconds, secondsLeft: (seconds * (1 - done)) / done });
        },
      });
      progress.stop();
      print(study);
      for (const note of notes) print(`note: ${note}`);
    } finally {
      progress.stop();
    }
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
  .command("view")
  .description("write the viewer of the cortex with these results as a page, and open it")
  .argument("<results...>", "results directories; hemispheres are paired by their names (lh, rh)")
  .option("-o, --out <page>", "page.html, or a folder for a web server (default: blmm-view.html)")
  .option("--no-open", "do not open the page in the browser")
  .option("--contrasts <names...>", "names of the contrasts, where the directories have none")
  .option("--columns <names...>", "names of the columns of X, where the directories have none")
  .option("--mesh <surfaces...>", MESH_HELP)
  .option("--regions <files>", "label files that name and outline regions, with commas: lh.annot,rh.annot")
  .option("--title <title>", "title of the page")
  .option("--unit <unit>", 'unit of the response, such as "% BOLD"')
  .action(async (directories: string[], options: ViewCommandOptions) =>
    print(await viewCommand(directories, options)),
  );

program
  .command("plot")
  .description("draw pictures of results, without a browser")
  .argument("<results...>", "results directories; hemispheres are paired by their names (lh, rh)")
  .option("-o, --out <folder>", "folder for the pictures (default: blmm-pictures)")
  .option("--contrast <name>", "the contrast that is shown (default: the second)")
  .option("--state <link...>", "draw what a link of the viewer shows")
  .option("--contrasts <names...>", "names of the contrasts, where the directories have none")
  .option("--columns <names...>", "names of the columns of X, where the directories have none")
  .option("--mesh <surfaces...>", MESH_HELP)
  .option("--regions <files>", "label files that name and outline regions, with commas: lh.annot,rh.annot")
  .option("--unit <unit>", 'unit of the response, such as "% BOLD"')
  .addOption(new Option("--format <format>", "of the pictures").choices(PICTURE_FORMATS).default("png"))
  .option("--ratio <number>", "pixels per point: 2 for print", positive)
  .option("--dark", "on a dark ground")
  .action(async (directories: string[], options: ViewCommandOptions) =>
    print(await plotCommand(directories, options)),
  );

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

addRunCommand(program, interrupt.signal);
addKernelCommands(program);

function fail(error: unknown): void {
  const { text, code } = report(error, program.opts<{ verbose?: boolean }>().verbose === true);
  process.stderr.write(text);
  process.exitCode = code;
}

process.on("uncaughtException", (error) => {
  fail(error);
  process.exit();
});

const args = withExpressions(program, process.argv.slice(2));
program
  .parseAsync(args, { from: "user" })
  .catch(fail)
  // A connection that a server cut may try for a while to come back.
  .finally(() => process.stdout.write("", () => process.stderr.write("", () => process.exit())));
