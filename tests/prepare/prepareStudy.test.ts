import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openStudy } from "../../src/design/index";
import { fit } from "../../src/fit";
import { icosphere } from "../../src/mesh/index";
import { prepareStudy, readTable } from "../../src/prepare/index";
import { simulate } from "../../src/simulate/index";
import { writeParticipants } from "../../src/tutorial/participants";
import { Workspace } from "../workspace";

const workspace = new Workspace();
let table: string;
let k = 0;
let folder: string;
beforeAll(async () => {
  const mesh = icosphere(1);
  await simulate({ outdir: workspace.folder, subjects: 60, seed: 3, meshes: { lh: mesh, rh: mesh } });
  table = workspace.file("participants.tsv");
  writeParticipants(table, await openStudy(workspace.file("lh_des1.yml")));
});
beforeEach(() => {
  folder = workspace.file(`mine ${++k}`);
});
afterAll(() => workspace.remove());

const columns = { image: "image", subject: "subject" };

/** The table with one thing changed. */
function edited(change: (rows: string[][], at: (name: string) => number) => void): string {
  const rows = readFileSync(table, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split("\t"));
  change(rows, (name) => rows[0].indexOf(name));
  return workspace.write(`edited ${k}.tsv`, `${rows.map((row) => row.join("\t")).join("\n")}\n`);
}

