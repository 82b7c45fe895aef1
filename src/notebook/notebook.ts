import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { InputError } from "../errors.js";

/** One output of a cell, as nbformat has it: a stream, a display, a result or an error. */
export type Output = Record<string, unknown>;

/** A cell, as far as it is read here; what else it holds is kept. */
export interface Cell {
  readonly cell_type: string;
  readonly id?: string;
  readonly source: string | readonly string[];
  readonly metadata: { readonly tags?: readonly string[]; readonly [key: string]: unknown };
  outputs?: Output[];
  execution_count?: number | null;
}

/** A notebook of nbformat 4. */
export interface Notebook {
  cells: Cell[];
  readonly metadata: {
    readonly kernelspec?: { readonly name?: string };
    language_info?: unknown;
    readonly [key: string]: unknown;
  };
  readonly nbformat: number;
  readonly nbformat_minor: number;
}

/**
 * Reads a notebook.
 * @throws InputError where the file is missing or is not a notebook of format 4.
 */
export function readNotebook(file: string): Notebook {
  if (!existsSync(file)) {
    throw new InputError({ file, found: "no such file", expected: "a notebook (.ipynb)" });
  }
  const expected = "a notebook (.ipynb)";
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const why = error instanceof SyntaxError ? "it is not JSON" : String((error as Error).message);
    throw new InputError({ file, found: why, expected });
  }
  const { nbformat, cells, metadata } = (content ?? {}) as Partial<Notebook>;
  if (typeof nbformat === "number" && nbformat !== 4) {
    throw new InputError({
      file,
      found: `a notebook of format ${nbformat}`,
      expected: "format 4",
      hint: "Open it in JupyterLab and save it; that brings it to the present format",
    });
  }
  if (nbformat !== 4 || !Array.isArray(cells) || typeof metadata !== "object" || !cells.every(isCell)) {
    throw new InputError({ file, found: "JSON that is not a notebook", expected });
  }
  return content as Notebook;
}

function isCell(cell: unknown): boolean {
  const { cell_type, source, metadata } = (cell ?? {}) as Partial<Cell>;
  return (
    typeof cell_type === "string" &&
    (typeof source === "string" || Array.isArray(source)) &&
    typeof metadata === "object"
  );
}

/** Writes a notebook whole or not at all. */
export function writeNotebook(file: string, notebook: Notebook): void {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}`);
  try {
    writeFileSync(temporary, `${JSON.stringify(notebook, null, 1)}\n`);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new InputError({ file, found: `it cannot be written (${(error as Error).message})` });
  }
}

/** The text of a cell. */
export function sourceOf(cell: Cell): string {
  return typeof cell.source === "string" ? cell.source : cell.source.join("");
}

export function hasTag(cell: Cell, tag: string): boolean {
  return cell.metadata.tags?.includes(tag) === true;
}
