import path from "node:path";
import { FaultList, InputError } from "../errors.js";
import { parseContrast } from "../inference/contrastExpression.js";
import { formatCount, formatNumber, plural } from "../print/number.js";
import { Report } from "../print/report.js";
import { Table } from "../print/table.js";
import {
  type CodedTerm,
  type CodingOptions,
  type Column,
  codeTerm,
  readVariables,
  type Variable,
} from "./coding.js";
import { nameOf, parseFormula, parseTerms, type Term } from "./formula.js";
import { keepRows } from "./rows.js";
import { isEmpty, readTable } from "./tableFile.js";
import { type StudyTables, writeStudy } from "./writeStudy.js";

/** What a study is made of. */
export interface Preparation extends CodingOptions {
  /** The folder that gets the study; made when it is not there. */
  readonly folder: string;
  /** A csv or tsv table, one row an image. */
  readonly table: string;
  /** Its column with the images' paths, relative to the table. */
  readonly image: string;
  /** Its column that says whose image it is; in a formula, `(1 | subject)` says so. */
  readonly subject?: string;
  /** Fixed effects beside the intercept: columns, powers `age^2`, interactions `sex:time`, or both `sex*time`. */
  readonly fixed?: readonly string[];
  /** Random slopes beside the random intercept. */
  readonly random?: readonly string[];
  /** All of it in one line instead: `"~ sex + age*time + (1 + time | subject)"`. */
  readonly formula?: string;
  /** The analysis mask. */
  readonly mask?: string;
  /** Questions by name: a weighted sum of columns (T), or several (F); one a term when left out. */
  readonly contrasts?: Readonly<Record<string, string | readonly string[]>>;
  /** Leaves rows with an empty cell out instead of refusing them. */
  readonly leaveOut?: "empty";
}

/** A study on disk; says how words were coded and what was left out. */
export class PreparedStudy extends Report {
  constructor(
    /** Absolute path of its blmm_inputs.yml. */
    readonly yml: string,
    /** Names of the columns of X. */
    readonly columns: readonly string[],
    lines: readonly string[],
    coding: Table,
    images: number,
  ) {
    super(
      `Study prepared: ${plural(images, "image", "images")}, ${plural(columns.length, "column", "columns")} of X`,
      [...lines, `open it: openStudy("${path.relative(process.cwd(), yml)}")`],
      [coding],
    );
  }
}

/**
 * From one table with a row an image to X, Z, subjects, the image list and blmm_inputs.yml, all made from the same rows
 * in the same order. Words become columns of 0 and 1 beside a reference. With random slopes, subjects with too few
 * images for them are left out, and counted.
 *
 * @throws InputError with everything that is wrong, in which case nothing is written.
 */
export async function prepareStudy(options: Preparation): Promise<PreparedStudy> {
  const table = await readTable(options.table);
  const model = modelOf(options);
  const faults = new FaultList();
  const used = [
    ...new Set([...model.fixed.flatMap((term) => term.map(({ name }) => name)), ...model.slopes]),
  ];
  const known = [options.image, model.subject, ...used].filter(
    (name) => faults.try(() => table.column(name)) !== undefined,
  );
  const named = used.filter((name) => known.includes(name));
  const kept = keepRows(
    table,
    {
      image: options.image,
      subject: model.subject,
      used: named,
      slopes: model.slopes.filter((name) => known.includes(name)),
      leaveOutEmpty: options.leaveOut === "empty",
    },
    faults,
  );
  // Empty cells are told as such, and not again as words among numbers.
  const full = kept.rows.filter((row) => !named.some((name) => isEmpty(table.column(name)[row])));
  const variables = readVariables(table, named, full, options, faults);
  const slopes = model.slopes.flatMap((name): Column[] => {
    const variable = variables.get(name);
    if (variable?.kind === "category") {
      faults.add({ file: table.file, column: name, found: "words", expected: "numbers, for a slope" });
    }
    return variable?.kind === "number" ? [{ name, values: variable.values }] : [];
  });
  faults.throwIfAny();
  const terms = model.fixed.map((term) => codeTerm(term, variables));
  const X: Column[] = [
    { name: "Intercept", values: new Float64Array(kept.rows.length).fill(1) },
    ...terms.flatMap(({ columns }) => columns),
  ];
  const contrasts = contrastsOf(options.contrasts, terms, X, faults);
  faults.throwIfAny();
  const study: StudyTables = { X, slopes, subjects: kept.subjects, images: kept.images, contrasts };
  const yml = writeStudy(path.resolve(options.folder), study, options.mask);
  return new PreparedStudy(
    yml,
    X.map(({ name }) => name),
    kept.notes,
    codingTable(variables),
    kept.rows.length,
  );
}

interface PreparedModel {
  readonly fixed: readonly Term[];
  readonly slopes: readonly string[];
  readonly subject: string;
}

function modelOf({ formula, fixed, random, subject }: Preparation): PreparedModel {
  const fault = (found: string, expected: string) => new InputError({ key: "prepareStudy", found, expected });
  if (formula === undefined) {
    if (fixed === undefined) throw fault("no fixed effects", "`fixed` or `formula`");
    if (subject === undefined)
      throw fault("no column of subjects", "`subject`, or a `formula` with (1 | subject)");
    return { fixed: fixed.flatMap(parseTerms), slopes: random ?? [], subject };
  }
  if (fixed !== undefined || random !== undefined) {
    throw fault("`formula` beside `fixed` or `random`", "one of the two");
  }
  const parsed = parseFormula(formula);
  const who = parsed.random?.subject ?? subject;
  if (who === undefined) throw fault("a formula without subjects", "(1 | subject) in it, or `subject`");
  return { fixed: parsed.fixed, slopes: parsed.random?.slopes ?? [], subject: who };
}

/** One question a term: T where it is one column, F where it is several. */
function contrastsOf(
  asked: Preparation["contrasts"],
  terms: readonly CodedTerm[],
  X: readonly Column[],
  faults: FaultList,
): StudyTables["contrasts"] {
  const columns = X.map(({ name }) => name);
  if (asked !== undefined) {
    return Object.entries(asked).flatMap(([name, rows]) => {
      const list = typeof rows === "string" ? [rows] : rows;
      const L = faults.try(() => list.map((row) => Array.from(parseContrast(row, columns))));
      return L === undefined ? [] : [{ name, vector: typeof rows === "string" ? L[0] : L }];
    });
  }
  const unit = (column: string) => columns.map((name) => (name === column ? 1 : 0));
  return terms.map(({ term, columns: own }) => ({
    name: nameOf(term),
    vector: own.length === 1 ? unit(own[0].name) : own.map(({ name }) => unit(name)),
  }));
}

function codingTable(variables: ReadonlyMap<string, Variable>): Table {
  const rows = [...variables.values()].map((variable) =>
    variable.kind === "number"
      ? [
          variable.name,
          variable.center === 0 ? "number" : `number minus its mean, ${formatNumber(variable.center)}`,
          "",
        ]
      : [variable.name, `0/1: ${listed(variable.others)}`, variable.reference],
  );
  return new Table("Coding", ["column of the table", "coded as", "reference"], rows);
}

function listed(names: readonly string[]): string {
  return names.length <= 10
    ? names.join(", ")
    : `${names.slice(0, 8).join(", ")}, … (${formatCount(names.length)})`;
}
