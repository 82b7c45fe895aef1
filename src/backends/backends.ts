import type { Study } from "../design/index.js";
import { cellSignal } from "../notebook/cell.js";
import { Table } from "../print/table.js";
import { readBlock } from "../threads/readBlock.js";
import { gpuProducts } from "./gpuProducts.js";
import { type ImageProducts, largestDifference, type Product, referenceProducts } from "./products.js";
import { wasmProducts } from "./wasmProducts.js";

/** Vertices of the slice at most. */
const SLICE = 256;

/** How a backend did on a slice of a study. */
export interface BackendTrial {
  readonly name: "wasm" | "gpu" | "reference";
  /** What ran; undefined where nothing did. */
  readonly products: ImageProducts | undefined;
  /** Why it did not run, or is not to be used; empty where it is fine. */
  readonly why: string;
  readonly seconds: number;
  readonly difference: number;
}

/**
 * What each backend does on a slice of this study: which ran and as what, why others did not, seconds for X'Y, and
 * the largest difference from the reference beside the largest that is rounding.
 */
export async function backends(study: Study): Promise<Table> {
  const { n, p, X, images } = study;
  const width = Math.min(SLICE, images.vertices);
  const Y = await readBlock(images, 0, width, { signal: cellSignal() });
  const trials = await tryBackends({ n, p, width, X: Float64Array.from(X.values), Y });
  const fastest = fastestOf(trials);
  const rows = trials.map(({ name, products, why, seconds, difference }) => [
    name,
    products?.ranAs ?? "did not run",
    why !== "" ? why : products === fastest ? "the fastest that agrees: auto takes it" : "",
    products === undefined ? "" : seconds,
    products === undefined ? "" : difference,
    products?.tolerance ?? "",
  ]);
  return new Table(
    `Backends: X'Y of ${n} images at ${width} vertices`,
    ["backend", "ran as", "why", "seconds", "largest difference from reference", "tolerance"],
    rows,
  );
}

/** Tries every backend on a product, the reference last; one that fails is a note, never an error. */
export async function tryBackends(
  product: Product,
  makers: Readonly<Record<"wasm" | "gpu", () => Promise<ImageProducts>>> = {
    wasm: async () => wasmProducts(),
    gpu: () => gpuProducts(),
  },
): Promise<BackendTrial[]> {
  const started = performance.now();
  const expected = await referenceProducts.multiply(product);
  const reference: BackendTrial = {
    name: "reference",
    products: referenceProducts,
    why: "",
    seconds: (performance.now() - started) / 1000,
    difference: 0,
  };
  const trials: BackendTrial[] = [];
  for (const name of ["wasm", "gpu"] as const) {
    try {
      const products = await makers[name]();
      // The first product compiles; the second is timed.
      await products.multiply(product);
      const begun = performance.now();
      const found = await products.multiply(product);
      const seconds = (performance.now() - begun) / 1000;
      const difference = largestDifference(found, expected);
      const why = difference <= products.tolerance ? "" : "differs by more than rounding: not used";
      trials.push({ name, products, why, seconds, difference });
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      const why = `${said.split("\n")[0]}; reference runs instead`;
      trials.push({ name, products: undefined, why, seconds: Number.NaN, difference: Number.NaN });
    }
  }
  return [...trials, reference];
}

/** The fastest of the backends that agree with the reference. */
export function fastestOf(trials: readonly BackendTrial[]): ImageProducts {
  let best: BackendTrial | undefined;
  for (const trial of trials) {
    if (trial.products === undefined || trial.why !== "") continue;
    if (best === undefined || trial.seconds < best.seconds) best = trial;
  }
  return best?.products ?? referenceProducts;
}
