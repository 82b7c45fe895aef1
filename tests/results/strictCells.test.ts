import { beforeAll, expect, test } from "vitest";
import { parseSource } from "../../scripts/notebookSource.mjs";
import { faultsOf } from "../notebooks/typeCheck.js";

const setup = `// %% setup
import { compare, contrast, fit, openResults, openStudy } from "blmm";
const study = await openStudy("lh_des1.yml");
const des1 = await openResults("results_lh_des1");
const des2 = await openResults("results_lh_des2");
const pair = contrast({ lh: des1, rh: des1 }, "Sex");
// %% cell
`;

const TOTAL = [
  "const seconds: number = des1.info.fit.seconds + des1.info.fit.inner / des1.info.n;",
  "const inside: number = study.analysisMask.reduce((sum, value) => sum + value, 0);",
  'const strongest: number = des1.map("conT").range("Sex").at;',
  "const levels: number = des1.info.factor.levels + des1.info.factor.columns.length;",
  'const rank: number = contrast(des1, ["Sex", "NIHScore"]).info.contrasts[0].rank;',
  "const weights: readonly (readonly number[])[] = des1.info.contrasts[0].L;",
  "const mixture: number = compare(des1, des2).comparison.mixture[0].weight;",
  "const [n, seconds, backend]: [number, number, string] = [des1.n, des1.seconds, des1.backend];",
  "const { NIHScore, Sex } = des1.vertex(4021).p; const smaller: number = Math.min(NIHScore, Sex);",
  "const slope: number = des1.vertex(4021).coefficients[3].T;",
  'const b: number = des1.vertex(4021).randomEffects(study).of("sub-0001").b.Intercept;',
  "const better: number = des1.aic.filter((aic, v) => aic < des2.aic[v]).length;",
  'const icc: Float64Array = des1.map("D").volume().map((D) => D / (1 + D));',
  'const twice: Float64Array = pair.T("Sex").lh.map((t, v) => t + pair.rh.T("Sex")[v]);',
  "const threshold: number = des1.info.fit.settings.threshold;",
  "const fitted = await fit({ lh: study, rh: study }); const one: number = fitted.sigma2.rh[0];",
  'const lrt = compare(pair, { lh: des1, rh: des2 }); const chi2: number = lrt.map("Chi2").volume().lh[0];',
];

const WRONG = [
  ['const text: string = des1.T("Sex")[0];', "Type 'number' is not assignable to type 'string'"],
  ["const text: string = des1.seconds;", "Type 'number' is not assignable to type 'string'"],
  ["const text: string = pair.sigma2.lh[0];", "Type 'number' is not assignable to type 'string'"],
  ["compare(pair, des1);", "is not assignable to parameter of type 'Pair<Results>'"],
  ['contrast(study, "Sex");', "is not assignable to parameter of type"],
  ["des1.vertex(1).q;", "Property 'q' does not exist"],
] as const;

/** What the kernel, which checks strictly, says of all cells, compiled at once. */
let said: readonly string[];
beforeAll(() => {
  const cells = [...TOTAL, ...WRONG.map(([code]) => code)];
  said = faultsOf(
    cells.map((code, k) => parseSource(`cell${k}`, `${setup}${code}\n`)),
    "student",
  );
});
const faultsIn = (k: number) => said.filter((fault) => fault.startsWith(`cell${k},`));

test.each(TOTAL.map((code, k) => [code, k] as const))("needs neither ! nor ?.: %s", (_, k) => {
  expect(faultsIn(k)).toEqual([]);
});

test.each(WRONG.map(([code, message], k) => [code, message, TOTAL.length + k] as const))(
  "is not let through: %s",
  (_, message, k) => expect(faultsIn(k).join("\n")).toContain(message),
);