describe("a study from a table", () => {
  test("words become columns beside a reference that is named, numbers stay, all in one order", async () => {
    const fixed = ["sex", "age", "time", "score", "race", "scanner"];
    const mine = await prepareStudy({
      folder,
      table,
      ...columns,
      fixed,
      mask: workspace.file("lh_mask.dat"),
    });
    expect(mine.columns).toHaveLength(1 + 4 + 3 + 7);
    expect(mine.columns.slice(0, 8)).toEqual([
      "Intercept",
      "sex_b",
      "age",
      "time",
      "score",
      "race_black",
      "race_other",
      "race_white",
    ]);
    expect(String(mine)).toMatch(/race +0\/1: black, other, white +asian/);
    const study = await openStudy(mine.yml);
    const original = await openStudy(workspace.file("lh_des1.yml"));
    expect(study.images.images).toEqual(original.images.images);
    expect(study.factors[0].levels).toEqual(original.factors[0].levels);
    expect(study.column("score")).toEqual(original.column("NIHScore"));
    expect(study.column("race_black")).toEqual(original.column("Race_black"));
    expect(study.contrasts.map(({ name, kind, rows }) => `${name} ${kind}${rows}`)).toEqual([
      "sex T1",
      "age T1",
      "time T1",
      "score T1",
      "race F3",
      "scanner F7",
    ]);
    expect(study.analysisMask).toEqual(original.analysisMask);
    expect(readFileSync(mine.yml, "utf8")).toMatch(/vector: \[0, 1, 0/);
  });

  test("its fit is that of the same model written by hand", async () => {
    const formula = "nback ~ sex + age + time + score + (1 + time | subject)";
    const mine = await prepareStudy({ folder, table, image: "image", formula });
    expect(String(mine)).toMatch(/\d+ of 60 subjects left out: too few images for a slope/);
    const study = await openStudy(mine.yml);
    const des2 = await openStudy(workspace.file("lh_des2.yml"));
    expect([study.n, study.q]).toEqual([des2.n, 2]);
    expect(study.factors[0].Z.values).toEqual(des2.factors[0].Z.values);
    const results = await fit(study, { threads: 1 });
    expect(results.directory).toBe(path.join(folder, "results"));
    expect(results.verticesInMask).toBeGreaterThan(30);
  });

  test("interactions, powers, centering, a chosen reference, numbers as categories, contrasts by name", async () => {
    const mine = await prepareStudy({
      folder,
      table,
      ...columns,
      fixed: ["race*time", "age^2", "age"],
      reference: { race: "white" },
      center: ["age"],
      contrasts: { growth: "time + 0.5*age", race: ["race_asian", "race_black"] },
    });
    expect(mine.columns).toEqual([
      "Intercept",
      ...["asian", "black", "other"].map((race) => `race_${race}`),
      "time",
      ...["asian", "black", "other"].map((race) => `race_${race}:time`),
      "age^2",
      "age",
    ]);
    const study = await openStudy(mine.yml);
    const [age, squared, time] = ["age", "age^2", "time"].map((name) => study.column(name));
    expect(age.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9);
    expect(squared.every((value, i) => Math.abs(value - age[i] ** 2) < 1e-12)).toBe(true);
    const black = study.column("race_black");
    expect(study.column("race_black:time").every((value, i) => value === black[i] * time[i])).toBe(true);
    expect(study.contrasts.map(({ name, kind }) => `${name} ${kind}`)).toEqual(["growth T", "race F"]);
    const other = { ...columns, folder: `${folder} too`, table };
    const coded = edited((rows, at) => {
      for (const row of rows.slice(1)) row[at("scanner")] = row[at("scanner")].slice(1);
    });
    expect((await prepareStudy({ ...other, table: coded, fixed: ["scanner"] })).columns).toHaveLength(2);
    const asWords = await prepareStudy({
      ...other,
      table: coded,
      fixed: ["scanner"],
      categories: ["scanner"],
    });
    expect(asWords.columns).toHaveLength(8);
  });

  test("rows with an empty cell are refused, or left out and counted when asked", async () => {
    const holes = edited((rows, at) => {
      rows[3][at("score")] = "";
      rows[9][at("age")] = "NA";
    });
    const options = { folder, table: holes, ...columns, fixed: ["age", "score"] };
    await expect(prepareStudy(options)).rejects.toThrow(
      /line 4: 2 rows with an empty cell \(in age, score\); expected a value in each.*leaveOut: "empty"/,
    );
    const message = await prepareStudy(options).catch((error: Error) => error.message);
    expect(message).not.toMatch(/things are wrong|among numbers/);
    const mine = await prepareStudy({ ...options, leaveOut: "empty" });
    expect(String(mine)).toContain("2 rows with an empty cell (in age, score) left out");
    expect((await openStudy(mine.yml)).n).toBe((await readTable(table)).cells.length - 2);
  });
});

describe("what is wrong is told at once, and nothing is written", () => {
  test("images that are missing or stand twice, a subject without a label, words among numbers", async () => {
    const wrong = edited((rows, at) => {
      rows[1][at("image")] = "lh/nobody.dat";
      rows[5][at("image")] = rows[4][at("image")];
      rows[6][at("subject")] = "";
      rows[7][at("age")] = "eleven";
    });
    const failed = prepareStudy({ folder, table: wrong, ...columns, fixed: ["age", "scores"] });
    const message = await failed.then(String, (error: Error) => error.message);
    expect(message).toMatch(/^5 things are wrong/);
    for (const part of [
      /no column "scores"; expected one of .*score/,
      /line 2, column "image": no image "lh\/nobody.dat"/,
      /line 6, column "image": the image "lh\/.*" again, as in line 5; expected one row an image/,
      /line 7, column "subject": no label/,
      /line 8, column "age": "eleven" among numbers; expected numbers/,
    ])
      expect(message).toMatch(part);
    expect(existsSync(folder)).toBe(false);
  });

  test.each([
    ["a category with one level", { fixed: ["site"] }, 'column "site": one level, "A"; expected two or more'],
    [
      "a reference that is none",
      { fixed: ["race"], reference: { race: "green" } },
      'no level "green" to refer to',
    ],
    [
      "a slope that does not vary",
      { fixed: ["age"], random: ["age"] },
      "it does not vary within any subject",
    ],
    ["a slope of words", { fixed: ["age"], random: ["visitName"] }, "words; expected numbers, for a slope"],
    ["a formula that does not parse", { formula: "y ~ age +" }, "it ends at character 10"],
    ["a formula beside lists", { formula: "y ~ age", fixed: ["age"] }, "`formula` beside `fixed`"],
    ["a contrast of no column", { fixed: ["age"], contrasts: { a: "ages" } }, 'no column "ages"'],
    ["nothing to fit", {}, "no fixed effects; expected `fixed` or `formula`"],
  ])("%s", async (_, options, message) => {
    const withSite = edited((rows) => {
      for (const [i, row] of rows.entries())
        row.push(...(i === 0 ? ["site", "visitName"] : ["A", `v${i % 3}`]));
    });
    await expect(prepareStudy({ folder, table: withSite, ...columns, ...options })).rejects.toThrow(message);
    expect(existsSync(folder)).toBe(false);
  });

  test("a column of subjects that does not vary", async () => {
    const one = edited((rows, at) => {
      for (const row of rows.slice(1)) row[at("subject")] = "sub";
    });
    await expect(prepareStudy({ folder, table: one, ...columns, fixed: ["age"] })).rejects.toThrow(
      /column "subject": one level, "sub"; expected two subjects or more/,
    );
    expect(existsSync(folder)).toBe(false);
  });

  test("a folder that cannot be made", async () => {
    const inFile = path.join(table, "mine");
    await expect(prepareStudy({ folder: inFile, table, ...columns, fixed: ["age"] })).rejects.toThrow(
      /folder: it cannot be written/,
    );
    expect(readdirSync(workspace.folder).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

test("a table prints its first rows and knows its columns", async () => {
  const read = await readTable(table);
  expect(String(read)).toMatch(/^participants\.tsv: \d+ rows, the first 6\nsubject/);
  expect(read.column("sex")).toHaveLength(read.cells.length);
  expect(() => read.column("gender")).toThrow('no column "gender"; expected one of subject, image, sex');
  const twice = workspace.write("twice.csv", "a,a\n1,2\n");
  await expect(readTable(twice)).rejects.toThrow('line 1: the column "a" twice');
  const bare = workspace.write("bare.csv", "a,b\n");
  await expect(readTable(bare)).rejects.toThrow("a header alone");
});
