import { chiSquareUpperTail, minusLog10 } from "../wald/tails.js";

/** A mixture of χ² distributions: the null distribution of a likelihood ratio with a variance on its boundary. */
export type ChiSquareMixture = readonly { readonly df: number; readonly weight: number }[];

/**
 * The null distribution when q random effects are tested against q − 1 in one factor: half χ² with q − 1
 * degrees of freedom (the new variance is estimated as zero), half with q (Self & Liang 1987, JASA 82,
 * case 6; Stram & Lee 1994, Biometrics 50). χ² with 0 degrees of freedom is a point mass at 0.
 */
export function boundaryMixture(q: number): ChiSquareMixture {
  return [
    { df: q - 1, weight: 0.5 },
    { df: q, weight: 0.5 },
  ];
}

/** 2 (log-likelihood of the full model − of the reduced one), not below 0. */
export function likelihoodRatio(full: number, reduced: number): number {
  return Math.max(0, 2 * (full - reduced));
}

/** −log10 of the upper tail of a mixture, 0 (p = 1) where the ratio is 0. */
export function mixtureLog10(chi2: number, mixture: ChiSquareMixture, minlog: number): number {
  if (chi2 <= 0) return 0;
  const p = mixture.reduce((sum, { df, weight }) => sum + weight * chiSquareUpperTail(chi2, df), 0);
  return minusLog10(p, minlog);
}
