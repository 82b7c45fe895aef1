import { VALUES } from "./mapsOfHemisphere.js";

/** How a statistic is named and colored where people look at it. */
export interface StatisticKind {
  readonly key: string;
  readonly symbol: string;
  readonly name: string;
  /** Y stands for the unit of the response. */
  readonly unit: string;
  readonly colorMap: string;
  readonly threshold?: number;
  /** Whether zero is the middle of the range; "by its numbers": where some are below zero. */
  readonly signed: boolean | "by its numbers";
  /** The statistic that holds −log₁₀ p of this one. */
  readonly p?: string;
}

const kind = (
  key: string,
  symbol: string,
  name: string,
  unit: string,
  colorMap: string,
  more: { readonly threshold?: number; readonly p?: string } = {},
): StatisticKind => ({
  key,
  symbol,
  name,
  unit,
  colorMap,
  signed: key === "D" || key === VALUES ? "by its numbers" : colorMap === "blue-red",
  ...more,
});

/** In the order of the menu. Thresholds are the tutorial's: |T| ≥ 2, −log₁₀ p ≥ 1.3. */
export const statisticKinds: readonly StatisticKind[] = [
  kind("conT", "T", "T statistic", "", "blue-red", { threshold: 2, p: "conTlp2" }),
  kind("con", "Lβ", "contrast estimate Lβ", "Y", "blue-red"),
  kind("conSE", "SE", "standard error of Lβ", "Y", "viridis"),
  kind("conT_swedf", "df", "Satterthwaite degrees of freedom", "", "viridis"),
  kind("conTlp2", "−log₁₀ p", "−log₁₀ p, two-sided (effect not 0)", "", "heat", { threshold: 1.3 }),
  kind("conTlp", "−log₁₀ p", "−log₁₀ p, one-sided (effect above 0)", "", "heat", { threshold: 1.3 }),
  kind("conF", "F", "F statistic", "", "heat", { p: "conFlp" }),
  kind("conFlp", "−log₁₀ p", "−log₁₀ p of F", "", "heat", { threshold: 1.3 }),
  kind("conR2", "R²", "partial R²", "", "viridis"),
  kind("beta", "β", "fixed effect β", "Y", "blue-red"),
  kind("sigma2", "σ²", "residual variance σ²", "(Y)²", "viridis"),
  kind("D", "D", "random-effects covariance D, relative to σ²", "σ²", "blue-red"),
  kind("llh", "log L", "restricted log-likelihood", "", "viridis"),
  kind("n", "n", "images present", "images", "viridis"),
  kind("edf", "n − p", "images − fixed effects", "", "viridis"),
  kind("Chi2", "χ²", "likelihood-ratio χ²", "", "heat", { threshold: 2.71, p: "Chi2lp" }),
  kind("Chi2lp", "−log₁₀ p", "−log₁₀ p of the likelihood-ratio test", "", "heat", { threshold: 1.3 }),
  kind("dAIC", "ΔAIC", "AIC of the full − of the reduced model", "", "blue-red"),
  kind("dBIC", "ΔBIC", "BIC of the full − of the reduced model", "", "blue-red"),
  kind("status", "status", "fit: 1 converged, 2 singular, 3 not converged", "", "heat", { threshold: 2 }),
  kind("conF_swedf", "df", "denominator degrees of freedom of F", "", "viridis"),
  kind("resms", "MS", "residual mean square without random effects", "(Y)²", "viridis"),
  kind(VALUES, "value", "value", "Y", "blue-red"),
];

/** What is known of a statistic; undefined for one that is not shown on the cortex. */
export function statisticKind(key: string): StatisticKind | undefined {
  return statisticKinds.find((one) => one.key === key);
}
