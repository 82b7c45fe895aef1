import type { InterceptProfile, InterceptSums } from "./interceptProfile.js";

/** A Newton step that gains less than this in −2 log-likelihood is the last one: it is taken, and what it leads to kept. */
const LAST_GAIN = 1e-8;
const MOST_STEPS = 60;
/** f falls by more than this for each unit of d off zero: d leaves it. */
const INWARD_SLOPE = 1e-6;
/** d under this is tried at zero. */
const SMALL = 1e-4;
/** d beyond this is left to another solver. */
const LARGEST = 1e4;
/** Where to search again: past an optimum at zero, and past one that f hardly rises from on the way to zero. */
const FAR = [3, 30];
const NEAR_ZERO = 4;
const BETTER = 1e-6;

/** Where a search ended. */
export interface InterceptOptimum {
  readonly d: number;
  readonly f: number;
  /** ½g²/h there. */
  readonly decrement: number;
  readonly isAgain: boolean;
  readonly isBetter: boolean;
}

/**
 * Finds the d ≥ 0 that maximizes the restricted likelihood, by Newton's method that never lets f rise; from further
 * starts too where a second optimum may lie at zero or away from it. The profile is left evaluated at the optimum.
 *
 * @param start where to begin.
 * @returns undefined where no optimum was certified.
 */
export function searchIntercept(
  profile: InterceptProfile,
  sums: InterceptSums,
  start: number,
): InterceptOptimum | undefined {
  const first = descend(profile, sums, start);
  if (first === undefined) return undefined;
  let best = first;
  const isNear = first.d > 0 && 0.5 * profile.hessian[0] * first.d ** 2 < NEAR_ZERO;
  for (const again of first.d === 0 ? FAR : isNear ? [0] : []) {
    const other = descend(profile, sums, again);
    if (other !== undefined && other.f < best.f - BETTER) best = other;
  }
  if (best !== first || first.d === 0 || isNear) profile.evaluate(sums, best.d);
  return { ...best, isAgain: first.d === 0 || isNear, isBetter: best !== first };
}

function descend(
  profile: InterceptProfile,
  sums: InterceptSums,
  start: number,
): { readonly d: number; readonly f: number; readonly decrement: number } | undefined {
  let d = start;
  profile.evaluate(sums, d);
  let { f } = profile;
  for (let step = 0; step < MOST_STEPS && Number.isFinite(f); step++) {
    const g = profile.gradient[0];
    const h = profile.hessian[0];
    if (d === 0 && g >= -INWARD_SLOPE) return { d, f, decrement: 0 };
    const decrement = h > 0 ? (g * g) / (2 * h) : Number.POSITIVE_INFINITY;
    if (d > 0 && decrement < LAST_GAIN) {
      if (d < SMALL && isAtZero(profile, sums, f)) return { d: 0, f: profile.f, decrement: 0 };
      const end = Math.max(0, d - g / h);
      profile.evaluate(sums, end);
      const left = profile.gradient[0] ** 2 / (2 * profile.hessian[0]);
      return end < LARGEST && left < LAST_GAIN ? { d: end, f: profile.f, decrement: left } : undefined;
    }
    let move = h > 0 ? -g / h : g > 0 ? -d : d + 0.1;
    move = Math.max(-d, Math.min(move, 3 * d + 0.3));
    let next = d + move;
    profile.evaluate(sums, next);
    for (let k = 0; k < 40 && !(profile.f <= f + 1e-12 * Math.abs(f)); k++) {
      move /= 3;
      next = d + move;
      profile.evaluate(sums, next);
    }
    if (!(profile.f <= f + 1e-12 * Math.abs(f))) return undefined;
    d = next;
    f = profile.f;
  }
  return undefined;
}

/** Whether f is as low at zero, and does not fall from there. */
function isAtZero(profile: InterceptProfile, sums: InterceptSums, f: number): boolean {
  profile.evaluate(sums, 0);
  return profile.f <= f + 1e-11 * Math.abs(f) && profile.gradient[0] >= -INWARD_SLOPE;
}

/** d to begin with: a few scoring steps in (σ², σ²d). */
export function startOfIntercept({ g, count, c, within, n }: InterceptSums, p: number): number {
  let d = 0.5;
  for (let round = 0; round < 4; round++) {
    let [q0, q1, e00, e01, e11] = [within, 0, n - p, 0, 0];
    for (let t = 0; t < g.length; t++) {
      const nu = 1 / (1 + d * g[t]);
      // z'V⁻²z over the levels is Σ c ν², beside what is within; Z'V⁻¹ee'V⁻¹Z is Σ g c ν².
      q0 += c[t] * nu * nu;
      q1 += g[t] * c[t] * nu * nu;
      e00 += count[t] * (nu * nu - 1);
      e01 += count[t] * g[t] * nu * nu;
      e11 += count[t] * (g[t] * nu) ** 2;
    }
    const determinant = e00 * e11 - e01 * e01;
    const sigma2 = (e11 * q0 - e01 * q1) / determinant;
    const between = (e00 * q1 - e01 * q0) / determinant;
    d = sigma2 > 0 && Number.isFinite(between) ? Math.max(0, Math.min(between / sigma2, 100)) : 0.5;
  }
  return d;
}
