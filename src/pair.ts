/** Both hemispheres of the same thing. */
export interface Pair<T> {
  readonly lh: T;
  readonly rh: T;
}

/** Whether something is a pair `{ lh, rh }` and not one of them. */
export function isPair<T>(one: T | Pair<T>): one is Pair<T> {
  return typeof one === "object" && one !== null && "lh" in one && "rh" in one;
}

/** One thing or both, left first. */
export function sidesOf<T>(one: T | Pair<T>): readonly T[] {
  return isPair(one) ? [one.lh, one.rh] : [one];
}

/**
 * Makes something of both hemispheres: `each(des1, (one) => one.T("Sex"))`.
 *
 * @param make gets one of the two, and which it is.
 */
export function each<T, Made>(pair: Pair<T>, make: (one: T, side: "lh" | "rh") => Made): Pair<Made> {
  return { lh: make(pair.lh, "lh"), rh: make(pair.rh, "rh") };
}
