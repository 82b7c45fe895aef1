import { existsSync } from "node:fs";
import type { Config } from "../config/index.js";
import { loadConfig } from "../config/index.js";
import { FaultList } from "../errors.js";
import { type ImageSet, openImages, readImage, readImageList } from "../images/index.js";
import { formatCount, plural } from "../print/number.js";
import { faultOfWeights } from "./contrastWeights.js";
import type { DesignMatrix } from "./designMatrix.js";
import type { Factor } from "./factor.js";
import { separatesResidual } from "./identifiable.js";
import { type Rank, rankOf } from "./rank.js";
import { readDesignMatrix } from "./readDesignMatrix.js";
import { readFactor } from "./readFactor.js";
import { Study, type StudyContrast } from "./study.js";
import { visitsOf } from "./visits.js";

/** A conditioning beyond which estimates lose more than half their digits. */
const WORST_CONDITION = 1e7;

/**
 * Reads and checks everything a configuration names: images, X, Z, factor, contrasts, masks. No image values
 * are read yet.
 *
 * @param source a configuration, the path of a blmm_inputs.yml, or results that were fitted to one.
 * @throws InputError with everything that is wrong.
 */
export async function openStudy(source: Config | string | Fitted): Promise<Study> {
  const config = await configOf(source);
  const faults = new FaultList();
  const images = faults.try(() => imagesOf(config));
  const odd: string[] = [];
  const noted = <Value>(read: { readonly warnings: readonly string[] } & Value): Value => {
    odd.push(...read.warnings);
    return read;
  };
  const X = faults.try(() => noted(readDesignMatrix(config.X, "x")).matrix);
  const rank = X && checkX(config, X, images?.images.length, faults);
  const n = images?.images.length ?? X?.n;
  const factors: Factor[] = [];
  for (const factor of n === undefined ? [] : config.Z) {
    const Z = faults.try(() => noted(readDesignMatrix(factor.design, "z")).matrix);
    const labels = faults.try(() => noted(readFactor(factor.factor, n ?? 0, factor.name)).labels);
    if (Z !== undefined) checkRows(config, "Z", Z, n, faults);
    if (Z === undefined || labels === undefined || Z.n !== n) continue;
    const read = { name: factor.name, ...labels, Z };
    checkFactor(read, n, config.safeMode, faults);
    factors.push(read);
  }
  const contrasts = X === undefined ? [] : contrastsOf(config, X, faults);
  const analysisMask = images && faults.try(() => maskOf(config, images));
  faults.throwIfAny();
  if (images === undefined || X === undefined || rank === undefined || analysisMask === undefined)
    throw new Error("a study without images or X");
  const warnings = [...config.warnings, ...odd, ...oddities(X, rank, factors, config.safeMode)];
  const study = new Study({ config, images, X, rank, factors, contrasts, analysisMask, warnings });
  if (typeof source === "object" && "configuration" in source) source.checkStudy(study);
  return study;
}

/** What knows the configuration that it was fitted to, as results do. */
export interface Fitted {
  configuration(): Promise<Config>;
  /** @throws InputError when a study is not the one that was fitted. */
  checkStudy(study: Study): void;
}

function configOf(source: Config | string | Fitted): Config | Promise<Config> {
  if (typeof source === "string") return loadConfig(source);
  return "configuration" in source ? source.configuration() : source;
}

function imagesOf(config: Config): ImageSet {
  const bases = [process.cwd()];
  const listed = readImageList(config.yFiles, bases);
  const { dataMaskFiles } = config;
  const masks = dataMaskFiles && { listFile: dataMaskFiles, images: readImageList(dataMaskFiles, bases) };
  return openImages(config.yFiles, listed, {
    masks: masks === undefined || masks === "" ? undefined : masks,
    maskThreshold: config.dataMaskThreshold,
  });
}

function checkRows(
  config: Config,
  key: string,
  matrix: DesignMatrix,
  n: number | undefined,
  faults: FaultList,
): void {
  if (n === undefined || matrix.n === n) return;
  faults.add({
    file: matrix.file,
    key,
    found: plural(matrix.n, "row", "rows"),
    expected: `${formatCount(n)}, one for each image of ${config.yFiles}`,
  });
}

