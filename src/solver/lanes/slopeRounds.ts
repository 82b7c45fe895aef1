import type { SlopeEstimateWriter } from "./slopeEstimate.js";
import { evaluate } from "./slopeEvaluation.js";
import type { SlopeMemory } from "./slopeMemory.js";
import type { SlopeReduction } from "./slopeReduction.js";
import type { SlopeSearch } from "./slopeSearch.js";

/** Rounds of 8 vertices in float64, at most. */
const MOST_ROUNDS = 200;

/** 8 vertices that are searched together, in float64; their z lies in the first half of the memory. */
export interface Together {
  readonly searches: readonly SlopeSearch[];
  /** How many of the 8 are vertices; the others repeat one. */
  readonly count: number;
  /** e'e of each; float64, 8. */
  readonly ee: Float64Array;
  /** Each has its own G: images may be missing. */
  readonly own: boolean;
  /** Whether a search may be given up, close to an optimum that its vertex has already. */
  readonly isKnown?: (lane: number) => boolean;
  /** Hears of each vertex once, right after its last evaluation. */
  readonly ended: (lane: number) => void;
}

/** Evaluates vertices until the search of each has ended. */
export function searchTogether(
  memory: SlopeMemory,
  reduction: SlopeReduction,
  writer: SlopeEstimateWriter,
  { searches, count, ee, own, isKnown, ended }: Together,
): void {
  const used = searches.slice(0, count);
  const open = () => used.filter((search) => search.ended === undefined);
  used.forEach((search, l) => {
    if (search.ended !== undefined) ended(l);
  });
  for (let round = 0; round <= MOST_ROUNDS && open().length > 0; round++) {
    used.forEach((search, l) => {
      if (search.ended !== undefined || (round < MOST_ROUNDS && isKnown?.(l) !== true)) return;
      search.ended = "left";
      ended(l);
    });
    const left = open();
    if (left.some((search) => search.searching)) {
      evaluate(memory, reduction, searches, 0, ee, { own, whole: false });
      for (const search of left) search.consume();
      continue;
    }
    if (left.length === 0) return;
    // The borrowed cross-product has served: from here on only f of the vertex's own counts.
    if (own) for (const search of left) if (!search.isCertifying) search.forgetBest();
    evaluate(memory, reduction, searches, 0, ee, { own, whole: true });
    let prepared = false;
    used.forEach((search, l) => {
      if (search.ended !== undefined) return;
      search.certify();
      if (own) search.searching = false;
      if (search.ended === undefined) return;
      if (!prepared && search.ended === "certified") writer.prepare();
      prepared ||= search.ended === "certified";
      ended(l);
    });
  }
}
