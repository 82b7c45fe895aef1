import type { LaneDesign } from "./messages.js";
import type { StudyDesign } from "./plannedDesigns.js";
import type { SharedImages } from "./sharedImages.js";

/** An earlier study of a group that has the same images and all columns of a study's X. */
export interface NestedStudy {
  /** Its place in the group. */
  readonly host: number;
  /** int32, p: which of its columns the study's are, ascending. */
  readonly column: Int32Array;
}

/** For each study of a group that shares images: the first one before it in whose design its own is nested. */
export function nestedAmong(
  { studies, rowOf }: Pick<SharedImages, "studies" | "rowOf">,
  designs: readonly StudyDesign[],
): (NestedStudy | undefined)[] {
  return studies.map((study, k) => {
    for (let host = 0; host < k; host++) {
      const [one, other] = [designs[study], designs[studies[host]]];
      if (!haveSame(rowOf[k], rowOf[host]) || !haveSameFactor(one, other)) continue;
      const column = columnsAmong(one, other);
      if (column !== undefined) return { host, column };
    }
    return undefined;
  });
}

/** Whether what the kernel sums for one design has the sums of the other, to the last bit. */
export function sumsAreShared(one: LaneDesign | undefined, other: LaneDesign | undefined): boolean {
  if (one?.kind !== "intercept" || other?.kind !== "intercept") return false;
  const [a, b] = [one.design.levels, other.design.levels];
  return a.isUsers && b.isUsers && (a.ones === undefined) === (b.ones === undefined);
}

function haveSameFactor({ factor: one }: StudyDesign, { factor: other }: StudyDesign): boolean {
  if (one === undefined || other === undefined) return false;
  return (
    one.levels.length === other.levels.length &&
    one.Z.columns.length === 1 &&
    other.Z.columns.length === 1 &&
    haveSame(one.level, other.level) &&
    haveSame(one.Z.values, other.Z.values)
  );
}

/** Which columns of `other` those of `one` are, in order; undefined where one is not among them. */
function columnsAmong({ X: one }: StudyDesign, { X: other }: StudyDesign): Int32Array | undefined {
  const [p, more] = [one.columns.length, other.columns.length];
  const column = new Int32Array(p);
  for (let j = 0, from = 0; j < p; j++) {
    let at = from;
    while (at < more && !isColumn(j, at)) at++;
    if (at === more) return undefined;
    column[j] = at;
    from = at + 1;
  }
  return column;

  function isColumn(j: number, at: number): boolean {
    for (let i = 0; i < one.n; i++) if (one.values[i * p + j] !== other.values[i * more + at]) return false;
    return true;
  }
}

function haveSame(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  if (one.length !== other.length) return false;
  for (let k = 0; k < one.length; k++) if (one[k] !== other[k]) return false;
  return true;
}
