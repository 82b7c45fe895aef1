import type { Estimates } from "../estimates.js";
import type { SlopeOutcomes } from "./slopeOutcomes.js";
import type { Reduction } from "./slopeReduction.js";
import { isAt, STARTS, searchAgain, startsAfter } from "./slopeRetries.js";
import type { Together } from "./slopeRounds.js";
import type { SlopeSearch } from "./slopeSearch.js";

/** What a ring is fitted with. */
export interface RingMeans {
  /** Levels of the design. */
  readonly levels: number;
  readonly outcomes: SlopeOutcomes;
  /** Evaluates until all have ended. */
  readonly search: (together: Together) => void;
}

/**
 * Searches up to 8 vertices, some of whose images are missing, to their ends: from their starts, then all from one
 * further start after the other where the first optimum may not be the best.
 *
 * @param rows int32: the row of the estimates of each.
 */
export function fitRingTogether(
  searches: readonly SlopeSearch[],
  reduced: Reduction,
  rows: Int32Array,
  estimates: Estimates,
  { levels, outcomes, search }: RingMeans,
): void {
  const count = rows.length;
  const written: boolean[] = [];
  const together = { count, ee: reduced.ee, own: true };
  const endedAt = (search: SlopeSearch, l: number) => ({
    search,
    row: rows[l],
    lane: l,
    reduced,
    reducedLane: l,
  });
  const anyD = Number.POSITIVE_INFINITY;
  search({
    ...together,
    searches,
    ended: (l) => {
      written[l] = outcomes.end(endedAt(searches[l], l), estimates, anyD);
    },
  });
  const starts = searches.map((search, l) => (l < count && written[l] ? startsAfter(search, levels) : []));
  outcomes.searchedAgain += starts.filter((again) => again.length > 0).length;
  const known = searches.map((search) => ({ f: search.f - search.decrement, D: search.moved }));
  for (let index = 0; index < STARTS.length; index++) {
    const wanted = starts.map((again) => again.includes(index));
    if (!wanted.includes(true)) continue;
    const again = searches.map((search, l) => {
      const repeated = searchAgain(index, known[l], search.degrees);
      if (!wanted[l]) repeated.ended = "left";
      return repeated;
    });
    search({
      ...together,
      searches: again,
      isKnown: (l) => isAt(again[l], known[l]),
      ended: (l) => {
        if (!wanted[l]) return;
        outcomes.endRetry(endedAt(again[l], l), { known: known[l], index }, estimates, anyD);
      },
    });
  }
}
