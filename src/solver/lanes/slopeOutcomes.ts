import type { Estimates } from "../estimates.js";
import type { SlopeEstimateWriter } from "./slopeEstimate.js";
import { largestEigenvalue } from "./slopePoint.js";
import type { Reduction } from "./slopeReduction.js";
import { BETTER, isDoubtful, type Retry, VERY_FEW_LEVELS } from "./slopeRetries.js";
import type { SlopeSearch } from "./slopeSearch.js";

/** A vertex whose search has ended. */
export interface Ended {
  readonly search: SlopeSearch;
  /** Its row of the estimates. */
  readonly row: number;
  /** Its lane in the last evaluation. */
  readonly lane: number;
  /** What its images were reduced to, and its lane there. */
  readonly reduced: Reduction;
  readonly reducedLane: number;
}

/** Takes down how searches ended: estimates where they are certified, rows to hand back where they are not. */
export class SlopeOutcomes {
  /** Vertices searched from more than one start so far, and those of them at which another start ended higher. */
  searchedAgain = 0;
  foundBetter = 0;
  /** Hears of vertices as they are done. */
  afterVertices: ((count: number) => void) | undefined;
  private left: number[] = [];
  /** The best of the repeated searches of a row: −2 log-likelihood, and which start it came from. */
  private readonly best = new Map<number, { readonly f: number; readonly index: number }>();

  /** @param levels of the design. */
  constructor(
    private readonly writer: SlopeEstimateWriter,
    private readonly levels: number,
  ) {}

  /** Rows handed back since the last call. */
  takeLeft(): number[] {
    const { left } = this;
    this.left = [];
    this.best.clear();
    return left;
  }

  /**
   * The first search of a vertex has ended.
   *
   * @param largestD eigenvalues of D up to which the evaluation holds.
   * @returns whether an estimate was written, from which further searches may start.
   */
  end(ended: Ended, estimates: Estimates, largestD: number): boolean {
    const { search, row } = ended;
    if (search.ended === "constant") {
      this.afterVertices?.(1);
      return false;
    }
    const isCertified = search.ended === "certified" && largestEigenvalue(search.moved) <= largestD;
    const isDoubted = this.levels < VERY_FEW_LEVELS && isDoubtful(search);
    if (!isCertified || isDoubted) {
      this.left.push(row);
      return false;
    }
    this.writer.write(estimates, ended);
    this.afterVertices?.(1);
    return true;
  }

  /** A repeated search has ended: its optimum is taken where it is the better one; of equals the first start's. */
  endRetry(
    ended: Ended,
    { known, index }: Pick<Retry, "known" | "index">,
    estimates: Estimates,
    largestD: number,
  ): void {
    const { search, row } = ended;
    const best = this.best.get(row) ?? { f: known.f, index: -1 };
    const f = search.f - search.decrement;
    const isBetter = f < best.f - BETTER || (f < best.f + BETTER && index < best.index);
    if (search.ended !== "certified" || !isBetter || largestEigenvalue(search.moved) > largestD) {
      estimates.evaluations[row] += search.evaluations;
      return;
    }
    if (best.index < 0) this.foundBetter++;
    this.best.set(row, { f, index });
    this.writer.write(estimates, ended);
  }
}
