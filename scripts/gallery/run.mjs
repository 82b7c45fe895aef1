// Executes the notebooks on the kernel, as `npx blmm run` does.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { notebookFolder, readSources } from "../notebookSource.mjs";
import { writeNotebooks } from "../notebooks.mjs";
import { root } from "../setup.mjs";

/** Whose copies there are: with solutions for teachers. */
export const COPIES = ["student", "teacher"];

/**
 * @typedef {{ name: string, copy: string, file: string, ok: boolean, seconds: number }} Executed
 */

/**
 * Makes both copies of the notebooks and executes them; one that fails does not keep the next from running.
 *
 * @param {string} to a folder: `student/` and `teacher/` in it get the executed copies.
 * @param {{ preset?: string, only?: readonly string[], copies?: readonly string[], say: (text: string) => void }} options
 *   preset: how much data, as BLMM_PRESET; only: beginnings of names, such as `05`; all when left out.
 * @returns {Executed[]}
 */
export function executeNotebooks(to, { preset, only, copies = COPIES, say }) {
  writeNotebooks();
  const names = readSources()
    .map(({ name }) => name)
    .filter((name) => only === undefined || only.some((start) => name.startsWith(start)));
  return copies.flatMap((copy) => names.map((name) => execute(name, copy, { to, preset, say })));
}

function execute(name, copy, { to, preset, say }) {
  const from = path.join(notebookFolder, copy === "teacher" ? "teacher" : "", `${name}.ipynb`);
  const file = path.join(to, copy, `${name}.ipynb`);
  mkdirSync(path.dirname(file), { recursive: true });
  say(`\nRunning ${path.relative(root, from)} …`);
  const started = Date.now();
  const { status, signal } = spawnSync(
    process.execPath,
    [path.join(root, "dist", "blmm.js"), "run", from, "--out", file],
    {
      cwd: root,
      stdio: ["ignore", 2, 2],
      env: { ...process.env, ...(preset === undefined ? {} : { BLMM_PRESET: preset }) },
    },
  );
  if (status === 130 || signal !== null) throw new Error("stopped");
  return { name, copy, file, ok: status === 0, seconds: (Date.now() - started) / 1000 };
}
