import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStudy } from "../src/design/index.js";
import { InputError } from "../src/errors.js";
import { simulatedStudy, Workspace } from "./workspace.js";

const clean = new Workspace();
beforeAll(() => simulatedStudy(clean, 60, 1));
afterAll(() => clean.remove());

/** Spoils a copy of the study and returns what `openStudy` says about it. */
async function complaint(spoil: (study: Workspace) => void): Promise<string> {
  const study = new Workspace();
  try {
    study.copyOf(clean.folder);
    spoil(study);
    const before = readFileSync(study.file("lh_des2.yml"));
    const error = await openStudy(study.file("lh_des2.yml")).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(readFileSync(study.file("lh_des2.yml"))).toEqual(before);
    expect(existsSync(study.file("results_lh_des2/blmm_vox_beta.dat"))).toBe(false);
    expect(error).toBeInstanceOf(InputError);
    return error instanceof Error ? error.message : "";
  } finally {
    study.remove();
  }
}

const yml = (change: (text: string) => string) => (study: Workspace) => study.edit("lh_des2.yml", change);
const cell = (line: number, column: number, value: string) => (study: Workspace) =>
  study.edit("des2/X.csv", (text) => {
    const lines = text.split("\n");
    const cells = lines[line - 1].split(",");
    cells[column] = value;
    lines[line - 1] = cells.join(",");
    return lines.join("\n");
  });
const firstImage = (study: Workspace) =>
  readFileSync(study.file("lh_des2_images.txt"), "utf8").split("\n")[0];

describe("each mistake is named with its file, key, line or column, and what was expected", () => {
  test.each<[string, (study: Workspace) => void, RegExp]>([
    [
      "a missing key",
      yml((text) => text.replace(/^X:.*\n/m, "")),
      /lh_des2\.yml, X.*: it is missing; expected a path/,
    ],
    [
      "a missing file",
      yml((text) => text.replace("des2/X.csv", "des2/Y.csv")),
      /lh_des2\.yml, X, line 2: no file "des2\/Y\.csv"/,
    ],
    [
      "broken yml",
      yml((text) => text.replace("vector: [1,", "vector: [1, [,")),
      /lh_des2\.yml, line \d+: broken yml/,
    ],
    [
      "a truncated image",
      (study) => study.write(firstImage(study), new Uint8Array(20)),
      /line 1 of .*: 5 vertices; expected 42/,
    ],
    [
      "an odd number of bytes",
      (study) => study.write(firstImage(study), new Uint8Array(21)),
      /21 bytes; expected float32/,
    ],
    [
      "an oversized image",
      (study) => study.write(firstImage(study), new Uint8Array(400)),
      /line 1 of .*: 100 vertices; expected 42/,
    ],
    [
      "a row too few in X",
      (study) => study.edit("des2/X.csv", (text) => text.trimEnd().split("\n").slice(0, -1).join("\n")),
      /X\.csv, X: \d+ rows; expected \d+, one for each image/,
    ],
    [
      "a word in X",
      cell(5, 3, "later"),
      /X\.csv, line 5, column "LongitudinalTime": "later"; expected a number/,
    ],
    ["an empty cell in X", cell(7, 1, ""), /X\.csv, line 7, column "Sex": an empty cell; expected a number/],
    [
      "rank-deficient X",
      (study) =>
        study.edit("des2/X.csv", (text) =>
          text
            .split("\n")
            .map((line, k) => {
              const cells = line.split(",");
              if (k > 0 && line !== "") cells[1] = "2";
              return cells.join(",");
            })
            .join("\n"),
        ),
      /X\.csv, X, column "Sex": a column that follows from Intercept; expected .*rank 23, not 22/,
    ],
    [
      "a contrast of the wrong length",
      yml((text) => text.replace("vector: [1, 0,", "vector: [1,")),
      /contrasts, "Intercept", line \d+: 22 weights; expected 23/,
    ],
    [
      "a contrast of zeros",
      yml((text) => text.replace("vector: [1, 0,", "vector: [0, 0,")),
      /contrasts, "Intercept", line \d+: weights that are all zero/,
    ],
    [
      "MinPercent out of range",
      yml((text) => text.replace("MinPercent: 0.5", "MinPercent: 50")),
      /Missingness\.MinPercent, line \d+: 50; expected a share from 0 to 1/,
    ],
    [
      "code in a number",
      yml((text) => `${text}MAXMEM: "process.exit(0)"\n`),
      /MAXMEM, line \d+: "process\.exit\(0\)"; expected bytes as a number/,
    ],
    [
      "an unknown clusterType",
      yml((text) => `${text}clusterType: Cloud\n`),
      /clusterType, line \d+: "Cloud"; expected Local\. It is no cluster type/,
    ],
    [
      "SLURM",
      yml((text) => `${text}clusterType: SLURM\n`),
      /clusterType, line \d+: "SLURM"; expected Local\. Clusters are not supported/,
    ],
    [
      "two factors",
      yml((text) =>
        text.replace("contrasts:", "  - f2: { factor: des2/subjects.csv, design: des2/Z.csv }\ncontrasts:"),
      ),
      /Z, line \d+: 2 factors; expected one factor/,
    ],
    [
      "an outdir that is a file",
      (study) => study.write("results_lh_des2", "mine"),
      /outdir, line \d+: .* is a file; expected a directory/,
    ],
    [
      "a factor with one level",
      (study) => study.edit("des2/subjects.csv", (text) => text.replace(/sub-\d+/g, "sub-1")),
      /subjects\.csv: one level, "sub-1"; expected at least two/,
    ],
    [
      "an empty list of images",
      (study) => study.write("lh_des2_images.txt", "\n"),
      /lh_des2_images\.txt: no image paths/,
    ],
    [
      "a mask of another size",
      (study) => study.write("lh_mask.dat", new Uint8Array(16)),
      /lh_mask\.dat, analysis_mask: 4 vertices; expected 42/,
    ],
  ])("%s", async (_, spoil, message) => {
    const said = await complaint(spoil);
    expect(said).toMatch(message);
    expect(said).not.toMatch(/\bat .*\.ts:\d+/);
  });

  test("more random effects than images", async () => {
    const said = await complaint((study) => {
      study.edit("lh_des2.yml", (text) => text.replace("safeMode: 0", "safeMode: 1"));
      const rows = (name: string) =>
        study.edit(name, (text) =>
          text
            .split("\n")
            .map((line, k) =>
              line === "" ? "" : k === 0 ? `${line},a,b` : `${line},${Math.sin(k)},${Math.cos(2 * k)}`,
            )
            .join("\n"),
        );
      rows("des2/Z.csv");
    });
    expect(said).toMatch(
      /Z\.csv, Z: \d+ random effects \(4 for each of \d+ levels of subject\) and \d+ images; expected more images/,
    );
  });

  test("several at once are told together", async () => {
    const said = await complaint((study) => {
      cell(5, 3, "later")(study);
      cell(9, 4, "")(study);
      study.edit("lh_des2_images.txt", (text) => text.replace(/^.*\n/, "lh/none.dat\n"));
      yml((text) => text.replace("vector: [0, 1, 0,", "vector: [0, 1,"))(study);
    });
    expect(said).toMatch(/^\d things are wrong:/);
    for (const part of [/"later"/, /line 9, column "NIHScore": an empty cell/, /none\.dat/])
      expect(said).toMatch(part);
  });
});

