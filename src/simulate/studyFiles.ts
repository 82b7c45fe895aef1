import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Hemisphere } from "../mesh/index.js";
import { COLUMNS, type Cohort, type Visit } from "./cohort.js";
import type { Truth } from "./truth.js";

/** The five contrasts of the tutorial. */
const CONTRASTS = ["Intercept", "Sex", "CrossSectionalAge", "LongitudinalTime", "NIHScore"];

/** Where the image of a visit lies in the study's folder. */
export function imagePath(hemisphere: Hemisphere, { subject, session }: Visit): string {
  return `${hemisphere}/${label(subject)}_ses-${session}.dat`;
}

function label(subject: number): string {
  return `sub-${String(subject + 1).padStart(4, "0")}`;
}

const HEMISPHERES = ["lh", "rh"] as const;
const DESIGNS = ["des1", "des1r", "des2"] as const;
const TRUTH = ["beta.dat", "sigma2.dat", "D.dat", "README"] as const;

/** Every file of a simulated study, relative to its folder. */
export function everyFile(cohort: Cohort): string[] {
  return [
    ...DESIGNS.flatMap((design) => ["X.csv", "Z.csv", "subjects.csv"].map((file) => `${design}/${file}`)),
    ...HEMISPHERES.flatMap((hemisphere) => [
      ...DESIGNS.flatMap((design) => [`${hemisphere}_${design}_images.txt`, `${hemisphere}_${design}.yml`]),
      ...TRUTH.map((file) => `truth_${hemisphere}/${file}`),
      `${hemisphere}_mask.dat`,
      ...cohort.visits.map((visit) => imagePath(hemisphere, visit)),
    ]),
  ];
}

/** Writes lists, X, Z, subjects and the yml files of the three designs. */
export function writeDesigns(outdir: string, cohort: Cohort): void {
  const twice = cohort.visits.filter(({ subject }) => cohort.counts[subject] > 1);
  const designs = [
    { name: "des1", visits: cohort.visits, slope: false },
    { name: "des1r", visits: twice, slope: false },
    { name: "des2", visits: twice, slope: true },
  ];
  for (const { name, visits, slope } of designs) {
    const folder = path.join(outdir, name);
    mkdirSync(folder, { recursive: true });
    const table = (header: string, rows: readonly string[]) => `${[header, ...rows].join("\n")}\n`;
    writeFileSync(
      path.join(folder, "X.csv"),
      table(
        COLUMNS.join(","),
        visits.map(({ x }) => x.join(",")),
      ),
    );
    const Z = visits.map(({ time }) => (slope ? `1,${time}` : "1"));
    writeFileSync(path.join(folder, "Z.csv"), table(slope ? "Intercept,LongitudinalTime" : "Intercept", Z));
    writeFileSync(
      path.join(folder, "subjects.csv"),
      table(
        "subject",
        visits.map(({ subject }) => label(subject)),
      ),
    );
    for (const hemisphere of HEMISPHERES) {
      const list = visits.map((visit) => imagePath(hemisphere, visit));
      writeFileSync(path.join(outdir, `${hemisphere}_${name}_images.txt`), `${list.join("\n")}\n`);
      writeFileSync(path.join(outdir, `${hemisphere}_${name}.yml`), inputs(hemisphere, name));
    }
  }
}

/** The ring of the published Design 2 has fewer images than random effects, and is fitted. */
const SAFE_MODE = `# Vertices with no more images than random effects are fitted too, as in the published maps.
safeMode: 0
`;

function inputs(hemisphere: Hemisphere, design: string): string {
  const contrasts = CONTRASTS.map((name, k) => {
    const vector = COLUMNS.map((column) => (column === name ? 1 : 0)).join(", ");
    return `  - c${k + 1}:\n      name: ${name}\n      vector: [${vector}]`;
  });
  return `Y_files: ${hemisphere}_${design}_images.txt
X: ${design}/X.csv
Z:
  - f1:
      name: subject
      factor: ${design}/subjects.csv
      design: ${design}/Z.csv
contrasts:
${contrasts.join("\n")}
analysis_mask: ${hemisphere}_mask.dat
Missingness:
  MinPercent: 0.5
OutputCovB: false
${design === "des2" ? SAFE_MODE : ""}outdir: results_${hemisphere}_${design}
`;
}

const README = `What the images were drawn from; raw little-endian float32, vertex by vertex.
beta.dat: 23 a vertex, in the order of the columns of X. sigma2.dat: 1. D.dat: 3 (D11, D21, D22), relative to sigma2.
`;

/** Writes the truth of one hemisphere, and its analysis mask. */
export function writeTruth(outdir: string, hemisphere: Hemisphere, truth: Truth): void {
  const folder = path.join(outdir, `truth_${hemisphere}`);
  mkdirSync(folder, { recursive: true });
  const write = (file: string, values: ArrayLike<number>) =>
    writeFileSync(file, new Uint8Array(Float32Array.from(values).buffer));
  write(path.join(folder, "beta.dat"), truth.beta);
  write(path.join(folder, "sigma2.dat"), truth.sigma2);
  write(path.join(folder, "D.dat"), truth.D);
  writeFileSync(path.join(folder, "README"), README);
  write(path.join(outdir, `${hemisphere}_mask.dat`), truth.mask);
}
