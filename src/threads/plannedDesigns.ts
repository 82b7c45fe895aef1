import { setImmediate as turn } from "node:timers/promises";
import type { DesignMatrix } from "../design/designMatrix.js";
import type { Factor } from "../design/factor.js";
import { buildModel } from "../model/model.js";
import { type GroupedModel, groupModel } from "../model/plan.js";
import { describeLanes } from "./laneDesign.js";
import type { LaneDesign } from "./messages.js";

/** The fixed and random effects of a study. */
export interface StudyDesign {
  readonly X: DesignMatrix;
  readonly factor: Factor | undefined;
}

/** What follows from a design alone. */
export interface PlannedDesign {
  readonly grouped: GroupedModel;
  /** What the lane kernel needs of it, or why that does not apply. */
  readonly lanes: LaneDesign | undefined;
  readonly why: string | undefined;
}

/** Plans designs, each once: those of both hemispheres are most often the same. Messages are heard meanwhile. */
export class PlannedDesigns {
  private readonly known: { readonly design: StudyDesign; readonly planned: Promise<PlannedDesign> }[] = [];

  /** @param useKernel whether the lane kernel is to be used where it applies; the same for all. */
  constructor(private readonly useKernel: boolean) {}

  of(design: StudyDesign): Promise<PlannedDesign> {
    const found = this.known.find((other) => isSame(other.design, design));
    if (found !== undefined) return found.planned;
    const planned = this.plan(design);
    this.known.push({ design, planned });
    return planned;
  }

  private async plan({ X, factor }: StudyDesign): Promise<PlannedDesign> {
    const model = buildModel(X, factor);
    await turn();
    const grouped = groupModel(model);
    if (!this.useKernel) return { grouped, lanes: undefined, why: undefined };
    const steps = describeLanes(grouped);
    for (;;) {
      await turn();
      const { done, value } = steps.next();
      if (done) return { grouped, lanes: value.design, why: value.why };
    }
  }
}

/** Whether two designs have the same numbers; names do not matter. */
function isSame(one: StudyDesign, other: StudyDesign): boolean {
  const [a, b] = [one.factor, other.factor];
  return (
    one.X.columns.length === other.X.columns.length &&
    haveSame(one.X.values, other.X.values) &&
    a?.levels.length === b?.levels.length &&
    a?.Z.columns.length === b?.Z.columns.length &&
    haveSame(a?.level ?? [], b?.level ?? []) &&
    haveSame(a?.Z.values ?? [], b?.Z.values ?? [])
  );
}

function haveSame(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  if (one.length !== other.length) return false;
  for (let k = 0; k < one.length; k++) if (one[k] !== other[k]) return false;
  return true;
}
