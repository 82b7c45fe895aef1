import { closeSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import type { Estimates } from "../solver/estimates.js";

/**
 * The estimates in full precision, which exact tests of new contrasts need without the images. One raw
 * little-endian file an array in `estimates/`, one row a vertex of the mask in ascending order.
 */
export const ESTIMATE_FILES = {
  vertices: "vertices.i32",
  n: "n.i32",
  status: "status.i32",
  evaluations: "evaluations.i32",
  imagesDigest: "images_digest.i32",
  beta: "beta.f64",
  sigma2: "sigma2.f64",
  D: "D.f64",
  llh: "llh.f64",
  resms: "resms.f64",
  certificate: "certificate.f64",
  parameterCovariance: "parameter_covariance.f64",
  basisCovariance: "basis_covariance.f64",
  basisGradient: "basis_gradient.f32",
} as const;

/** The names of the files of the estimates. */
export const estimateFileNames: readonly string[] = Object.values(ESTIMATE_FILES);

/** The folder of a results directory in which the estimates lie. */
export const ESTIMATES_FOLDER = "estimates";

/** What the files are, for whoever finds them. */
export const ESTIMATES_README = `The estimates of this fit in full precision, one row a vertex of the mask (ascending).
Raw little-endian arrays; p columns of X, q random effects a level, m = q(q+1)/2.

vertices.i32              which vertex each row is
n.i32, status.i32         images present; 1 converged, 2 singular, 3 not converged,
                          4 stopped as sigma2 went to zero, 1e-8 of the random effects' variance
evaluations.i32           evaluations of the likelihood
images_digest.i32         fingerprint of the values of the images at the vertex
beta.f64                  fixed effects, p a row
sigma2.f64, llh.f64       residual variance; restricted log-likelihood
certificate.f64           Newton decrement where the search for D ended: −2 llh is that close to its minimum
resms.f64                 residual mean square without random effects
D.f64                     vech(D), m a row, relative to sigma2
parameter_covariance.f64  covariance of (sigma2, vech D), lower triangle by rows; D in orthogonal coordinates of Z
basis_covariance.f64      C = (Q'V^-1 Q)^-1 with X = Q R, lower triangle by rows; R is in blmm_fit.json
basis_gradient.f32        dC/dD_k for k = 1..m, lower triangles by rows; D as in parameter_covariance

With b = L R^-1: Var(L beta) = sigma2 b C b', and its gradient in (sigma2, D_k) is (b C b', sigma2 b dC_k b').
Satterthwaite df = 2 Var^2 / (g' A g), g the gradient, A the parameter covariance.
`;

/** Writes the estimates into a folder that exists. */
export function writeEstimates(folder: string, estimates: Estimates): void {
  for (const [name, file] of estimateEntries()) {
    writeArray(path.join(folder, file), estimates[name]);
  }
}

/** The arrays of the estimates with their files. */
export function estimateEntries(): [keyof typeof ESTIMATE_FILES, string][] {
  return Object.entries(ESTIMATE_FILES) as [keyof typeof ESTIMATE_FILES, string][];
}

/** Writes the bytes of a typed array; the platform is little-endian, as every platform Node.js runs on. */
export function writeArray(file: string, array: Float64Array | Float32Array | Int32Array): void {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const descriptor = openSync(file, "w");
  try {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, 1 << 30));
    }
  } finally {
    closeSync(descriptor);
  }
}
