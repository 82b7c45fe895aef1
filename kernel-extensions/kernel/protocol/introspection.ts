/** complete, inspect, is_complete. */
import type * as ConverterModule from "tslab/dist/converter";
import type * as InspectModule from "tslab/dist/inspect";
import type { CellCompiler } from "../language/cellCompiler";
import { toPoints, toUnits } from "../language/positions";
import { compiler as ts } from "../language/tslabTypescript";

interface At {
  readonly code: string;
  readonly cursor_pos: number;
}

export function complete(compiler: CellCompiler, declarations: string, { code, cursor_pos }: At) {
  const info = compiler.use((converter) => converter.complete(declarations, code, toUnits(code, cursor_pos)));
  const kinds = new Map((info.original?.entries ?? []).map((entry) => [entry.name, entry.kind as string]));
  const [start, end] = [toPoints(code, info.start), toPoints(code, info.end)];
  const matches = info.candidates
    .filter((name) => !/^(\$wait|\$stop|__tslab__|tsLastExpr)/.test(name))
    .slice(0, 500);
  const types = matches.map((text) => ({ start, end, text, type: kinds.get(text) ?? "" }));
  return {
    status: "ok",
    matches,
    cursor_start: start,
    cursor_end: end,
    metadata: { _jupyter_types_experimental: types },
  };
}

export function inspect(compiler: CellCompiler, declarations: string, { code, cursor_pos }: At) {
  const { printQuickInfo } = require("tslab/dist/inspect.js") as typeof InspectModule;
  const position = toUnits(code, cursor_pos);
  const quickInfo = (at: number) =>
    at < 0 ? undefined : compiler.use((converter) => converter.inspect(declarations, code, at));
  // A cursor at the end of a name, or inside the brackets of a call, means that name.
  const call = code.slice(0, position).search(/[\w$]\([^()]*$/);
  const info = quickInfo(position) ?? quickInfo(position - 1) ?? quickInfo(call);
  if (!info) return { status: "ok", found: false, data: {}, metadata: {} };
  return { status: "ok", found: true, data: { "text/plain": printQuickInfo(info as never) }, metadata: {} };
}

/** tslab never says "invalid", and takes an open string or comment for complete. */
export function isComplete({ code }: { readonly code: string }) {
  const { isCompleteCode } = require("tslab/dist/converter.js") as typeof ConverterModule;
  const result = isCompleteCode(code);
  if (!result.completed) return { status: "incomplete", indent: result.indent ?? "" };
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
  const faults = (file as unknown as { parseDiagnostics: readonly { code: number }[] }).parseDiagnostics;
  if (faults.length === 0) return { status: "complete" };
  const open = faults.every((fault) => UNTERMINATED.has(fault.code));
  return open ? { status: "incomplete", indent: "" } : { status: "invalid" };
}

// An open template literal, an open comment.
const UNTERMINATED = new Set([1160, 1010]);
