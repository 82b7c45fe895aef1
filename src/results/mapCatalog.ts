/** What is known of a kind of map beyond its numbers. */
export interface MapKind {
  /** The name in `blmm_vox_<name>.dat`. */
  readonly name: string;
  /** How the file stores it. */
  readonly type: "float32" | "int32";
  /** What its volumes stand for. */
  readonly volumes: "one" | "columns" | "T contrasts" | "F contrasts" | "covariances" | "pairs of columns";
  /** Whether zero is the middle of its range. */
  readonly signed: boolean;
  readonly description: string;
}

const kind = (
  name: string,
  volumes: MapKind["volumes"],
  signed: boolean,
  description: string,
  type: MapKind["type"] = "float32",
): MapKind => ({ name, type, volumes, signed, description });

/** Every map that a results directory may hold, in the order in which they are listed. */
export const mapCatalog: readonly MapKind[] = [
  kind("mask", "one", false, "vertices with results", "int32"),
  kind("n", "one", false, "images present", "int32"),
  kind("edf", "one", false, "n − p, for reference", "int32"),
  kind(
    "status",
    "one",
    false,
    "1 converged, 2 singular fit, 3 not converged, 4 stopped as σ² went to zero",
    "int32",
  ),
  kind("beta", "columns", true, "fixed effects β"),
  kind("sigma2", "one", false, "residual variance σ²"),
  kind("D", "covariances", true, "random-effects covariance D, relative to σ²"),
  kind("llh", "one", true, "restricted log-likelihood"),
  kind("certificate", "one", false, "Newton decrement: how close −2 log-likelihood is to its minimum"),
  kind("evaluations", "one", false, "evaluations of the likelihood", "int32"),
  kind("resms", "one", false, "residual mean square without random effects"),
  kind("cov", "pairs of columns", true, "covariance of β"),
  kind("con", "T contrasts", true, "contrast estimates Lβ"),
  kind("conSE", "T contrasts", false, "standard errors of contrasts"),
  kind("conT", "T contrasts", true, "T statistics"),
  kind("conT_swedf", "T contrasts", false, "Satterthwaite degrees of freedom"),
  kind("conTlp", "T contrasts", false, "−log10 p, one-sided (upper tail)"),
  kind("conTlp2", "T contrasts", false, "−log10 p, two-sided"),
  kind("conF", "F contrasts", false, "F statistics"),
  kind("conF_swedf", "F contrasts", false, "denominator degrees of freedom"),
  kind("conFlp", "F contrasts", false, "−log10 p of F"),
  kind("conR2", "F contrasts", false, "partial R²"),
  kind("Chi2", "one", false, "likelihood-ratio χ²"),
  kind("Chi2lp", "one", false, "−log10 p of the likelihood-ratio test"),
  kind("dAIC", "one", true, "AIC of the full model − AIC of the reduced model"),
  kind("dBIC", "one", true, "BIC of the full model − BIC of the reduced model"),
];

const byName = new Map(mapCatalog.map((entry) => [entry.name, entry]));

/** What is known of a map; undefined for a name that is not BLMM's. */
export function mapKind(name: string): MapKind | undefined {
  return byName.get(name);
}
