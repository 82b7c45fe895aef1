import type { ImageProducts } from "./products.js";
import { largestDifference } from "./products.js";
import { referenceProducts } from "./referenceProducts.js";

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

/** Products that backends are tried on. */
export interface TrialWork {
  /** Makes each of them, to be compared on its own. */
  readonly compare: (products: ImageProducts) => Promise<readonly TrialPart[]>;
  /** Makes those that a fit would wait for; it is timed. */
  readonly time: (products: ImageProducts) => Promise<unknown>;
}

/** A product, and the size of what it was made from where rounding is a share of that. */
export interface TrialPart {
  readonly values: ArrayLike<number>;
  readonly scale?: number;
}

/** How backends are started. */
export type BackendMakers = Readonly<Record<"wasm" | "gpu", () => Promise<ImageProducts>>>;

/** Tries every backend on some products, the reference last; one that fails is a note, never an error. */
export async function tryBackends(work: TrialWork, makers: BackendMakers): Promise<BackendTrial[]> {
  const expected = await work.compare(referenceProducts);
  const started = performance.now();
  await work.time(referenceProducts);
  const reference: BackendTrial = {
    name: "reference",
    products: referenceProducts,
    why: "",
    seconds: (performance.now() - started) / 1000,
    difference: 0,
  };
  const trials: BackendTrial[] = [];
  for (const name of ["wasm", "gpu"] as const) trials.push(await tryOne(name, makers[name], work, expected));
  return [...trials, reference];
}

async function tryOne(
  name: "wasm" | "gpu",
  make: () => Promise<ImageProducts>,
  work: TrialWork,
  expected: readonly TrialPart[],
): Promise<BackendTrial> {
  let products: ImageProducts | undefined;
  try {
    products = await make();
    const found = await work.compare(products);
    // The first round compiles; the second is timed.
    await work.time(products);
    const begun = performance.now();
    await work.time(products);
    const seconds = (performance.now() - begun) / 1000;
    const difference = Math.max(
      ...found.map(({ values, scale }, k) => largestDifference(values, expected[k].values, scale)),
    );
    const why = difference <= products.tolerance ? "" : "differs by more than rounding: not used";
    return { name, products, why, seconds, difference };
  } catch (error) {
    await products?.close().catch(() => undefined);
    return { name, products: undefined, why: messageOf(error), seconds: Number.NaN, difference: Number.NaN };
  }
}

/** Frees what backends hold, but for those that are still needed. */
export async function closeTrials(trials: readonly BackendTrial[], but?: ImageProducts): Promise<void> {
  for (const { products } of trials) {
    if (products !== undefined && products !== but) await products.close().catch(() => undefined);
  }
}

/** The first line of what an error says. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
