import { spread } from "../results/estimateMaps.js";
import type { Estimates } from "../solver/estimates.js";
import type { Hypothesis } from "../wald/hypothesis.js";
import {
  type FContrast,
  statisticF,
  statisticT,
  type TContrast,
  testF,
  testTogether,
} from "../wald/satterthwaite.js";

/** The maps of some contrasts, each computed once, when one of its maps is first asked for. */
export function contrastMaps(
  estimates: Estimates,
  inverseR: Float64Array,
  hypotheses: readonly Hypothesis[],
  vertices: number,
  minlog: number,
): Map<string, () => Float64Array> {
  const maps = new Map<string, () => Float64Array>();
  const forT = hypotheses.filter(({ kind }) => kind === "T");
  const forF = hypotheses.filter(({ kind }) => kind === "F");
  if (forT.length > 0) {
    const tests = once(() => testTogether(estimates, inverseR, forT, minlog));
    const volume = (name: string, of: (test: TContrast) => Float64Array) =>
      maps.set(name, () => interleave(tests().map(of), estimates, vertices));
    volume("con", (test) => test.estimate);
    volume("conSE", (test) => test.standardError);
    volume("conT", (test) => test.t);
    volume("conT_swedf", (test) => test.df);
    volume("conTlp", (test) => test.oneSided);
    volume("conTlp2", (test) => test.twoSided);
  }
  if (forF.length > 0) {
    const tests = once(() => forF.map((hypothesis) => testF(estimates, inverseR, hypothesis, minlog)));
    const volume = (name: string, of: (test: FContrast) => Float64Array) =>
      maps.set(name, () => interleave(tests().map(of), estimates, vertices));
    volume("conF", (test) => test.F);
    volume("conF_swedf", (test) => test.df);
    volume("conFlp", (test) => test.log10p);
    volume("conR2", (test) => test.R2);
  }
  return maps;
}

/** The maps of one contrast that need no degrees of freedom: T or F, and what T comes from. */
export function statisticMaps(
  estimates: Estimates,
  inverseR: Float64Array,
  hypothesis: Hypothesis,
  vertices: number,
): Map<string, () => Float64Array> {
  const map = (values: Float64Array) => () => interleave([values], estimates, vertices);
  if (hypothesis.kind === "F") return new Map([["conF", map(statisticF(estimates, inverseR, hypothesis).F)]]);
  const { estimate, standardError, t } = statisticT(estimates, inverseR, hypothesis);
  return new Map([
    ["con", map(estimate)],
    ["conSE", map(standardError)],
    ["conT", map(t)],
  ]);
}

function once<Value>(compute: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= compute();
    return value;
  };
}

/** One column a contrast: vertex-major, contrasts last. */
function interleave(columns: readonly Float64Array[], estimates: Estimates, vertices: number): Float64Array {
  const rows = estimates.vertices.length;
  const values = new Float64Array(rows * columns.length);
  columns.forEach((column, k) => {
    for (let row = 0; row < rows; row++) values[row * columns.length + k] = column[row];
  });
  return spread(values, estimates, vertices, columns.length);
}
