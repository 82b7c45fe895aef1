import { studentUpperTail } from "./tails.js";

/** The two-sided 95 % point of Student's t with `df` degrees of freedom: P(|T| > t) = .05; NaN where df is none. */
export function studentPoint95(df: number): number {
  if (!(df > 0)) return Number.NaN;
  // The normal distribution's, from where t's differs from it by less than a double tells.
  if (df > 1e15) return 1.959963984540054;
  let [low, high] = [1.9, 4];
  while (studentUpperTail(high, df) > 0.025 && high < 1e300) high *= 4;
  for (let k = 0; k < 200 && high - low > 1e-14 * high; k++) {
    const middle = (low + high) / 2;
    if (studentUpperTail(middle, df) > 0.025) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The 95 % confidence interval of an estimate, estimate ± t SE; NaN where SE or df is none. */
export function interval95(estimate: number, se: number, df: number): readonly [low: number, high: number] {
  const half = studentPoint95(df) * se;
  return [estimate - half, estimate + half];
}
