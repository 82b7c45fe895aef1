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
  /** What another backend made for the kernel, as what, and for how many vertices. */
  readonly sums: { readonly ranAs: string; readonly what: string; readonly vertices: number } | undefined;
  /** Why a backend that was asked for, or tried, did not run. */
  readonly notes: readonly string[];
}

/**
 * Checks the name of a backend.
 *
 * @throws InputError for a name that is none; it lists those that are.
 */
export function checkBackend(asked: BackendChoice = "wasm"): BackendChoice {
  const known: readonly string[] = ["auto", ...BACKENDS];
  if (known.includes(asked)) return asked;
  throw new InputError({
    key: "backend",
    found: JSON.stringify(asked),
    expected: `one of ${nearestNames(String(asked), known).join(", ")}`,
  });
}

/** What ran, as what, and why not another: a line for the record of a fit. */
export function describeBackend(asked: BackendChoice, use: KernelUse): string {
  const { vertices, others, sums } = use;
  const parts: string[] = [];
  if (sums !== undefined && sums.vertices > 0) {
    parts.push(`gpu: ${sums.ranAs}, ${sums.what} at ${formatCount(sums.vertices)} vertices in float32`);
  }
  if (vertices > 0) parts.push(`wasm: ${WASM}, float32 steps certified in float64`);
  if (others > 0 || vertices === 0) {
    const some = vertices > 0 ? ` at ${formatCount(others)} of the vertices` : "";
    parts.push(`reference: ${REFERENCE}, float64 sums${some}`);
  }
  return [...parts, ...whyOthersDidNot(asked, use)].join("; ");
}

/** Why backends that did not run did not. */
function whyOthersDidNot(asked: BackendChoice, { vertices, why, sums, notes }: KernelUse): string[] {
  if (asked === "wasm" && vertices > 0) return ["gpu was not asked for"];
  if (asked === "reference") return ["wasm and gpu were not asked for"];
  const said = [...notes];
  if (vertices === 0 && why !== undefined) said.push(`wasm has no kernel for ${why}`);
  if (asked !== "wasm" && notes.length === 0 && sums === undefined) said.push(NOTHING_FOR_GPU);
  return said;
}

/** What a fit without whole vertices in the kernel has for gpu to do. */
const NOTHING_FOR_GPU = "gpu did not run: this fit has no sums that float32 may begin and float64 may mend";

/** A note for whoever asked for gpu and did not get it; nothing otherwise. */
export function backendWarning(asked: BackendChoice, { sums, notes }: KernelUse): readonly string[] {
  if (asked !== "gpu" || (sums !== undefined && notes.length === 0)) return [];
  const why = notes.length > 0 ? notes.join("; ") : NOTHING_FOR_GPU;
  return [`backend: gpu was asked for. ${why}`];
}