describe("what is odd but not wrong", () => {
  test("an unknown key is a warning that names the nearest one", async () => {
    const study = new Workspace();
    study.copyOf(clean.folder);
    study.edit("lh_des1.yml", (text) => `${text}OutputCovb: true\n`);
    const { warnings } = await openStudy(study.file("lh_des1.yml"));
    expect(warnings).toEqual([
      expect.stringMatching(
        /line \d+: unknown key "OutputCovb" is ignored; the nearest known key is OutputCovB/,
      ),
    ]);
    study.remove();
  });

  test("tables may have ids, tabs, no header, and numbers as labels", async () => {
    const study = new Workspace();
    study.copyOf(clean.folder);
    const plain = await openStudy(study.file("lh_des1.yml"));
    study.edit("des1/X.csv", (text) =>
      text
        .trimEnd()
        .split("\n")
        .map((line, k) => (k === 0 ? `,${line}` : `${k - 1},${line}`))
        .join("\n"),
    );
    study.edit("des1/Z.csv", (text) => text.split("\n").slice(1).join("\n"));
    study.edit("des1/subjects.csv", (text) =>
      text
        .split("\n")
        .slice(1)
        .map((line, k) => (line === "" ? "" : `image${k}\t${line.slice(4)}`))
        .join("\n"),
    );
    const again = await openStudy(study.file("lh_des1.yml"));
    expect(again.X.columns).toEqual(plain.X.columns);
    expect(again.X.values).toEqual(plain.X.values);
    expect(again.factors[0].level).toEqual(plain.factors[0].level);
    mkdirSync(study.file("elsewhere"));
    writeFileSync(study.file("elsewhere/x.txt"), "1 2\n3 4\n");
    study.remove();
  });
});
