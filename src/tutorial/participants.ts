import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Study } from "../design/index.js";

/** Categories of X, and the word for children who are 0 in all of their columns. */
const CATEGORIES = [
  { name: "race", prefix: "Race_", reference: "white" },
  { name: "income", prefix: "Income_", reference: "under50K" },
  { name: "scanner", prefix: "Scanner_", reference: "1" },
] as const;

/**
 * Writes a participants table as labs have it: one row an image, words for categories, the paths of the images
 * relative to the table.
 */
export function writeParticipants(file: string, study: Study): void {
  const { X, n, factors } = study;
  const folder = path.dirname(file);
  const columns = new Map(X.columns.map((name) => [name, study.column(name)]));
  const number = (name: string, i: number) => columns.get(name)?.[i] ?? Number.NaN;
  const word = (i: number, prefix: string, reference: string) => {
    const set = X.columns.find((name) => name.startsWith(prefix) && number(name, i) === 1);
    return set === undefined ? reference : set.slice(prefix.length);
  };
  const { levels, level } = factors[0];
  const head = ["subject", "image", "sex", "age", "time", "score", ...CATEGORIES.map(({ name }) => name)];
  const rows = Array.from({ length: n }, (_, i) => [
    levels[level[i]],
    path.relative(folder, study.images.images[i].path),
    number("Sex", i) === 1 ? "b" : "a",
    number("CrossSectionalAge", i),
    number("LongitudinalTime", i),
    number("NIHScore", i),
    ...CATEGORIES.map(({ name, prefix, reference }) =>
      name === "scanner" ? `s${word(i, prefix, reference)}` : word(i, prefix, reference),
    ),
  ]);
  writeFileSync(file, `${[head, ...rows].map((row) => row.join("\t")).join("\n")}\n`);
}
