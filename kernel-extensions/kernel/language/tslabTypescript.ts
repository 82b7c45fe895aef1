/**
 * tslab's TypeScript, with hooks. tslab's converter takes its compiler from one module; this module is put in its place
 * before the converter is loaded. Each hook lives in its own file and says which defect it answers.
 */
import { dirname } from "node:path";
import type * as TS from "typescript";

/** The part of tslab's TypeScript that differs from the published one is not typed. */
export type Compiler = typeof TS & {
  readonly sys: TS.System;
};

type Replacement = Partial<Record<keyof Compiler | "getPreEmitDiagnosticsOfFiles", unknown>>;

const path = require.resolve("@tslab/typescript-for-tslab", {
  paths: [dirname(require.resolve("tslab/package.json"))],
});
export const compiler = require(path) as Compiler;

/** Puts the hooks in place. Must run before tslab/dist/converter.js is loaded. */
export function install(replacements: Replacement): void {
  const hooked: Record<string, unknown> = {};
  for (const name of Object.keys(compiler)) {
    const replaced = name in replacements;
    Object.defineProperty(hooked, name, {
      enumerable: true,
      get: () => (replaced ? replacements[name as keyof Replacement] : compiler[name as keyof Compiler]),
    });
  }
  const loaded = require.cache[path];
  if (!loaded) throw new Error("tslab's TypeScript is not loaded");
  loaded.exports = hooked;
}
