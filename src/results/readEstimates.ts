import { InputError } from "../errors.js";
import { vechLength } from "../matrix/vech.js";
import { formatCount, plural } from "../print/number.js";
import { allocateEstimates, type Estimates } from "../solver/estimates.js";
import { ESTIMATE_FILES, ESTIMATES_FOLDER, estimateEntries } from "./estimateFiles.js";
import type { ResultsInfo } from "./resultsInfo.js";
import type { StoredFiles } from "./storedFiles.js";

/**
 * Reads the estimates of a results directory: sizes before anything is allocated, then what the numbers say.
 *
 * @param mask int32, V: 1 where there are results.
 * @throws InputError when a file is missing, has the wrong length, or holds what no fit writes.
 */
export function readEstimates(files: StoredFiles, mask: Int32Array, info: ResultsInfo): Estimates {
  const [p, q] = [info.columns.length, info.factor.columns.length];
  const vertices = Int32Array.from(mask.keys()).filter((v) => mask[v] !== 0);
  checkSizes(files, vertices.length, p, q);
  const estimates = allocateEstimates(vertices, p, q);
  for (const [name, file] of estimateEntries()) files.read(`${ESTIMATES_FOLDER}/${file}`, estimates[name]);
  checkNumbers(files, estimates, vertices, info);
  return estimates;
}

/** Numbers and bytes a vertex in each file. */
function widths(p: number, q: number): Readonly<Record<keyof typeof ESTIMATE_FILES, number>> {
  const m = vechLength(q);
  const packed = vechLength(p);
  return {
    vertices: 4,
    n: 4,
    status: 4,
    evaluations: 4,
    imagesDigest: 4,
    beta: 8 * p,
    sigma2: 8,
    D: 8 * m,
    llh: 8,
    resms: 8,
    certificate: 8,
    parameterCovariance: 8 * vechLength(m + 1),
    basisCovariance: 8 * packed,
    basisGradient: 4 * m * packed,
  };
}

function checkSizes(files: StoredFiles, rows: number, p: number, q: number): void {
  const bytes = widths(p, q);
  for (const [name, file] of estimateEntries()) {
    const found = files.bytes(`${ESTIMATES_FOLDER}/${file}`);
    if (found === rows * bytes[name]) continue;
    throw damaged(
      files,
      name,
      plural(found, "byte", "bytes"),
      `${formatCount(rows * bytes[name])} (${formatCount(rows)} vertices of the mask, ${formatCount(bytes[name])} bytes each)`,
    );
  }
}

function checkNumbers(
  files: StoredFiles,
  estimates: Estimates,
  vertices: Int32Array,
  info: ResultsInfo,
): void {
  const strange = estimates.vertices.findIndex((v, row) => v !== vertices[row]);
  if (strange >= 0) {
    throw damaged(
      files,
      "vertices",
      `vertex ${estimates.vertices[strange]} in row ${strange}`,
      `vertex ${vertices[strange]}, as in the mask`,
    );
  }
  const check = (
    name: keyof typeof ESTIMATE_FILES,
    holds: (value: number) => boolean,
    expected: string,
  ): void => {
    const values: ArrayLike<number> = estimates[name];
    const width = values.length / vertices.length;
    for (let k = 0; k < values.length; k++) {
      if (holds(values[k])) continue;
      throw damaged(files, name, `${values[k]} at vertex ${vertices[Math.floor(k / width)]}`, expected);
    }
  };
  check("n", (n) => n > 0 && n <= info.n, `a number of images from 1 to ${formatCount(info.n)}`);
  check("status", (status) => status > 0 && status < 16, "the outcome of a fit");
  check("beta", Number.isFinite, "finite fixed effects");
  check("sigma2", (sigma2) => sigma2 >= 0 && Number.isFinite(sigma2), "a finite variance");
  check("D", Number.isFinite, "finite covariances");
  check("certificate", (decrement) => decrement >= 0, "a Newton decrement");
  check("llh", Number.isFinite, "a finite log-likelihood");
}

function damaged(
  files: StoredFiles,
  name: keyof typeof ESTIMATE_FILES,
  found: string,
  expected: string,
): InputError {
  return new InputError({
    file: files.path(`${ESTIMATES_FOLDER}/${ESTIMATE_FILES[name]}`),
    found,
    expected,
    hint: "The estimates were damaged or edited: fit again, into another place.",
  });
}
