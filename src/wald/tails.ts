import betainc from "@stdlib/math-base-special-betainc";
import gammainc from "@stdlib/math-base-special-gammainc";

/**
 * P(T > t) for Student's t with `df` degrees of freedom, t ≥ 0, as ½ I_{df/(df+t²)}(df/2, ½)
 * (Abramowitz & Stegun 26.7.1): an upper tail from the start, right down to the smallest double.
 */
export function studentUpperTail(t: number, df: number): number {
  const x = df / (df + t * t);
  // Near t = 0 the complement is the accurate side.
  if (t * t < df) return 0.5 * betainc((t * t) / (df + t * t), 0.5, df / 2, true, true);
  return 0.5 * betainc(x, df / 2, 0.5, true, false);
}

/** P(F > f) for the F distribution with `df1` and `df2` degrees of freedom (Abramowitz & Stegun 26.6.2). */
export function fUpperTail(f: number, df1: number, df2: number): number {
  if (f <= 0) return 1;
  return betainc(df2 / (df2 + df1 * f), df2 / 2, df1 / 2, true, false);
}

/** P(χ² > x) with `df` degrees of freedom; χ² with 0 degrees of freedom is a point mass at 0. */
export function chiSquareUpperTail(x: number, df: number): number {
  if (x <= 0) return 1;
  if (df === 0) return 0;
  return gammainc(x / 2, df / 2, true, true);
}

/**
 * −log10 p, at most −minlog (the floor that `minlog` sets for log10 p). NaN, the p of a statistic that could
 * not be computed, stays NaN: given the floor, it would be the strongest of the map.
 */
export function minusLog10(p: number, minlog: number): number {
  if (Number.isNaN(p)) return Number.NaN;
  return p > 0 ? Math.min(0 - Math.log10(p), -minlog) : -minlog;
}

/** −log10 P(T > t), one-sided: the upper tail, so that a large negative t gives nearly 0. */
export function oneSidedLog10(t: number, df: number, minlog: number): number {
  return bothLog10(t, df, minlog).oneSided;
}

/** −log10 of the one-sided and of the two-sided p of a T, from one upper tail. */
export function bothLog10(
  t: number,
  df: number,
  minlog: number,
): { readonly oneSided: number; readonly twoSided: number } {
  const tail = studentUpperTail(Math.abs(t), df);
  return {
    // −log10(1 − tail), without first rounding 1 − tail to 1.
    oneSided: t >= 0 ? minusLog10(tail, minlog) : -Math.log1p(-tail) / Math.LN10,
    twoSided: minusLog10(2 * tail, minlog),
  };
}

/** P(|T| > |t|), two-sided; NaN for a t that could not be computed. */
export function twoSidedP(t: number, df: number): number {
  return 2 * studentUpperTail(Math.abs(t), df);
}

/** −log10 P(|T| > |t|), two-sided. */
export function twoSidedLog10(t: number, df: number, minlog: number): number {
  return minusLog10(twoSidedP(t, df), minlog);
}
