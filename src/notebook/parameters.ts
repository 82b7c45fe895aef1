/**
 * Parameters as papermill has them: a cell after the one tagged `parameters` gives its names other values. Where that
 * cell also shows something of its parameters, the new one shows it again: knob and use stand in one cell here.
 */
import { createRequire } from "node:module";
import type typescript from "typescript";
import { InputError } from "../errors.js";
import { nearestNames } from "../print/nearest.js";
import { type Cell, hasTag, type Notebook, sourceOf } from "./notebook.js";

/** A value for a parameter: JSON. */
export type Parameters = Readonly<Record<string, unknown>>;

/**
 * Reads `name=value`. A value that is JSON (`3`, `true`, `"text"`, `[1, 2]`) is that; another is text.
 * @throws InputError where there is no name or no `=`.
 */
export function readParameter(written: string): readonly [name: string, value: unknown] {
  const [, name, value] = /^([\p{ID_Start}_$][\p{ID_Continue}$]*)=(.*)$/su.exec(written) ?? [];
  if (name === undefined) {
    throw new InputError({ key: "--set", found: JSON.stringify(written), expected: "name=value" });
  }
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}

/**
 * The notebook's cells with the parameters in: after each cell tagged `parameters` that declares some of them, one
 * tagged `injected-parameters`. Those of an earlier run are left out.
 * @throws InputError for a name that no cell tagged `parameters` declares.
 */
export function withParameters(notebook: Notebook, parameters: Parameters): Cell[] {
  const kept = notebook.cells.filter((cell) => !hasTag(cell, "injected-parameters"));
  const ids = new Set(kept.map(({ id }) => id));
  const left = new Set(Object.keys(parameters));
  const known: string[] = [];
  const cells = kept.flatMap((cell) => {
    if (left.size === 0 || cell.cell_type !== "code" || !hasTag(cell, "parameters")) return [cell];
    const declared = declaredNames(sourceOf(cell));
    known.push(...declared);
    const here = declared.filter((name) => left.delete(name));
    return here.length === 0 ? [cell] : [cell, injected(cell, here, parameters, newId(notebook, ids))];
  });
  if (left.size > 0) throw unknown([...left], known);
  return cells;
}

/** An id that no cell has, where the notebook's format has ids: in one before 4.5, an id is against the format. */
function newId(notebook: Notebook, ids: Set<string | undefined>): { readonly id?: string } {
  if (notebook.nbformat_minor < 5) return {};
  let id = "injected-parameters";
  for (let k = 2; ids.has(id); k++) id = `injected-parameters-${k}`;
  ids.add(id);
  return { id };
}

function injected(
  cell: Cell,
  names: readonly string[],
  parameters: Parameters,
  id: { readonly id?: string },
): Cell {
  const lines = names.map((name) => `${head(sourceOf(cell), name)} = ${JSON.stringify(parameters[name])};`);
  return {
    cell_type: "code",
    ...id,
    source: ["// Parameters", ...lines, ...usesOf(sourceOf(cell), names)].join("\n"),
    metadata: { tags: ["injected-parameters"] },
    outputs: [],
    execution_count: null,
  };
}

function unknown(names: readonly string[], known: readonly string[]): InputError {
  return new InputError(
    names.map((name) => ({
      key: "--set",
      found: `no cell tagged "parameters" declares ${JSON.stringify(name)}`,
      hint:
        known.length === 0
          ? 'The notebook has no such cell; tag one "parameters" in the property inspector of JupyterLab'
          : `Near it: ${nearestNames(name, known).join(", ")}`,
    })),
  );
}

/** The variables that a cell declares at its top, in order. */
function declaredNames(source: string): string[] {
  const { ts, file } = parse(source);
  return file.statements.flatMap((statement) =>
    ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.flatMap(({ name }) => namesIn(ts, name))
      : [],
  );
}

/**
 * How a name is declared, up to its value: `const side: Hemisphere`. Kept, so that a value of the wrong type is refused, and
 * that of a `const` keeps its narrow one.
 */
function head(source: string, wanted: string): string {
  const { ts, file } = parse(source);
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const { flags, declarations } = statement.declarationList;
    const found = declarations.find(({ name }) => ts.isIdentifier(name) && name.text === wanted);
    if (found === undefined) continue;
    const type = found.type === undefined ? "" : `: ${found.type.getText(file)}`;
    return `${(flags & ts.NodeFlags.Const) === 0 ? "let" : "const"} ${wanted}${type}`;
  }
  // A part of a pattern.
  return `let ${wanted}`;
}

/** What a cell does besides declaring these names; nothing where it only declares. */
function usesOf(source: string, set: readonly string[]): string[] {
  const { ts, file } = parse(source);
  if (file.statements.every((statement) => ts.isVariableStatement(statement))) return [];
  return file.statements.flatMap((statement) => {
    if (!ts.isVariableStatement(statement)) return [statement.getText(file)];
    const { declarations } = statement.declarationList;
    const kept = declarations.filter(({ name }) => namesIn(ts, name).every((one) => !set.includes(one)));
    if (kept.length === declarations.length) return [statement.getText(file)];
    return kept.map((declaration) => `let ${declaration.getText(file)};`);
  });
}

/** With the compiler that the kernel reads cells with. */
function parse(source: string): { ts: typeof typescript; file: typescript.SourceFile } {
  const ts = createRequire(import.meta.url)("@tslab/typescript-for-tslab") as typeof typescript;
  return { ts, file: ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022) };
}

function namesIn(ts: typeof typescript, bound: typescript.BindingName): string[] {
  if (ts.isIdentifier(bound)) return [bound.text];
  return [...bound.elements].flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : namesIn(ts, element.name),
  );
}
