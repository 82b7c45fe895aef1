import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Workspace } from "./workspace.js";

/** The cells of a table beside the sleepstudy, its header first. */
export function sleepstudyTable(name: string): string[][] {
  const here = path.dirname(fileURLToPath(import.meta.url));
  return readFileSync(path.join(here, "fixtures", "sleepstudy", name), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(","));
}

/** Writes the sleepstudy as images of one vertex, with random intercepts and slopes; returns its yml. */
export function sleepstudy(place: Workspace): string {
  const [, ...rows] = sleepstudyTable("sleepstudy.csv");
  const images = rows.map(([reaction], i) => {
    place.write(`${i}.dat`, new Uint8Array(Float32Array.of(Number(reaction)).buffer));
    return `${i}.dat`;
  });
  place.write("images.txt", images.join("\n"));
  place.write("X.csv", ["Intercept,Days", ...rows.map(([, days]) => `1,${days}`)].join("\n"));
  place.write("Z.csv", ["Intercept,Days", ...rows.map(([, days]) => `1,${days}`)].join("\n"));
  place.write("subjects.txt", rows.map(([, , subject]) => subject).join("\n"));
  return place.write(
    "inputs.yml",
    `Y_files: images.txt
X: X.csv
Z:
  - f1: { name: Subject, factor: subjects.txt, design: Z.csv }
contrasts:
  - c1: { name: Intercept, vector: [1, 0] }
  - c2: { name: Days, vector: [0, 1] }
outdir: results
`,
  );
}
