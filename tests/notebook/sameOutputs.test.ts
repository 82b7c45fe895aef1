import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jupyterEnvironment, ownPython } from "../../src/notebook/jupyter.js";
import type { Notebook, Output } from "../../src/notebook/notebook.js";
import { Workspace } from "../workspace.js";
import { notebookText, root } from "./notebooks.js";

const place = new Workspace();
afterAll(() => place.remove());

const CELLS = [
  "const answer = 42; console.log('out'); console.error('err'); answer",
  "[{ vertex: 1, T: 2.5 }, { vertex: 2, T: -1 }]",
  "const bar = display({ toMimeBundle: () => ({ 'text/plain': '0', 'text/html': '<i>0</i>' }) });\n" +
    "for (let k = 1; k <= 50; k++) bar.update({ toMimeBundle: () => ({ 'text/plain': String(k), 'text/html': '<i>x</i>' }) });",
  "console.log('gone'); kernel.clearOutput(true); console.log('stays')",
  "",
  "for (let k = 0; k < 3000; k++) console.log('line ' + k);",
  "for await (const k of (async function* () { yield 1; yield 2; })()) display(k);",
  { source: "throw new Error('expected')", tags: ["raises-exception"] },
  { source: "console.log('left out')", tags: ["skip-execution"] },
  "new Float64Array([1, 2, 3])",
];

/** Counts and outputs, with what is only a matter of how they are written made alike: texts cut into lines, streams
 * cut where messages end. */
function outcomeOf(file: string): unknown {
  const { cells } = JSON.parse(readFileSync(file, "utf8")) as Notebook;
  const whole = (value: unknown) =>
    Array.isArray(value) && value.every((v) => typeof v === "string") ? value.join("") : value;
  return cells.map(({ execution_count = null, outputs = [] }) => {
    const joined: Output[] = [];
    for (const output of outputs) {
      const last = joined.at(-1);
      if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
        last.text = `${last.text}${whole(output.text)}`;
      } else if (output.output_type === "stream") joined.push({ ...output, text: whole(output.text) });
      else if (output.data !== undefined) {
        const data = Object.entries(output.data as object).map(([type, value]) => [type, whole(value)]);
        joined.push({ ...output, data: Object.fromEntries(data) });
      } else joined.push(output);
    }
    return { execution_count, outputs: joined };
  });
}

let env: NodeJS.ProcessEnv;
beforeAll(() => {
  place.write("a.ipynb", notebookText(CELLS));
  env = jupyterEnvironment(root, place.file("jupyter"));
});
const python = (...args: string[]) =>
  execFileSync(ownPython(root), args, { cwd: place.folder, env, stdio: ["ignore", "ignore", "pipe"] });

test("nbconvert, nbclient and blmm run give the same outputs and counts", { timeout: 300_000 }, () => {
  python("-m", "nbconvert", "--to", "notebook", "--execute", "a.ipynb", "--output", "nbconvert.ipynb");
  place.write(
    "client.py",
    `import nbclient, nbformat
notebook = nbformat.read("a.ipynb", 4)
nbclient.NotebookClient(notebook).execute()
nbformat.write(notebook, "nbclient.ipynb")
`,
  );
  python("client.py");
  const blmm = path.join(root, "dist", "blmm.js");
  const run = spawnSync(process.execPath, [blmm, "run", "a.ipynb", "--out", "blmm.ipynb"], {
    cwd: place.folder,
    encoding: "utf8",
  });
  expect(run.status, run.stderr).toBe(0);
  const ours = outcomeOf(place.file("blmm.ipynb"));
  expect(outcomeOf(place.file("nbconvert.ipynb"))).toEqual(ours);
  expect(outcomeOf(place.file("nbclient.ipynb"))).toEqual(ours);
  // They agree on something: the counts, and one output of each kind.
  const [first, , shown, cleared] = ours as { execution_count: number; outputs: Output[] }[];
  expect(first.execution_count).toBe(1);
  expect(first.outputs.map(({ output_type }) => output_type)).toEqual(["stream", "stream", "execute_result"]);
  expect(shown.outputs).toMatchObject([{ data: { "text/plain": "50" } }]);
  expect(cleared.outputs).toEqual([{ output_type: "stream", name: "stdout", text: "stays\n" }]);
});
