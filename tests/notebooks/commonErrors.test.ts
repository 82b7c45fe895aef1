import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readSources } from "../../scripts/notebookSource.mjs";
import {
  compare,
  contrast,
  fit,
  type LoadedConfig,
  loadConfig,
  openResults,
  openStudy,
  openTutorial,
  parseConfig,
  prepareStudy,
  type Tutorial,
  view,
} from "../../src/index";
import { KernelUnderTest } from "../kernel-extensions/kernel/client";
import { Workspace } from "../workspace";

/** The messages that the notebooks quote under "Common errors": rows whose first column is code and nothing else. */
const quoted = readSources().flatMap(({ name, cells }) =>
  (cells.at(-1)?.text.split("**Common errors**")[1] ?? "")
    .split("\n")
    .flatMap((line) => /^\| `([^`]+)` \|/.exec(line)?.[1] ?? [])
    .map((message) => ({ name, message })),
);

const workspace = new Workspace();
let tutorial: Tutorial;
let config: LoadedConfig;
beforeAll(async () => {
  vi.stubEnv("BLMM_STUDY", workspace.file("study"));
  vi.stubEnv("BLMM_PRESET", "tiny");
  tutorial = await openTutorial();
  config = await loadConfig(tutorial.yml("des1"));
});
afterAll(() => {
  vi.unstubAllEnvs();
  workspace.remove();
});

const edited = async (find: string | RegExp, put: string) =>
  openStudy(await parseConfig(config.text.replace(find, put), tutorial.folder));

/** X with another column, or without its last row. */
function editedX(change: (row: string, k: number, rows: readonly string[]) => string): string {
  const rows = readFileSync(path.join(tutorial.folder, "des1", "X.csv"), "utf8")
    .trimEnd()
    .split("\n");
  writeFileSync(path.join(tutorial.folder, "X.csv"), `${rows.map(change).filter(Boolean).join("\n")}\n`);
  return "X: X.csv";
}

/** A column for each category of race: the four add up to the intercept. */
const withWhite = async () => {
  const X = editedX((row, k, [head]) => {
    if (k === 0) return `${row},Race_white`;
    const races = head.split(",").flatMap((name, at) => (name.startsWith("Race_") ? [at] : []));
    const cells = row.split(",");
    return `${row},${races.every((at) => Number(cells[at]) === 0) ? 1 : 0}`;
  });
  const text = config.text.replace(/^X: .*$/m, X).replace(/\]$/gm, ", 0]");
  return openStudy(await parseConfig(text, tutorial.folder));
};

async function withoutEstimates(): Promise<unknown> {
  await tutorial.fitted("des1", "lh");
  const copy = workspace.file("copy");
  cpSync(tutorial.results("des1", "lh"), copy, { recursive: true });
  rmSync(path.join(copy, "estimates"), { recursive: true });
  rmSync(path.join(copy, "blmm_files.json"), { force: true });
  // Said before a name is looked up: published maps have no names of columns.
  return contrast(await openResults(copy), "Sexx");
}

async function prepared(change: object, edit: (text: string) => string = (text) => text): Promise<unknown> {
  const table = await tutorial.participants("lh");
  const own = path.join(path.dirname(table), "own.tsv");
  writeFileSync(own, edit(readFileSync(table, "utf8")));
  return prepareStudy({
    folder: workspace.file("mine"),
    table: own,
    image: "image",
    subject: "subject",
    fixed: ["score"],
    ...change,
  });
}

/** A row of the table with one cell emptied, or every row with the same subject. */
const cell = (column: string, put: string, only?: number) => (text: string) => {
  const rows = text.split("\n").map((row) => row.split("\t"));
  const at = rows[0].indexOf(column);
  return rows
    .map((row, k) =>
      (k > 0 && row.length > 1 && (only === undefined || k === only) ? row.with(at, put) : row).join("\t"),
    )
    .join("\n");
};

/** What the kernel says of a cell. */
async function inCell(code: string): Promise<never> {
  const kernel = await KernelUnderTest.start("ours", path.resolve(import.meta.dirname, "../../notebooks"));
  try {
    const { error } = await kernel.execute(code);
    throw new Error(error?.evalue);
  } finally {
    kernel.stop();
  }
}

/** How each comes about. */
const makers: Record<string, () => unknown> = {
  "Cannot find name 'tutorial'": () => inCell("tutorial;"),
  "Type '\"cuda\"' is not assignable to type …": () =>
    inCell(
      'import { fit, openStudy } from "blmm";\nawait fit(await openStudy("a.yml"), { backend: "cuda" });',
    ),
  'no contrast "NIH"; expected one of NIHScore, …': async () =>
    view(await tutorial.fitted("des1"), { contrast: "NIH" }),
  "a column that follows from Intercept, Race_black, …": withWhite,
  "455 rows; expected 456": () =>
    edited(
      /^X: .*$/m,
      editedX((row, k, rows) => (k === rows.length - 1 ? "" : row)),
    ),
  'no file "…" (looked at …)': () => edited("X.csv", "Xs.csv"),
  "22 weights; expected 23": () => edited("[1, 0, 0", "[1, 0"),
  "broken yml: Nested mappings …": () => edited("outdir:", "a: b: c\noutdir:"),
  "unknown key … is ignored": async () => {
    const text = config.text.replace("Missingness", "Missingnes");
    throw new Error(`${await parseConfig(text, tutorial.folder)}`);
  },
  "a column that follows from …": withWhite,
  "it cannot be written: … (EACCES)": async () => {
    // What root may not do either: a name that is too long.
    await fit(await edited(/^outdir: .*$/m, `outdir: ${"x".repeat(300)}`));
  },
  'no column "Sexx" in X; … near: Sex': async () => contrast(await tutorial.fitted("des1", "lh"), "0.5*Sexx"),
  "a product of two columns": async () =>
    contrast(await tutorial.fitted("des1", "lh"), "NIHScore*LongitudinalTime"),
  "maps without the estimates that new contrasts need": withoutEstimates,
  "different numbers of images at … vertices": async () =>
    compare(await tutorial.fitted("des1", "lh"), await tutorial.fitted("des2", "lh")),
  "different X": async () => {
    const other = editedX((row) => row.split(",").slice(0, -1).join(","));
    const text = config.text.replace(/^X: .*$/m, other).replace(/, \d+\]/g, "]");
    const study = await openStudy(await parseConfig(text, tutorial.folder));
    return compare(await fit(study, { outdir: false }), await tutorial.fitted("des1", "lh"));
  },
  'no column "scores"; expected one of …': () => prepared({ fixed: ["scores"] }),
  "1 row with an empty cell (in …); expected a value": () => prepared({}, cell("score", "", 3)),
  'one level, "sub"': () => prepared({}, cell("subject", "sub")),
  "10,242 vertices; expected 163,842": () => edited("lh_mask.dat", "truth_lh/beta.dat"),
  "maps without the estimates …": withoutEstimates,
};

test("the notebooks quote messages", () => expect(quoted.length).toBeGreaterThan(15));

describe.each(quoted)("$name quotes $message", ({ message }) => {
  test("which is what is said", async () => {
    const make = makers[message];
    expect(make, "tests/notebooks/commonErrors.test.ts knows no way to it").toBeDefined();
    const said = await Promise.resolve()
      .then(make)
      .then(
        () => "no error",
        (error: Error) => error.message,
      );
    const pattern = message
      .split("…")
      .map((part) =>
        part
          .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
          .replace(/\d[\d,]*/g, "[\\d,]+")
          .replace(/EACCES/, "E[A-Z]+"),
      )
      .join("[\\s\\S]*");
    expect(said).toMatch(new RegExp(pattern));
  });
});
