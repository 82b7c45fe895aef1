import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { InputError } from "../errors.js";
import { claimsIn, describeHolder, isHeld, PlaceHeld, placeOf, takeClaim } from "./claim.js";
import { finishWorkOfTheDead, hasJournal } from "./journal.js";

/** How long a reader waits for files that are just being exchanged, which takes milliseconds. */
const PATIENCE_MS = 5000;

/**
 * Makes sure that a directory which is going to be read holds old files or new ones, not some of each:
 * finishes an exchange that a kill broke off, and waits for one that is under way.
 *
 * @throws InputError when that cannot be done.
 */
export async function restore(directory: string): Promise<void> {
  if (!existsSync(directory)) return;
  const real = realpathSync(directory);
  for (let waited = 0; ; waited += 50) {
    const claims = claimsIn(real);
    const broken = claims.filter((claim) => !isHeld(claim));
    const between = claims.find(hasJournal);
    if (broken.length === 0 && between === undefined) return;
    if (broken.length > 0) {
      try {
        const own = takeClaim(
          real,
          placeOf(real),
          [real, path.dirname(real)],
          "finishing what was broken off",
        );
        try {
          finishWorkOfTheDead(real);
        } finally {
          own.release();
        }
        continue;
      } catch (error) {
        // Leftovers do not disturb a reader; files that are half exchanged do.
        if (between === undefined) return;
        if (!(error instanceof PlaceHeld)) {
          throw new InputError({
            file: directory,
            found: `its files were being replaced when the command was killed, and they cannot be put in place (${(error as NodeJS.ErrnoException).code ?? error})`,
            expected: "a directory that can be written, so that the work can be finished",
          });
        }
      }
    }
    if (waited >= PATIENCE_MS && between !== undefined) {
      throw new InputError({
        file: directory,
        found: `${describeHolder(between)} is replacing its files`,
        expected: "a directory that nobody is writing",
        hint: "Try again in a moment.",
      });
    }
    await setTimeout(50);
  }
}
