import { cellBar, cellSignal } from "../notebook/cell.js";
import { formatSeconds } from "../print/number.js";
import { isComplete, makeStudy } from "./makeStudy.js";
import { choosePreset, presetFolder } from "./preset.js";
import { Tutorial } from "./tutorial.js";

/** How making the data is watched and stopped. A notebook's cell does both by itself. */
export interface TutorialOptions {
  /** Hears the share done, 0–1. */
  readonly progress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Opens the tutorial's data, and makes what is missing: `tiny` (60 children, a sphere) is copied from the sample,
 * `workshop` (240) and `abcd` (5,179; 0.9 GB) are drawn from their seed. The choice is remembered for the other
 * notebooks; the variable BLMM_PRESET overrides it, and BLMM_STUDY says where the data go.
 *
 * @param preset the one chosen last when left out; "workshop" at first.
 * @throws InputError for a preset that is none.
 * @throws AbortedError when it is stopped while data are made.
 */
export async function openTutorial(
  preset?: "tiny" | "workshop" | "abcd",
  options: TutorialOptions = {},
): Promise<Tutorial> {
  const chosen = choosePreset(preset);
  const folder = presetFolder(chosen);
  if (isComplete(chosen)) return new Tutorial(chosen, folder, "found");
  if (chosen === "abcd") {
    console.log("Drawing 19,700 images of 5,179 children: 0.9 GB on the disk, and a minute or more.");
  }
  const started = Date.now();
  const bar = cellBar(`Making the data of preset ${chosen}`);
  await makeStudy(chosen, {
    progress: options.progress ?? ((done) => bar?.update({ done })),
    signal: options.signal ?? cellSignal(),
  });
  return new Tutorial(chosen, folder, `made in ${formatSeconds((Date.now() - started) / 1000)}`);
}
