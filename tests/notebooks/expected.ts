/** Numbers of the workshop preset, left hemisphere, that only a better solver may move; at the precision written. */
export const NUMBERS: Readonly<Record<string, readonly (readonly [written: string, code: string])[]>> = {
  "01-the-study": [
    ["456", 'fitted.lh.map("n").range().max'],
    ["266", 'fitted.lh.map("n").range().min'],
  ],
  "02-the-model": [
    ["1,063", "vertex"],
    ["0.5836", "mixed.D[0]"],
    ["−669.9", "mixed.llh"],
  ],
  "04-fit": [
    ["15", 'count(des1.map("status").volume(), (s) => s === 2)'],
    ["3,140", 'count(des2.map("status").volume(), (s) => s === 2)'],
    ["0", 'count(des1.map("status").volume(), (s) => s > 2)'],
  ],
  "05-look": [["737", "count(sex, (t) => Math.abs(t) >= 2)"]],
  "06-contrasts": [["20.6", 'average.lh.map("conT").range().max']],
  "07-compare": [
    ["1,891", "vertex"],
    ["65.37", "chi2"],
    ["65.37", 'lrt.lh.map("Chi2").volume()[vertex]'],
  ],
  "08-inference": [
    ["9,961", 'fdr(des1, { contrast: "NIHScore" }).count'],
    ["158", 'fdr(des1, { contrast: "Sex" }).count'],
  ],
};

/** What must hold whatever the seed: a low and a high end. */
export const RANGES: Readonly<
  Record<string, readonly (readonly [low: number, high: number, code: string])[]>
> = {
  "02-the-model": [[0, 1e-5, "difference"]],
  "04-fit": [
    // Of the backends that ran, the difference from the reference beside the tolerance.
    [
      0,
      1,
      "Math.max(...(await backends(study)).rows.map((row) => Number(row[4]) / (Number(row[5]) || 1)).filter(Number.isFinite))",
    ],
  ],
  "06-contrasts": [[0, 1e-5, "Math.max(...asF.map((F, v) => Math.abs(F - T1[v] ** 2) / F || 0))"]],
  "07-compare": [
    [0.03, 0.07, "yes(mixture, false)"],
    [0, 0.05, "yes(naive, false)"],
  ],
  "08-inference": [
    [0.92, 0.97, "covered"],
    [0, 0.5, "coveredOfSurvivors"],
  ],
};

/** Where each section of the tutorial that the series follows has its cells. */
export const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  "overview, stats, study background, task, sample": [
    "00-start-here what-blmm-is",
    "01-the-study abcd",
    "01-the-study simulated",
  ],
  "viewer data, output file structure": ["04-fit files", "04-fit raw", "09-your-own-data published"],
  "design matrix, data preparation": ["01-the-study columns", "01-the-study missing-view"],
  "the linear mixed model, analysis designs": ["02-the-model symbols", "01-the-study designs"],
  "configuration and its explanation": ["03-configuration file", "03-configuration keys"],
  "loading libraries, viewing results": ["05-look setup", "05-look static"],
  "interactive viewer, T statistics, output types": ["05-look viewer", "05-look four", "05-look lp"],
  "contrast interpretation, volume by volume": [
    "06-contrasts intercept",
    "06-contrasts sex",
    "06-contrasts age",
    "06-contrasts time",
    "06-contrasts nih",
  ],
  "static reference images": ["05-look four", "05-look contrasts", "07-compare chi2-map"],
  "model comparison, when to choose": ["07-compare compare", "07-compare choose"],
  "interpreting results, limitations": ["08-inference corrected", "08-inference limitations"],
  "additional resources": ["09-your-own-data terminal"],
};
