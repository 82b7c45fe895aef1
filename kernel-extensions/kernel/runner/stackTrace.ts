/** Errors as the person who typed the cell should read them: positions in the TypeScript of the cell. */

import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { relative } from "node:path";
import { inspect } from "node:util";
import type { RaisedError } from "../shared/runnerMessages";

interface Source {
  /** How the file is called in a trace. */
  readonly name: string;
  readonly text: string;
  /** Lines that tslab puts before the text. */
  readonly before: number;
  readonly maps: readonly string[];
  readonly decoded: SourceMap[];
}

const sources = new Map<string, Source>();
const KEPT_CELLS = 500;
/** Errors of the library, whose message says all: the way through its files would bury it. */
const FOR_PEOPLE = new Set(["InputError", "AbortedError", "BlmmError"]);
const FRAME = /(?:\(|at )([^()]+?):(\d+):(\d+)\)?$/;

/** The source of a cell; those of long ago are forgotten. */
export function rememberSource(file: string, text: string, maps: readonly string[]): void {
  sources.delete(file);
  sources.set(file, { name: file, text, before: 1, maps, decoded: [] });
  if (sources.size <= KEPT_CELLS) return;
  const oldest = sources.keys().next().value;
  if (oldest !== undefined) sources.delete(oldest);
}

/** The source of a TypeScript file beside the notebook. */
export function rememberModule(path: string, file: string, maps: readonly string[]): void {
  const name = relative(process.cwd(), file);
  sources.set(path, { name, text: readFileSync(file, "utf8"), before: 0, maps, decoded: [] });
}

/** Line and column in the cell, from 1. */
function position(file: string, line: number, column: number): { line: number; column: number } | undefined {
  const source = sources.get(file);
  if (!source) return undefined;
  let at = { line: line - 1, column: column - 1 };
  for (const [i, text] of source.maps.entries()) {
    source.decoded[i] ??= new SourceMap(JSON.parse(text) as SourceMapPayload);
    const entry = source.decoded[i]?.findEntry(at.line, at.column);
    if (!entry || !("originalLine" in entry)) return undefined;
    at = { line: entry.originalLine, column: entry.originalColumn };
  }
  return { line: at.line + 1 - source.before, column: at.column + 1 };
}

/** The lines around a position, the line itself marked. */
export function excerpt(text: string, line: number, column: number): string[] {
  const lines = text.split("\n");
  const out: string[] = [];
  for (let n = Math.max(1, line - 2); n <= Math.min(lines.length, line + 1); n++) {
    out.push(`${n === line ? "→" : " "} ${String(n).padStart(4)} │ ${lines[n - 1]}`);
    if (n === line) out.push(`       │ ${" ".repeat(Math.max(0, column - 1))}^`);
  }
  return out;
}

/** The stack without the kernel's own frames, positions in the cells. */
export function readableStack(stack: string): {
  lines: string[];
  first?: { file: string; line: number; column: number };
} {
  const lines: string[] = [];
  let first: { file: string; line: number; column: number } | undefined;
  for (const line of stack.split("\n")) {
    if (!/^\s+at /.test(line)) {
      lines.push(line);
      continue;
    }
    if (/\(?node:/.test(line) || line.includes(__dirname)) continue;
    const frame = FRAME.exec(line);
    if (!frame) {
      lines.push(line);
      continue;
    }
    const [, file, row, column] = frame as unknown as [string, string, string, string];
    const at = position(file, Number(row), Number(column));
    if (at) first ??= { file, ...at };
    const name = sources.get(file)?.name ?? file;
    lines.push(at ? line.replace(`${file}:${row}:${column}`, `${name}, line ${at.line}:${at.column}`) : line);
  }
  return first ? { lines, first } : { lines };
}

/** What the protocol calls ename, evalue and traceback. */
export function raised(error: unknown): RaisedError {
  if (!(error instanceof Error) && !isErrorLike(error)) {
    const evalue = typeof error === "string" ? error : inspect(error);
    return { ename: "Thrown", evalue, traceback: [`Thrown: ${evalue}`] };
  }
  const ename = String(error.name || "Error");
  const evalue = String(error.message);
  const { lines, first } = readableStack(error.stack ?? `${ename}: ${evalue}`);
  const traceback = [`${ename}: ${evalue}`];
  const source = first && sources.get(first.file);
  if (first && source)
    traceback.push(`${source.name}, line ${first.line}`, ...excerpt(source.text, first.line, first.column));
  const told = source !== undefined && FOR_PEOPLE.has(ename);
  if (!told) traceback.push(...lines.filter((line) => /^\s+at /.test(line)));
  if (error.cause !== undefined)
    traceback.push("Caused by:", ...raised(error.cause).traceback.map((line) => `  ${line}`));
  return { ename, evalue, traceback };
}

/** Errors of another realm are not `instanceof Error`. */
function isErrorLike(error: unknown): error is Error {
  return Object.prototype.toString.call(error) === "[object Error]";
}
