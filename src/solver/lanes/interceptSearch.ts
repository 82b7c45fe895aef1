/** A Newton step that gains less than this in −2 log-likelihood is the last one: it is taken on paper. */
const LAST_GAIN = 1e-8;
/** Certified, it is shorter than this share of 1 + d too: what it leaves out has the size of its square. */
const SHORT = 1e-4;
const MOST_STEPS = 60;
/** Evaluations with the exact second derivative, at most. */
const MOST_CERTIFYING = 8;
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

/** f = −2 restricted log-likelihood at some d, and its first two derivatives in d. */
export interface InterceptValue {
  readonly f: number;
  readonly gradient: number;
  readonly hessian: number;
}

/** Where a search ended. */
export interface InterceptOptimum {
  /** Where f was last evaluated, and the Newton step from there, by which f falls by `decrement` = ½g²/h. */
  readonly d: number;
  readonly step: number;
  readonly decrement: number;
  readonly isAgain: boolean;
  readonly isBetter: boolean;
}

/** Where f is wanted: with its second derivative exactly, or close enough to find the way. */
export interface InterceptQuestion {
  readonly d: number;
  readonly whole: boolean;
}

/** A search: it yields where f is wanted next, and goes on with f there. */
export type InterceptSearch<Found> = Generator<InterceptQuestion, Found | undefined, InterceptValue>;

/**
 * Finds the d ≥ 0 that maximizes the restricted likelihood, by Newton's method that never lets f rise; from further
 * starts too where a second optimum may lie at zero or away from it. What is found is certified in the end, where f and
 * both its derivatives are exact: that evaluation is the last one.
 *
 * @param start where to begin.
 * @returns undefined where no optimum was certified.
 */
export function* searchIntercept(start: number): InterceptSearch<InterceptOptimum> {
  const first = yield* descend(start);
  if (first === undefined) return undefined;
  let best = first;
  const isNear = first.d > 0 && 0.5 * first.hessian * first.d ** 2 < NEAR_ZERO;
  for (const again of first.d === 0 ? FAR : isNear ? [0] : []) {
    const other = yield* descend(again);
    if (other !== undefined && other.f < best.f - BETTER) best = other;
  }
  const certified = yield* certify(best.d);
  if (certified === undefined) return undefined;
  const { d, step, decrement } = certified;
  return { d, step, decrement, isAgain: first.d === 0 || isNear, isBetter: best !== first };
}

/** Newton's method with the exact second derivative, from where it has next to nothing to do. */
function* certify(from: number): InterceptSearch<Pick<InterceptOptimum, "d" | "step" | "decrement">> {
  let d = from;
  for (let step = 0; step < MOST_CERTIFYING; step++) {
    const { f, gradient: g, hessian: h } = yield { d, whole: true };
    if (!Number.isFinite(f)) return undefined;
    if (d === 0 && g >= -INWARD_SLOPE) return { d, step: 0, decrement: 0 };
    const decrement = (g * g) / (2 * h);
    if (!(decrement >= 0)) return undefined;
    const last = -g / h;
    if (d > 0 && d + last > 0 && decrement < LAST_GAIN && Math.abs(last) < SHORT * (1 + d)) {
      return d < LARGEST ? { d, step: last, decrement } : undefined;
    }
    d = Math.max(0, d + last);
  }
  return undefined;
}

interface Descent {
  readonly d: number;
  readonly f: number;
  readonly hessian: number;
}

/** Goes downhill until a step gains next to nothing; that step is taken on paper. */
function* descend(start: number): InterceptSearch<Descent> {
  const at = (d: number) => ({ d, whole: false });
  let d = start;
  let value = yield at(d);
  for (let step = 0; step < MOST_STEPS && Number.isFinite(value.f); step++) {
    const { f, gradient: g, hessian: h } = value;
    if (d === 0 && g >= -INWARD_SLOPE) return { d, f, hessian: h };
    const decrement = h > 0 ? (g * g) / (2 * h) : Number.POSITIVE_INFINITY;
    if (d > 0 && decrement < LAST_GAIN) {
      if (d < SMALL) {
        const zero = yield at(0);
        // As low at zero, and not falling from there.
        if (zero.f <= f + 1e-11 * Math.abs(f) && zero.gradient >= -INWARD_SLOPE)
          return { d: 0, f: zero.f, hessian: zero.hessian };
      }
      return { d: Math.max(0, d - g / h), f: f - decrement, hessian: h };
    }
    let move = h > 0 ? -g / h : g > 0 ? -d : d + 0.1;
    move = Math.max(-d, Math.min(move, 3 * d + 0.3));
    let next = yield at(d + move);
    for (let k = 0; k < 40 && !(next.f <= f + 1e-12 * Math.abs(f)); k++) {
      move /= 3;
      next = yield at(d + move);
    }
    if (!(next.f <= f + 1e-12 * Math.abs(f))) return undefined;
    d += move;
    value = next;
  }
  return undefined;
}

/** The sums of one vertex by pattern, from which its search starts. */
export interface PatternSums {
  /** g, levels and Σ z²/g of each pattern. */
  readonly g: ArrayLike<number>;
  readonly count: ArrayLike<number>;
  readonly c: ArrayLike<number>;
  /** e'e, less Σ z²/g: what no random effect reaches. */
  readonly within: number;
  /** Images present. */
  readonly n: number;
}

/** d to begin with: a few scoring steps in (σ², σ²d). */
export function startOfIntercept({ g, count, c, within, n }: PatternSums, p: number): number {
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
