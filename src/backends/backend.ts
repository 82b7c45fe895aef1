import { InputError } from "../errors.js";

/** What may carry out the large products of designs and images. */
export const BACKENDS = ["wasm", "gpu", "reference"] as const;

/** The one that is there, and how it reckons. */
const REFERENCE = "TypeScript, float32 images, float64 sums";

/** Which backend runs, and what to say of it. */
export interface ChosenBackend {
  readonly name: "reference";
  /** What ran, as what, and why not what was asked for. */
  readonly description: string;
}

/**
 * The backend for a fit. This version has the reference alone: what is asked for and not there falls back to it, and
 * the record of the fit says so.
 *
 * @throws InputError for a name that is none.
 */
export function chooseBackend(asked: "auto" | "wasm" | "gpu" | "reference" = "auto"): ChosenBackend {
  const known: readonly string[] = ["auto", ...BACKENDS];
  if (!known.includes(asked)) {
    throw new InputError({
      key: "backend",
      found: JSON.stringify(asked),
      expected: `one of ${known.join(", ")}`,
    });
  }
  const fellBack = asked === "wasm" || asked === "gpu";
  const why = fellBack ? `; ${asked} was asked for and is not in this version` : "";
  return { name: "reference", description: `reference: ${REFERENCE}${why}` };
}
