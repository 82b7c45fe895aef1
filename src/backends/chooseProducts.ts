import { formatCount } from "../print/number.js";
import type { ImageProducts } from "./products.js";
import { gpuProducts } from "./startGpu.js";
import { type BackendMakers, type BackendTrial, closeTrials, type TrialWork, tryBackends } from "./trials.js";
import { wasmProducts } from "./wasmProducts.js";

/** Which backend a fit takes its sums from, and what is to be said of the choice. */
export interface ChosenProducts {
  /** Undefined: the kernel makes them itself, in its passes over the images. */
  readonly products: ImageProducts | undefined;
  /** Why not another; empty where there is nothing to say. */
  readonly why: string;
}

/** Chooses on some products of the study at hand. */
export type ChooseProducts = (
  work: TrialWork,
  study: { readonly threads: number; readonly wasm: () => ImageProducts },
) => Promise<ChosenProducts>;

/**
 * What `backend` asks for: `gpu` where it runs and agrees with the reference, `auto` also only where it is faster than
 * the kernel on all threads. Undefined for `wasm` and `reference`, which leave the sums to the solver.
 */
export function chooserFor(
  asked: "auto" | "wasm" | "gpu" | "reference",
  gpu: BackendMakers["gpu"] = () => gpuProducts(),
): ChooseProducts | undefined {
  if (asked !== "auto" && asked !== "gpu") return undefined;
  return async (work, { threads, wasm }) => {
    const trials = await tryBackends(work, { wasm: async () => wasm(), gpu });
    const [, tried] = trials;
    const isTaken = asked === "gpu" ? tried.why === "" : isFaster(trials, threads);
    const products = isTaken ? tried.products : undefined;
    await closeTrials(trials, products);
    return { products, why: isTaken ? "" : whyNot(trials, threads) };
  };
}

/** Whether `auto` takes gpu, which this thread waits for, rather than the kernel, which all threads run. */
export function isFaster([wasm, gpu]: readonly BackendTrial[], threads: number): boolean {
  if (gpu.products === undefined || gpu.why !== "") return false;
  return wasm.products === undefined || wasm.why !== "" || gpu.seconds < wasm.seconds / threads;
}

/** Why gpu was not taken: it did not run, is not right, or is slower. */
function whyNot([wasm, gpu]: readonly BackendTrial[], threads: number): string {
  if (gpu.products === undefined) return `gpu did not run: ${gpu.why}`;
  const { ranAs } = gpu.products;
  if (gpu.why !== "") return `gpu, as ${ranAs}, ${gpu.why}`;
  const times = (gpu.seconds * threads) / wasm.seconds;
  const shown = times < 10 ? times.toFixed(1) : formatCount(Math.round(times));
  return `gpu, as ${ranAs}, took ${shown} times as long on a slice`;
}

/** How backends are started for `backends(study)`. */
export const makers: BackendMakers = { wasm: async () => wasmProducts(), gpu: () => gpuProducts() };
