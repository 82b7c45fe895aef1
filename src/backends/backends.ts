import { availableParallelism } from "node:os";
import type { Study } from "../design/index.js";
import { describeIntercepts } from "../model/interceptDesign.js";
import { describeLevels } from "../model/levelDesign.js";
import { buildModel } from "../model/model.js";
import { groupModel } from "../model/plan.js";
import { cellSignal } from "../notebook/cell.js";
import { Table } from "../print/table.js";
import { readBlock } from "../threads/readBlock.js";
import { isFaster, makers } from "./chooseProducts.js";
import { FitSums } from "./fitSums.js";
import { type BackendMakers, closeTrials, type TrialWork, tryBackends } from "./trials.js";
import { wasmProducts } from "./wasmProducts.js";

/** Vertices of the slice at most, and values of the images that it may take. */
const SLICE = 256;
const SLICE_VALUES = 2 ** 22;

/**
 * What each backend does on a slice of this study: which ran and as what, why others did not, seconds for what a fit
 * takes from it (X'Y, and for a random slope the residuals and sums of the start), and the largest difference from the
 * reference beside the largest that is rounding.
 */
export async function backends(study: Study): Promise<Table> {
  const { n, images } = study;
  const width = Math.min(SLICE, images.vertices, Math.max(8, Math.floor(SLICE_VALUES / n)));
  const Y = await readBlock(images, 0, width, { signal: cellSignal() });
  const { work, wasm } = await slice(study, Y, width);
  const threads = availableParallelism();
  const trials = await tryBackends(work, { wasm, gpu: makers.gpu });
  const taken = isFaster(trials, threads) ? "gpu" : "wasm";
  const rows = trials.map(({ name, products, why, seconds, difference }) => [
    name,
    products?.ranAs ?? "did not run",
    why !== "" ? (products === undefined ? `${why}; wasm runs instead` : why) : noteOf(name, taken, threads),
    products === undefined ? "" : seconds,
    products === undefined ? "" : difference,
    products?.tolerance ?? "",
  ]);
  await closeTrials(trials);
  return new Table(
    `Backends: the products of a fit with ${n} images at ${width} vertices, by one thread`,
    ["backend", "ran as", "why", "seconds", "largest difference from reference", "tolerance"],
    rows,
  );
}

function noteOf(name: string, taken: string, threads: number): string {
  if (name === "reference") return "what the others are held against";
  if (name !== taken) return `agrees, but takes longer than ${taken}`;
  return name === "wasm"
    ? `agrees; auto takes it, on ${threads} threads`
    : `agrees; auto takes it: faster than ${threads} threads of wasm`;
}

/** The products of a fit where the kernel applies, with images in the order of its levels; X'Y elsewhere. */
async function slice(
  { n, p, X, factors, images }: Study,
  Y: Float32Array,
  width: number,
): Promise<{ readonly work: TrialWork; readonly wasm: BackendMakers["wasm"] }> {
  const model = buildModel(X, factors[0]);
  const { levelOrder } = groupModel(model);
  const intercepts = model.q === 1 ? describeIntercepts(model) : undefined;
  const levels = model.q === 2 ? describeLevels(model, levelOrder) : intercepts?.levels;
  if (levels === undefined || images.images.length !== n) {
    const product = { n, p, width, X: Float64Array.from(X.values), Y };
    const time: TrialWork["time"] = (products) => products.multiply(product);
    return {
      work: { compare: async (products) => [{ values: await products.multiply(product) }], time },
      wasm: async () => wasmProducts(),
    };
  }
  const { order } = intercepts?.order ?? levelOrder;
  const ordered = new Float32Array(Y.length);
  order.forEach((image, place) => {
    ordered.set(Y.subarray(image * width, (image + 1) * width), place * width);
  });
  const sums = new FitSums(levels, model.q === 2 ? 2 : 1, undefined);
  return { work: await sums.trial(ordered, width), wasm: async () => wasmProducts(levels) };
}
