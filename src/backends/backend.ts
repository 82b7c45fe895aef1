import { InputError } from "../errors.js";
import { nearestNames } from "../print/nearest.js";
import { formatCount } from "../print/number.js";

/** What may carry out the large sums over the images. */
export const BACKENDS = ["wasm", "gpu", "reference"] as const;

/** The name of a backend, or the choice among them. */
export type BackendChoice = "auto" | "wasm" | "gpu" | "reference";

const WASM = "WebAssembly, 8 and 16 vertices at a time";
const REFERENCE = "TypeScript, one vertex at a time";

/** Vertices fitted in the lane kernel and one by one, and why the kernel does not apply to a design. */
export interface KernelUse {
  readonly vertices: number;
  readonly others: number;
  readonly why: string | undefined;
}

/**
 * Checks the name of a backend.
 *
 * @throws InputError for a name that is none; it lists those that are.
 */
export function checkBackend(asked: BackendChoice = "auto"): BackendChoice {
  const known: readonly string[] = ["auto", ...BACKENDS];
  if (known.includes(asked)) return asked;
  throw new InputError({
    key: "backend",
    found: JSON.stringify(asked),
    expected: `one of ${nearestNames(asked, known).join(", ")}`,
  });
}

/** What ran, as what, and why not what was asked for: a line for the record of a fit. */
export function describeBackend(asked: BackendChoice, { vertices, others, why }: KernelUse): string {
  const parts: string[] = [];
  if (vertices > 0) parts.push(`wasm: ${WASM}, float32 steps certified in float64`);
  if (others > 0 || vertices === 0) {
    const some = vertices > 0 ? ` at ${formatCount(others)} of the vertices` : "";
    parts.push(`reference: ${REFERENCE}, float64 sums${some}`);
  }
  if (asked !== "reference" && vertices === 0 && why !== undefined)
    parts.push(`wasm has no kernel for ${why}`);
  if (asked === "gpu") {
    parts.push(
      "gpu was asked for: it carries out products with the images, and this fit has none outside the search",
    );
  }
  return parts.join("; ");
}
