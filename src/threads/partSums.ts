import type { KernelUse } from "../backends/backend.js";
import type { ChooseProducts } from "../backends/chooseProducts.js";
import { FitSums } from "../backends/fitSums.js";
import type { ImageProducts } from "../backends/products.js";
import { messageOf } from "../backends/trials.js";
import { wasmProducts } from "../backends/wasmProducts.js";
import { AbortedError } from "../errors.js";
import { gatherRows, type ImageBlocks } from "../images/blocks.js";
import type { GivenSums } from "../solver/lanes/givenSums.js";
import type { LaneDesign } from "./messages.js";

/** Vertices on which backends are compared, and values of the images that this may take. */
const SLICE = 256;
const SLICE_VALUES = 2 ** 20;

/** What is known when the sums of a part are due. */
export interface SumsOptions {
  /** Finds vech(D) from which searches start, as every thread does. */
  readonly reference: () => Float64Array | undefined;
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
}

/** The sums that a fit takes from another backend than its kernel: chosen on the first whole vertices, made for all. */
export class PartSums {
  private readonly notes: string[] = [];
  private vertices = 0;
  private sums: FitSums | undefined;
  private products: ImageProducts | undefined;
  private ranAs: string | undefined;

  /** @param choose undefined where the kernel is to make its sums itself. */
  constructor(
    private readonly lanes: LaneDesign | undefined,
    private choose: ChooseProducts | undefined,
  ) {}

  /** What is to be said of it in the record of the fit. */
  get use(): Pick<KernelUse, "sums" | "notes"> {
    const { ranAs, vertices, notes, lanes } = this;
    const what = lanes?.kind === "slope" ? "X'Y, residuals and the sums of the start" : "X'Y";
    return { sums: ranAs === undefined || vertices === 0 ? undefined : { ranAs, what, vertices }, notes };
  }

  /**
   * The sums of whole vertices; undefined where the kernel makes them.
   *
   * @param columns int32, ascending.
   * @throws AbortedError when the signal fires.
   */
  async of(blocks: ImageBlocks, columns: Int32Array, options: SumsOptions): Promise<GivenSums | undefined> {
    const { lanes } = this;
    if (lanes === undefined || columns.length === 0) return undefined;
    const levels = lanes.kind === "slope" ? lanes.design : lanes.design.levels;
    try {
      if (this.choose !== undefined) {
        this.sums = new FitSums(levels, lanes.kind === "slope" ? 2 : 1, options.reference());
        const count = Math.min(SLICE, columns.length, Math.max(8, Math.floor(SLICE_VALUES / levels.n)));
        const work = await this.sums.trial(gatherRows(blocks, columns.subarray(0, count)), count);
        const chosen = await this.choose(work, {
          threads: options.threads,
          wasm: () => wasmProducts(levels),
        });
        this.choose = undefined;
        this.products = chosen.products;
        if (chosen.why !== "") this.notes.push(chosen.why);
      }
      if (this.products === undefined || this.sums === undefined) return undefined;
      const given = await this.sums.give(this.products, blocks, columns, options.signal);
      this.ranAs = this.products.ranAs;
      this.vertices += columns.length;
      return given;
    } catch (error) {
      if (error instanceof AbortedError) throw error;
      // The kernel makes what a device that fails on the way does not.
      await this.close();
      this.products = undefined;
      this.choose = undefined;
      this.notes.push(`gpu stopped on the way: ${messageOf(error)}; wasm ran from there on`);
      return undefined;
    }
  }

  async close(): Promise<void> {
    await this.products?.close().catch(() => undefined);
  }
}
