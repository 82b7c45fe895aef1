import { InputError } from "../errors.js";
import { chiSquareUpperTail } from "../wald/tails.js";

/**
 * P(χ² > x), the p of a χ² with `df` degrees of freedom, accurate down to 1e-300.
 *
 * @param df 0 is a point mass at 0, as in the mixture that tests a variance on its boundary.
 * @throws InputError when df is negative or no number.
 */
export function chiSquareTail(x: number, df: number): number {
  if (df >= 0) return chiSquareUpperTail(x, df);
  throw new InputError({ key: "df", found: String(df), expected: "degrees of freedom, 0 or more" });
}
