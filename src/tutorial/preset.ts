import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../errors.js";

/** How much data the tutorial uses. */
export type Preset = "tiny" | "workshop" | "abcd";

/** Children of each preset. The tiny one is a copy of the sample that comes with the package. */
export const CHILDREN: Readonly<Record<Preset, number>> = { tiny: 60, workshop: 240, abcd: 5179 };

/** The seed of every preset. */
export const SEED = 1;

const MEMORY_FILE = "preset.json";

/** The folder of all presets: `study` in the checkout, or what the variable BLMM_STUDY names. */
export function studyFolder(): string {
  const { BLMM_STUDY } = process.env;
  return BLMM_STUDY ? path.resolve(BLMM_STUDY) : path.join(checkout(), "study");
}

/** The folder of one preset. The workshop's is that of `npm run tutorial`. */
export function presetFolder(preset: Preset): string {
  return preset === "workshop" ? studyFolder() : path.join(studyFolder(), preset);
}

/** The sample study that comes with the package. */
export function sampleFolder(): string {
  return path.join(checkout(), "data-samples", "nback");
}

/**
 * The preset to use: what the variable BLMM_PRESET says, else what is asked for, else what was chosen last, else
 * "workshop". What is asked for is remembered for the other notebooks.
 *
 * @throws InputError for a name that is none.
 */
export function choosePreset(asked: Preset | undefined): Preset {
  const { BLMM_PRESET } = process.env;
  for (const name of [asked, BLMM_PRESET]) {
    if (name === undefined || name === "" || isPreset(name)) continue;
    throw new InputError({
      key: name === asked ? "preset" : "BLMM_PRESET",
      found: JSON.stringify(name),
      expected: `one of ${Object.keys(CHILDREN).join(", ")}`,
    });
  }
  if (asked !== undefined) remember(asked);
  if (BLMM_PRESET !== undefined && isPreset(BLMM_PRESET)) return BLMM_PRESET;
  return asked ?? remembered() ?? "workshop";
}

function isPreset(name: string): name is Preset {
  return Object.hasOwn(CHILDREN, name);
}

function remember(preset: Preset): void {
  mkdirSync(studyFolder(), { recursive: true });
  writeFileSync(path.join(studyFolder(), MEMORY_FILE), `${JSON.stringify({ preset })}\n`);
}

function remembered(): Preset | undefined {
  try {
    const { preset } = JSON.parse(readFileSync(path.join(studyFolder(), MEMORY_FILE), "utf8"));
    return isPreset(preset) ? preset : undefined;
  } catch {
    return undefined;
  }
}

/** The checkout this module runs in: the folder above it that has the sample study; else the working directory. */
function checkout(): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "data-samples", "nback"))) return folder;
    if (path.dirname(folder) === folder) return process.cwd();
  }
}
