import { cpSync, existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { OutputDirectory } from "../directory/outputDirectory.js";
import { AbortedError, InputError } from "../errors.js";
import { fsaverage5File, readMesh } from "../mesh/index.js";
import { simulate } from "../simulate/index.js";
import { CHILDREN, type Preset, presetFolder, SEED, sampleFolder } from "./preset.js";

/** The last file that `simulate` writes: where it is, the study is complete. */
const LAST_FILE = "rh_des2.yml";

/** Hears how the making goes, and may stop it. */
export interface MakeOptions {
  readonly progress?: ((done: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Whether the data of a preset are there. */
export function isComplete(preset: Preset): boolean {
  return existsSync(path.join(presetFolder(preset), LAST_FILE));
}

/**
 * Makes the data of a preset: the tiny one is copied out of the sample, the others are drawn from their seed.
 *
 * @throws AbortedError when the signal fires; the next call starts anew.
 */
export async function makeStudy(preset: Preset, options: MakeOptions): Promise<void> {
  if (preset === "tiny") {
    copySample(presetFolder(preset));
    return;
  }
  const mesh = (side: "lh" | "rh") => readMesh(fsaverage5File("pial", side));
  await simulate({
    outdir: presetFolder(preset),
    subjects: CHILDREN[preset],
    seed: SEED,
    meshes: { lh: mesh("lh"), rh: mesh("rh") },
    ...(options.progress === undefined ? {} : { progress: options.progress }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (options.signal?.aborted) throw new AbortedError("The simulation was stopped.");
}

/** Copies the sample, whole or not at all: results must not land in the tracked one. What else is there stays. */
function copySample(folder: string): void {
  const sample = sampleFolder();
  if (!existsSync(path.join(sample, LAST_FILE))) {
    throw new InputError({
      file: sample,
      key: "preset",
      found: "no sample study",
      expected: "a checkout with data-samples/nback",
      hint: 'Take the preset "workshop", which is made from its seed.',
    });
  }
  const isResults = (file: string) => file.split(path.sep).some((name) => name.startsWith("results_"));
  const files = (readdirSync(sample, { recursive: true }) as string[])
    .filter((file) => !isResults(file) && statSync(path.join(sample, file)).isFile())
    .map((file) => file.split(path.sep).join("/"));
  const output = OutputDirectory.claim(folder, {
    kind: "simulated study",
    title: "copy of the sample study",
    files,
    durable: false,
  });
  try {
    output.publish((staged) => {
      cpSync(sample, staged, {
        recursive: true,
        filter: (file) => !isResults(path.relative(sample, file)),
      });
    });
  } finally {
    output.release();
  }
}
