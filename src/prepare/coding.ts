import { type FaultList, InputError } from "../errors.js";
import { nameOf, type Term } from "./formula.js";
import { isEmpty, type TableFile } from "./tableFile.js";

/** A variable of the table: numbers, or words of which each but the reference becomes a column of 0 and 1. */
export type Variable =
  | { readonly kind: "number"; readonly name: string; readonly values: Float64Array; readonly center: number }
  | {
      readonly kind: "category";
      readonly name: string;
      readonly cells: readonly string[];
      readonly reference: string;
      /** All but the reference. */
      readonly others: readonly string[];
    };

/** A column of X by name. */
export interface Column {
  readonly name: string;
  readonly values: Float64Array;
}

/** The columns that one term became. */
export interface CodedTerm {
  readonly term: Term;
  readonly columns: readonly Column[];
}

/** How variables are read. */
export interface CodingOptions {
  /** The category without a column; the first in the alphabet when left out. */
  readonly reference?: Readonly<Record<string, string>>;
  /** Numbers from which the mean is taken. */
  readonly center?: readonly string[];
  /** Numbers that stand for categories, such as those of scanners. */
  readonly categories?: readonly string[];
}

/**
 * A variable of the table.
 *
 * @param rows those of the table that are kept.
 * @throws InputError for words among numbers, a category with one level, or a reference that is none.
 */
export function readVariable(
  table: TableFile,
  name: string,
  rows: readonly number[],
  options: CodingOptions,
): Variable {
  const all = table.column(name);
  const cells = rows.map((row) => all[row]);
  const where = { file: table.file, column: name };
  const numbers = cells.filter(isNumber).length;
  const asCategory = options.categories?.includes(name) ?? false;
  if (!asCategory && numbers > cells.length / 2) {
    const wrong = rows.filter((_, k) => !isNumber(cells[k]));
    if (wrong.length > 0) {
      throw new InputError({
        ...where,
        line: table.lines[wrong[0]],
        found: `${JSON.stringify(all[wrong[0]])} among numbers${wrong.length > 1 ? `, and ${wrong.length - 1} more such cells` : ""}`,
        expected: "numbers",
        hint: `If they stand for categories, name it: categories: ["${name}"].`,
      });
    }
    const values = Float64Array.from(cells, Number);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const center = options.center?.includes(name) ? mean : 0;
    return { kind: "number", name, values: values.map((value) => value - center), center };
  }
  const levels = [...new Set(cells)].sort();
  if (levels.length < 2) {
    throw new InputError({
      ...where,
      found: `one level, ${JSON.stringify(levels[0] ?? "")}`,
      expected: "two or more",
      hint: "A column that does not vary repeats the intercept: leave it out.",
    });
  }
  const reference = options.reference?.[name] ?? levels[0];
  if (!levels.includes(reference)) {
    throw new InputError({
      ...where,
      found: `no level ${JSON.stringify(reference)} to refer to`,
      expected: `one of ${levels.join(", ")}`,
    });
  }
  if (options.center?.includes(name)) {
    throw new InputError({ ...where, found: "words", expected: "numbers, to take the mean from" });
  }
  return { kind: "category", name, cells, reference, others: levels.filter((level) => level !== reference) };
}

/** The columns of X that a term stands for: products of its variables' columns. */
export function codeTerm(term: Term, variables: ReadonlyMap<string, Variable>): CodedTerm {
  let columns: Column[] | undefined;
  for (const part of term) {
    const variable = variables.get(part.name);
    if (variable === undefined) throw new Error(`the variable ${part.name} was not read`);
    const own = columnsOf(variable, part.power);
    columns =
      columns === undefined
        ? own
        : columns.flatMap((a) =>
            own.map((b) => ({
              name: `${a.name}:${b.name}`,
              values: a.values.map((x, i) => x * b.values[i]),
            })),
          );
  }
  return { term, columns: columns ?? [] };
}

function columnsOf(variable: Variable, power: number): Column[] {
  if (variable.kind === "number") {
    return [
      {
        name: nameOf([{ name: variable.name, power }]),
        values: variable.values.map((value) => value ** power),
      },
    ];
  }
  return variable.others.map((level) => ({
    name: `${variable.name}_${level}`.replace(/[\s",;]+/g, "_"),
    values: Float64Array.from(variable.cells, (cell) => (cell === level ? 1 : 0)),
  }));
}

/** Reads every variable of the terms; all that is wrong is reported together. */
export function readVariables(
  table: TableFile,
  names: readonly string[],
  rows: readonly number[],
  options: CodingOptions,
  faults: FaultList,
): Map<string, Variable> {
  const variables = new Map<string, Variable>();
  for (const name of names) {
    const variable = faults.try(() => readVariable(table, name, rows, options));
    if (variable !== undefined) variables.set(name, variable);
  }
  return variables;
}

function isNumber(cell: string): boolean {
  return !isEmpty(cell) && Number.isFinite(Number(cell));
}
