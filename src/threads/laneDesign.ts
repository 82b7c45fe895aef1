import { describeLevels } from "../model/levelDesign.js";
import { findTerms } from "../model/levelTerms.js";
import type { GroupedModel } from "../model/plan.js";
import type { LaneDesign } from "./messages.js";

/** More columns of X than this are not for the lane kernel, which holds several X'X a vertex at hand. */
const MOST_COLUMNS = 150;
/** An error of the terms of X'V⁻¹X above this: every vertex sums it over the levels instead. */
export const LARGEST_TERM_ERROR = 1e-9;

/** The design as the lane kernel needs it, or why it does not apply. */
export function describeLanes({ model, levelOrder }: GroupedModel): {
  readonly design: LaneDesign | undefined;
  readonly why: string | undefined;
} {
  const { p, q } = model;
  const not = (why: string) => ({ design: undefined, why });
  if (q !== 2) return not(`${q === 0 ? "no" : q} random effect${q === 1 ? "" : "s"} a level`);
  if (p > MOST_COLUMNS) return not(`more than ${MOST_COLUMNS} columns of X`);
  const design = describeLevels(model, levelOrder);
  return { design: { design, terms: findTerms(design) }, why: undefined };
}