function checkX(config: Config, X: DesignMatrix, n: number | undefined, faults: FaultList): Rank {
  checkRows(config, "X", X, n, faults);
  const p = X.columns.length;
  if (X.n <= p + 1) {
    faults.add({
      file: X.file,
      key: "X",
      found: `${plural(X.n, "row", "rows")} and ${plural(p, "column", "columns")}`,
      expected: "more rows than columns + 1",
    });
  }
  const rank = rankOf(X);
  for (const { column, from } of X.n > p ? rank.dependent : []) {
    faults.add({
      file: X.file,
      key: "X",
      column,
      found:
        from.length === 0
          ? "a column of zeros"
          : `a column that follows from ${from.slice(0, 6).join(", ")}${from.length > 6 ? ", …" : ""}`,
      expected: `columns of which none follows from the others (rank ${p}, not ${rank.rank})`,
      hint: "Take one of them out.",
    });
  }
  return rank;
}

function checkFactor(factor: Factor, n: number, safeMode: boolean, faults: FaultList): void {
  const q = factor.Z.columns.length;
  const effects = q * factor.levels.length;
  if (n <= effects && (safeMode || !separatesResidual(factor))) {
    faults.add({
      file: factor.Z.file,
      key: "Z",
      found: `${plural(effects, "random effect", "random effects")} (${q} for each of ${plural(factor.levels.length, "level", "levels")} of ${factor.name}) and ${plural(n, "image", "images")}${safeMode ? "" : ", from which D and σ² cannot be told apart"}`,
      expected: safeMode ? "more images than random effects" : "levels with more images",
      hint: `Leave out levels with too few images, or a random effect${safeMode ? "; `safeMode: 0` fits where D and σ² can be told apart all the same" : ""}.`,
    });
  }
  const { dependent } = rankOf(factor.Z);
  for (const { column } of dependent) {
    faults.add({
      file: factor.Z.file,
      key: "Z",
      column,
      found: "a random effect that follows from the others",
      expected: "independent columns",
    });
  }
}

function contrastsOf(config: Config, X: DesignMatrix, faults: FaultList): StudyContrast[] {
  const p = X.columns.length;
  return config.contrasts.map(({ name, kind, vector }, k) => {
    const L = new Float64Array(vector.length * p);
    const line = config.lineOf("contrasts", k);
    const fault = (found: string, expected: string) =>
      faults.add({
        file: config.file,
        key: `contrasts, ${JSON.stringify(name)}`,
        ...(line === undefined ? {} : { line }),
        found,
        expected,
      });
    vector.forEach((row, a) => {
      const wrong = faultOfWeights(row);
      if (row.length !== p)
        fault(plural(row.length, "weight", "weights"), `${p}, one for each column of ${X.file}`);
      else if (wrong !== undefined) fault(wrong.found, wrong.expected);
      else L.set(row, a * p);
    });
    return { name, kind, rows: vector.length, L };
  });
}

function maskOf(config: Config, images: ImageSet): Uint8Array {
  if (config.analysisMask === undefined || !existsSync(config.analysisMask))
    return new Uint8Array(images.vertices).fill(1);
  const { values } = readImage(config.analysisMask);
  const faults = new FaultList();
  if (values.length !== images.vertices) {
    faults.add({
      file: config.analysisMask,
      key: "analysis_mask",
      found: plural(values.length, "vertex", "vertices"),
      expected: `${formatCount(images.vertices)}, as in the images`,
    });
  } else if (values.every((value) => value === 0)) {
    faults.add({
      file: config.analysisMask,
      key: "analysis_mask",
      found: "zeros only",
      expected: "some vertices inside",
    });
  }
  faults.throwIfAny();
  return Uint8Array.from(values, (value) => (value !== 0 && Number.isFinite(value) ? 1 : 0));
}

function oddities(X: DesignMatrix, rank: Rank, factors: readonly Factor[], safeMode: boolean): string[] {
  const odd: string[] = [];
  if (rank.condition > WORST_CONDITION) {
    odd.push(
      `${X.file}: the columns of X nearly follow from one another (condition number ${rank.condition.toExponential(1)})`,
    );
  }
  for (const factor of factors) {
    const q = factor.Z.columns.length;
    if (!safeMode && X.n <= q * factor.levels.length) {
      odd.push(
        `${X.n} images and ${q * factor.levels.length} random effects of ${factor.name}: D and σ² are hard to tell apart (safeMode is off)`,
      );
    }
    const fewer = visitsOf(factor)
      .slice(0, Math.max(0, q - 1))
      .reduce((sum, count) => sum + count, 0);
    if (fewer > 0) {
      odd.push(
        `${formatCount(fewer)} of ${plural(factor.levels.length, "level", "levels")} of ${factor.name} ${fewer === 1 ? "has" : "have"} fewer images than the ${q} random effects of a level`,
      );
    }
  }
  return odd;
}
