import { describeIntercepts, MOST_PATTERNS } from "../model/interceptDesign.js";
import { describeLevels } from "../model/levelDesign.js";
import { areLevelsFewer, NO_TERMS, termsInSteps } from "../model/levelTerms.js";
import type { GroupedModel } from "../model/plan.js";
import type { LaneDesign } from "./messages.js";

/** More columns of X than this are not for the lane kernel, which holds several X'X a vertex at hand. */
const MOST_COLUMNS = 150;
/** An error of the terms of X'V⁻¹X above this: every vertex sums it over the levels instead. */
export const LARGEST_TERM_ERROR = 1e-9;

/** What the lane kernel needs of a design, or why it does not apply. */
interface DescribedLanes {
  readonly design: LaneDesign | undefined;
  readonly why: string | undefined;
}

/** The design as the lane kernel needs it, or why it does not apply; in steps, between which other things may be done. */
export function* describeLanes({ model, levelOrder }: GroupedModel): Generator<undefined, DescribedLanes> {
  const { p, q } = model;
  const not = (why: string) => ({ design: undefined, why });
  if (q !== 1 && q !== 2) return not(`${q === 0 ? "no" : q} random effects a level`);
  if (p > MOST_COLUMNS) return not(`more than ${MOST_COLUMNS} columns of X`);
  if (q === 1) {
    const design = describeIntercepts(model);
    if (design === undefined)
      return not(`more than ${MOST_PATTERNS} different sums of squares of Z by level`);
    return { design: { kind: "intercept", design }, why: undefined };
  }
  const design = describeLevels(model, levelOrder);
  yield;
  const terms = areLevelsFewer(design) ? NO_TERMS : yield* termsInSteps(design);
  return { design: { kind: "slope", design, terms }, why: undefined };
}
