// The format of notebooks/source/*.ts, one TypeScript module a notebook:
//
//   /* markdown ID          a markdown cell, up to a line that is only */
//   // %% ID                a code cell, up to the next construct
//   // %% ID KIND [N]       KIND: setup, knob, stub N, check N, solution N
//
// ID is the cell's id in the .ipynb and never changes once published. In prose, {{456 = study.n}} shows 456; the
// expression is a claim, evaluated after the last cell.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./setup.mjs";

/** Where the sources are. */
export const sourceFolder = path.join(root, "notebooks", "source");
/** Where the student's copies are, committed without outputs. */
export const notebookFolder = path.join(root, "notebooks");

const KINDS = ["setup", "knob", "show", "stub", "check", "solution"];
const MARKDOWN = /^\/\* markdown ([a-z0-9-]+)$/;
const CODE = /^\/\/ %% ([a-z0-9-]+)(?: (\w+)(?: (\d+))?)?$/;
const CLAIM = /\{\{(.+?) = (.+?)\}\}/g;

/**
 * @typedef {{ type: "markdown" | "code", id: string, line: number, text: string, kind: string, exercise: string | undefined }} Cell
 * @typedef {{ name: string, cells: readonly Cell[] }} Source
 * @typedef {{ id: string, written: string, code: string }} Claim
 */

/** Every notebook, in order. */
export function readSources() {
  return readdirSync(sourceFolder)
    .filter((file) => /^\d\d-[a-z-]+\.ts$/.test(file))
    .sort()
    .map((file) =>
      parseSource(path.basename(file, ".ts"), readFileSync(path.join(sourceFolder, file), "utf8")),
    );
}

/**
 * Reads one source; throws with file and line where it is not in the format.
 *
 * @param {string} name
 * @param {string} text
 * @returns {Source}
 */
export function parseSource(name, text) {
  const lines = text.split("\n");
  /** @type {Cell[]} */
  const cells = [];
  const fail = (line, what) => {
    throw new Error(`${name}.ts:${line}: ${what}`);
  };
  for (let k = 0; k < lines.length; k++) {
    const markdown = MARKDOWN.exec(lines[k]);
    const code = CODE.exec(lines[k]);
    const from = k + 1;
    const body = () => lines.slice(from, k).join("\n").trim();
    if (markdown !== null) {
      while (lines[++k] !== "*/") if (k >= lines.length) fail(from, "a markdown cell without its */");
      cells.push({
        type: "markdown",
        id: markdown[1],
        line: from,
        text: body(),
        kind: "show",
        exercise: undefined,
      });
    } else if (code !== null) {
      const [, id, kind = "show", exercise] = code;
      if (!KINDS.includes(kind)) fail(from, `unknown kind ${kind}; expected one of ${KINDS.join(", ")}`);
      while (k + 1 < lines.length && !/^(\/\/ %% |\/\* markdown )/.test(lines[k + 1])) k++;
      k++;
      cells.push({ type: "code", id, line: from, text: body(), kind, exercise });
      k--;
    } else if (lines[k].trim() !== "") fail(from, `outside a cell: ${lines[k]}`);
  }
  check(cells, fail);
  return { name, cells };
}

function check(cells, fail) {
  const ids = new Set();
  for (const { id, line } of cells) {
    if (ids.has(id)) fail(line, `the id ${id} twice`);
    ids.add(id);
  }
  for (const { line, exercise } of cells.filter(({ kind }) => kind === "stub")) {
    for (const kind of ["check", "solution"]) {
      if (!cells.some((cell) => cell.kind === kind && cell.exercise === exercise))
        fail(line, `exercise ${exercise} has no ${kind}`);
    }
  }
}

/** What prose says about numbers. @param {Source} source @returns {Claim[]} */
export function claimsOf({ cells }) {
  return cells
    .filter(({ type }) => type === "markdown")
    .flatMap(({ text, id }) => [...text.matchAll(CLAIM)].map(([, written, code]) => ({ id, written, code })));
}

/** Prose as it is read. @param {string} text */
export function proseOf(text) {
  return text.replace(CLAIM, "$1");
}

/**
 * Whether a value is what prose says, at the precision written: `9,361`, `−0.05`, `26%`.
 *
 * @param {string} written
 * @param {unknown} value
 */
export function claimHolds(written, value) {
  if (typeof value !== "number") return String(value) === written;
  const percent = written.endsWith("%");
  const plain = written.replaceAll(",", "").replace("−", "-").replace(/%$/, "");
  const digits = (plain.split(".")[1] ?? "").length;
  return (percent ? 100 * value : value).toFixed(digits) === Number(plain).toFixed(digits);
}

/**
 * The code cells in the order in which they run: the student leaves stubs alone, the teacher's stubs hold the solution.
 *
 * @param {Source} source
 * @param {"student" | "teacher"} copy
 * @returns {{ id: string, text: string, kind: string, exercise: string | undefined }[]}
 */
export function codeOf({ cells }, copy) {
  const solutionOf = (exercise) =>
    cells.find((cell) => cell.kind === "solution" && cell.exercise === exercise)?.text ?? "";
  return cells
    .filter(({ type, kind }) => type === "code" && kind !== "solution")
    .map(({ id, text, kind, exercise }) => ({
      id,
      text: kind === "stub" && copy === "teacher" ? `${text}\n${solutionOf(exercise)}` : text,
      kind,
      exercise,
    }));
}
