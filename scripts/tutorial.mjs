// The main job: sets everything up, simulates an ABCD-shaped study, fits and compares its designs on both
// hemispheres, fits real fMRI, then executes the notebooks and renders them as pages. Everything goes into study/.
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { build, installJupyter, installPackages, installWheels, root, wheelFile } from "./setup.mjs";

const folder = path.join(root, "study");
const HEMISPHERES = ["lh", "rh"];
const say = (text) => process.stdout.write(`${text}\n`);

async function tutorial() {
  installPackages();
  build();
  installWheels();
  installJupyter();
  const started = Date.now();
  const blmm = createRequire(import.meta.url)(path.join(root, "dist", "index.js"));
  const meshes = Object.fromEntries(
    HEMISPHERES.map((side) => [side, blmm.readMesh(blmm.fsaverage5File("pial", side))]),
  );

  say("Simulating 240 subjects on fsaverage5 …");
  say(`${await blmm.simulate({ outdir: folder, subjects: 240, seed: 1, meshes })}\n`);

  const fits = await fitTogether(blmm);
  const comparisons = HEMISPHERES.map((side) =>
    blmm.compare(fits[`${side}_des1r`], fits[`${side}_des2`], {
      outdir: path.join(folder, `results_${side}_compare`),
    }),
  );

  say("Fitting real fMRI: one subject at rest, 652 frames in blocks of 20 …");
  for (const side of HEMISPHERES) {
    fits[`${side}_rest`] = await fitOne(blmm, writeRestStudy(side), `${side} rest`);
  }

  const tables = [fitTable(blmm, fits), effectTable(blmm, fits), comparisonTable(blmm, comparisons)];
  say(`\n${tables.join("\n\n")}\n`);
  const report = path.join(folder, "report.html");
  await blmm.writePage(
    report,
    [
      ...["des1", "des1r", "des2"].map((design) => ({ lh: fits[`lh_${design}`], rh: fits[`rh_${design}`] })),
      { lh: comparisons[0], rh: comparisons[1] },
    ],
    { title: "BLMM: a simulated N-back study", statistic: "conT", contrast: "Sex", unit: "% BOLD" },
  );
  say(`Results: ${folder}`);
  say(`Report:  ${report}`);
  const { makeGallery } = await import("./gallery.mjs");
  await makeGallery({ preset: "workshop", out: path.join(folder, "gallery"), say });
  say(`Done in ${((Date.now() - started) / 1000).toFixed(0)} s after set-up.`);
}

/** Fits the three designs on both hemispheres in one call: the designs of a hemisphere share the reading. */
async function fitTogether(blmm) {
  const names = HEMISPHERES.flatMap((side) => ["des1", "des1r", "des2"].map((design) => `${side}_${design}`));
  const studies = [];
  for (const name of names) studies.push(await blmm.openStudy(path.join(folder, `${name}.yml`)));
  const results = await blmm.fit(studies);
  for (const [k, one] of results.entries()) sayFitted(one, names[k].replace("_", " "));
  return Object.fromEntries(names.map((name, k) => [name, results[k]]));
}

async function fitOne(blmm, yml, title) {
  const results = await blmm.fit(await blmm.openStudy(yml));
  sayFitted(results, title);
  return results;
}

function sayFitted(results, title) {
  const { n, fit } = results.info;
  say(
    `  ${title}: ${results.verticesInMask.toLocaleString("en-US")} vertices, ${n} images, ${fit.seconds.toFixed(1)} s`,
  );
}

/** A study of the fMRI in brainspace's wheel: intercept, linear drift, a slow cosine; blocks of 20 frames. */
function writeRestStudy(side) {
  const frames = 652;
  const rest = path.join(folder, "rest");
  mkdirSync(rest, { recursive: true });
  const images = wheelFile(
    "brainspace",
    "datasets",
    "preprocessing",
    `sub-010188_ses-02_task-rest_acq-AP_run-01.fsa5.${side}.mgz`,
  );
  const rows = (row) => `${Array.from({ length: frames }, (_, t) => row(t)).join("\n")}\n`;
  writeFileSync(path.join(rest, `${side}_images.txt`), `${images}\n`);
  const drift = (t) => (2 * t) / (frames - 1) - 1;
  writeFileSync(
    path.join(rest, "X.csv"),
    `Intercept,Drift,SlowCosine\n${rows((t) => `1,${drift(t)},${Math.cos((2 * Math.PI * (t + 0.5)) / frames)}`)}`,
  );
  writeFileSync(
    path.join(rest, "Z.csv"),
    rows(() => 1),
  );
  writeFileSync(
    path.join(rest, "blocks.csv"),
    rows((t) => `block-${Math.floor(t / 20) + 1}`),
  );
  const yml = path.join(rest, `${side}.yml`);
  writeFileSync(
    yml,
    `Y_files: ${side}_images.txt
X: X.csv
Z:
  - f1:
      name: block
      factor: blocks.csv
      design: Z.csv
contrasts:
  - c1:
      name: Drift
      vector: [0, 1, 0]
outdir: results_${side}
`,
  );
  return yml;
}

function fitTable(blmm, fits) {
  const rows = Object.entries(fits).map(([name, results]) => {
    const status = results.map("status").data;
    const singular = status.reduce((sum, value) => sum + (value === 2 ? 1 : 0), 0);
    const n = results.map("n").range();
    return [
      name,
      results.verticesInMask,
      n.min === n.max ? `${n.max}` : `${n.min}–${n.max}`,
      results.info.fit.seconds.toFixed(1),
      singular,
    ];
  });
  return new blmm.Table("Fits", ["fit", "vertices", "n", "seconds", "singular fits"], rows);
}

function effectTable(blmm, fits) {
  const rows = Object.entries(fits).flatMap(([name, results]) => {
    const T = results.map("conT");
    return T.labels.map((label) => {
      const { at, largest } = T.range(label);
      return [
        name,
        label,
        largest,
        `${at}`,
        results.map("conT_swedf").volume(label)[at],
        results.map("conTlp2").volume(label)[at],
      ];
    });
  });
  return new blmm.Table(
    "Strongest effect of each contrast",
    ["fit", "contrast", "T", "vertex", "df", "−log10 p (two-sided)"],
    rows,
  );
}

function comparisonTable(blmm, comparisons) {
  const rows = comparisons.map((results, k) => {
    const { compared, singular } = results.info.comparison;
    const p = results.map("Chi2lp").volume();
    const significant = p.reduce((sum, value) => sum + (value > -Math.log10(0.05) ? 1 : 0), 0);
    return [
      HEMISPHERES[k],
      compared,
      results.map("Chi2").range().max,
      `${((100 * significant) / compared).toFixed(1)}%`,
      `${((100 * singular) / compared).toFixed(1)}%`,
    ];
  });
  return new blmm.Table(
    "Design 2 against Design 1 on the same subjects",
    ["hemisphere", "vertices", "largest χ²", "p < 0.05", "singular in Design 2"],
    rows,
  );
}

try {
  await tutorial();
} catch (error) {
  process.stderr.write(`npm run tutorial: ${error instanceof Error ? error.message : error}\n`);
  if (process.argv.includes("--verbose") && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
}
